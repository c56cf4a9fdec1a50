// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Milestone, Parameters, Phase, Round, Verdict} from "../../../contracts/types/TaskTypes.sol";

/// @title The specification's phase table, roles and verdicts, written once more
/// @notice Plainly and without regard to gas, to hold the contracts against.
library Judge {
    uint256 internal constant RATIO = 5_000; // of the round's best median, basis points
    uint256 internal constant THRESHOLD = 500; // below a seat's baseline, basis points

    /// @notice By what a task's updates are judged: the score rules of these kinds.
    enum Standard {
        Median,
        Vote,
        Presence
    }

    /// @notice What one seat says: of the current model, and of the update.
    struct Voice {
        uint256 baseline;
        uint256 score;
    }

    struct Finding {
        uint256 baseline;
        uint256[] scores;
        Verdict[] verdicts;
        uint256[] ranking;
    }

    // ------------------------------------------------------------------- phase

    function phase(Round memory r, uint256 minUpdates, uint256 time) internal pure returns (Phase) {
        Phase[9] memory still = [
            Phase.Proposed,
            Phase.Enrolling,
            Phase.Paused,
            Phase.Paused,
            Phase.Paused,
            Phase.Paused,
            Phase.Finished,
            Phase.Expired,
            Phase.Cancelled
        ];
        bool running = r.milestone >= Milestone.Seated && r.milestone <= Milestone.Agreed;
        if (!running || time < r.pausedUntil) return still[uint256(r.milestone)];
        if (r.milestone == Milestone.Seated) return Phase.Sampling;
        if (r.milestone == Milestone.Agreed) return Phase.Closing;
        if (r.milestone == Milestone.Settled) return time >= r.aggregatingEnds ? Phase.Stalled : Phase.Aggregating;
        return judging(r, minUpdates, time);
    }

    function judging(Round memory r, uint256 minUpdates, uint256 time) private pure returns (Phase) {
        bool manned = r.seats >= 3 && r.submitted >= minUpdates;
        bool committedByMost = r.committed > r.seats / 2;
        bool openedByMost = r.revealed > r.seats / 2;
        if (time < r.trainingEnds) return Phase.Training;
        if (manned && time < r.committingEnds) return Phase.Committing;
        if (manned && committedByMost && time < r.revealingEnds) return Phase.Revealing;
        return manned && committedByMost && openedByMost ? Phase.Settling : Phase.Stalled;
    }

    // ------------------------------------------------------------------- roles

    /// @dev How many train when a round opens.
    function trainers(Parameters memory p, uint256 active, uint256 seated) internal pure returns (uint256 count) {
        uint256 left = active - seated;
        if (p.activeShare == 10_000) return left;
        uint256 all = active * p.activeShare / 10_000;
        if (active * p.activeShare % 10_000 > 0) ++all;
        count = all < seated + p.minUpdates ? p.minUpdates : all - seated;
        return count < left ? count : left;
    }

    /// @dev How many are elected: all, or else no aggregators and as large a committee as leaves enough to train.
    function seats(Parameters memory p, uint256 active) internal pure returns (uint256 count) {
        uint256 most = active < uint256(p.minUpdates) + 3 ? 3 : active - p.minUpdates;
        count = uint256(p.committee) + p.aggregators;
        if (count > most) count = p.committee < most ? p.committee : most;
        return count < active ? count : active;
    }

    /// @dev Of attestations, in thousandths of the one with the median stake.
    function weights(uint256[] memory stakes) internal pure returns (uint256[] memory list) {
        list = new uint256[](stakes.length);
        if (stakes.length == 0) return list;
        uint256 median = sorted(stakes)[(stakes.length - 1) / 2];
        for (uint256 i = 0; i < stakes.length; ++i) {
            list[i] = 1_000 * stakes[i] / median;
            if (list[i] > 2_000) list[i] = 2_000;
        }
    }

    // ---------------------------------------------------------------- verdicts

    /// @param baselines One for each seat.
    /// @param voices For each update those that count.
    /// @param barred Updates whose authors are no longer members.
    function judge(
        Standard standard,
        uint256[] memory baselines,
        Voice[][] memory voices,
        bool[] memory barred,
        uint256 k
    ) internal pure returns (Finding memory f) {
        f.baseline = sorted(baselines)[baselines.length / 2];
        (f.scores, f.verdicts) = (new uint256[](voices.length), new Verdict[](voices.length));
        uint256 best = 0;
        for (uint256 i = 0; i < voices.length; ++i) {
            f.scores[i] = score(standard, voices[i]);
            if (!barred[i] && f.scores[i] > best) best = f.scores[i];
        }
        for (uint256 i = 0; i < voices.length; ++i) {
            f.verdicts[i] = barred[i] ? Verdict.Rejected : verdict(standard, f.scores[i], f.baseline, best);
        }
        f.ranking = ranked(f, k);
        for (uint256 i = 0; i < f.ranking.length; ++i) {
            f.verdicts[f.ranking[i]] = Verdict.Accepted;
        }
    }

    function score(Standard standard, Voice[] memory voices) private pure returns (uint256) {
        (uint256[] memory scores, uint256 ayes) = (new uint256[](voices.length), 0);
        for (uint256 i = 0; i < voices.length; ++i) {
            scores[i] = voices[i].score;
            bool aye = standard == Standard.Vote
                ? voices[i].score != 0 && voices[i].baseline <= voices[i].score + THRESHOLD
                : standard == Standard.Presence && voices[i].score > 0;
            if (aye) ++ayes;
        }
        return standard == Standard.Median ? sorted(scores)[(scores.length - 1) / 2] : 10_000 * ayes / scores.length;
    }

    /// @dev The tolerance is off: the median baseline matters for faults alone.
    function verdict(Standard standard, uint256 score_, uint256 baseline, uint256 best) private pure returns (Verdict) {
        if (standard == Standard.Vote) return score_ < 5_000 ? Verdict.Fault : Verdict.Passed;
        if (standard == Standard.Presence) return score_ <= 5_000 ? Verdict.Fault : Verdict.Passed;
        if (2 * score_ < baseline) return Verdict.Fault;
        return score_ > 0 && 10_000 * score_ >= RATIO * best ? Verdict.Passed : Verdict.Rejected;
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
