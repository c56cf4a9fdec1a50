// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Phase, Round, Verdict} from "../../../contracts/interfaces/ITask.sol";
import {Milestone} from "../../../contracts/interfaces/ITask.sol";

/// @title The specification's phase table and verdicts, written once more
/// @notice Plainly and without regard to gas, to hold the contracts against.
library Judge {
    uint256 internal constant RATIO = 5_000; // of the round's best median, basis points

    struct Finding {
        uint256 baseline;
        uint256[] scores;
        Verdict[] verdicts;
        uint256[] ranking;
    }

    // ------------------------------------------------------------------- phase

    function phase(Round memory r, uint256 minUpdates, uint256 time) internal pure returns (Phase) {
        Phase[8] memory still = [
            Phase.Proposed,
            Phase.Enrolling,
            Phase.Paused,
            Phase.Paused,
            Phase.Paused,
            Phase.Finished,
            Phase.Expired,
            Phase.Cancelled
        ];
        bool running = r.milestone >= Milestone.Open && r.milestone <= Milestone.Agreed;
        if (!running || time < r.pausedUntil) return still[uint256(r.milestone)];
        if (r.milestone == Milestone.Agreed) return Phase.Closing;
        if (r.milestone == Milestone.Settled) return time >= r.aggregatingEnds ? Phase.Stalled : Phase.Aggregating;
        return judging(r, minUpdates, time);
    }

    function judging(Round memory r, uint256 minUpdates, uint256 time) private pure returns (Phase) {
        bool manned = r.seats >= 3 && r.submitted >= minUpdates;
        bool sealedByMost = r.committed > r.seats / 2;
        bool openedByMost = r.revealed > r.seats / 2;
        if (time < r.trainingEnds) return Phase.Training;
        if (manned && time < r.committingEnds) return Phase.Committing;
        if (manned && sealedByMost && time < r.revealingEnds) return Phase.Revealing;
        return manned && sealedByMost && openedByMost ? Phase.Settling : Phase.Stalled;
    }

    // ---------------------------------------------------------------- verdicts

    /// @param baselines One for each seat.
    /// @param scores For each update, one for each seat whose score counts.
    /// @param barred Updates whose authors are no members any more.
    function judge(uint256[] memory baselines, uint256[][] memory scores, bool[] memory barred, uint256 k)
        internal
        pure
        returns (Finding memory f)
    {
        f.baseline = sorted(baselines)[baselines.length / 2];
        (f.scores, f.verdicts) = (new uint256[](scores.length), new Verdict[](scores.length));
        uint256 best = 0;
        for (uint256 i = 0; i < scores.length; ++i) {
            f.scores[i] = sorted(scores[i])[(scores[i].length - 1) / 2];
            if (!barred[i] && f.scores[i] > best) best = f.scores[i];
        }
        for (uint256 i = 0; i < scores.length; ++i) {
            f.verdicts[i] = barred[i] ? Verdict.Rejected : verdict(f.scores[i], f.baseline, best);
        }
        f.ranking = ranked(f, k);
        for (uint256 i = 0; i < f.ranking.length; ++i) {
            f.verdicts[f.ranking[i]] = Verdict.Accepted;
        }
    }

    /// @dev The tolerance is off: the median baseline matters for faults alone.
    function verdict(uint256 score, uint256 baseline, uint256 best) private pure returns (Verdict) {
        if (2 * score < baseline) return Verdict.Fault;
        return score > 0 && 10_000 * score >= RATIO * best ? Verdict.Passed : Verdict.Rejected;
    }

    function ranked(Finding memory f, uint256 k) private pure returns (uint256[] memory ranking) {
        bool[] memory taken = new bool[](f.scores.length);
        uint256[] memory order = new uint256[](f.scores.length);
        uint256 count = 0;
        for (; count < k; ++count) {
            uint256 next = type(uint256).max;
            for (uint256 i = 0; i < taken.length; ++i) {
                if (taken[i] || f.verdicts[i] != Verdict.Passed) continue;
                if (next == type(uint256).max || f.scores[i] > f.scores[next]) next = i;
            }
            if (next == type(uint256).max) break;
            (taken[next], order[count]) = (true, next);
        }
        ranking = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) {
            ranking[i] = order[i];
        }
    }

    function sorted(uint256[] memory values) internal pure returns (uint256[] memory list) {
        list = new uint256[](values.length);
        for (uint256 i = 0; i < values.length; ++i) {
            uint256 hole = i;
            for (; hole > 0 && list[hole - 1] > values[i]; --hole) {
                list[hole] = list[hole - 1];
            }
            list[hole] = values[i];
        }
    }
}
