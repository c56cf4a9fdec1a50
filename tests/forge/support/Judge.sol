// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IScoreRule, Judgement} from "../../../contracts/interfaces/IScoreRule.sol";
import {ABSTAINED, Milestone, Parameters, Phase, Round, Verdict} from "../../../contracts/types/TaskTypes.sol";

/// @title The specification's phase table, roles and ranking, written once more
/// @notice Plainly and without regard to gas, to hold the contracts against. What a score means is the score rule's own
/// matter: tests/contracts/test_rules.py holds the rules to their twins off chain.
library Judge {
    struct Finding {
        uint256 baseline;
        uint256[] scores;
        Verdict[] verdicts;
        uint256[] ranking;
    }

    // ------------------------------------------------------------------- phase

    function phase(Round memory r, Parameters memory p, uint256 time, uint256 number) internal pure returns (Phase) {
        Phase[12] memory still = [
            Phase.Proposed,
            Phase.Enrolling,
            Phase.Enrolling,
            Phase.Paused,
            Phase.Paused,
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
        bool lastIsOver = time >= r.deadline && number >= r.endBlock;
        if (r.milestone == Milestone.Settled) return lastIsOver ? Phase.Stalled : Phase.Aggregating;
        return judging(r, p, time, number);
    }

    /// @dev A window whose opening a transaction has shown lasts until `endBlock`, too.
    function judging(Round memory r, Parameters memory p, uint256 time, uint256 number) private pure returns (Phase) {
        bool manned = r.seats >= 3 && r.submitted >= p.minUpdates;
        bool committedByMost = r.committed > r.seats / 2;
        bool openedByMost = r.revealed > r.seats / 2;
        Milestone m = r.milestone;
        Milestone held = number < r.endBlock ? m : Milestone.Settled;
        bool training = m == Milestone.Open && (time < end(r, p, Phase.Training) || held == m);
        bool committing =
            m != Milestone.Committed && (time < end(r, p, Phase.Committing) || held == Milestone.Submitted);
        bool revealing = time < r.deadline || held == Milestone.Committed;
        if (training) return Phase.Training;
        if (!manned) return Phase.Stalled;
        if (committing) return Phase.Committing;
        if (!committedByMost) return Phase.Stalled;
        if (revealing) return Phase.Revealing;
        return openedByMost ? Phase.Settling : Phase.Stalled;
    }

    /// @dev When the window of `phase_` ends, seconds since 1970: by all later windows before the deadline.
    function end(Round memory r, Parameters memory p, Phase phase_) internal pure returns (uint256) {
        uint256 later = 0;
        if (phase_ == Phase.Committing || phase_ == Phase.Training) later = p.revealingWindow;
        if (phase_ == Phase.Training) later += p.committingWindow;
        return r.deadline > later ? r.deadline - later : 0;
    }

    // ------------------------------------------------------------------- roles

    /// @dev How many train when a round opens.
    function trainers(Parameters memory p, uint256 active, uint256 seated) internal pure returns (uint256 count) {
        uint256 busy = p.seatsTrain ? 0 : seated;
        uint256 all = active * p.activeShare / 10_000;
        if (active * p.activeShare % 10_000 > 0) ++all;
        count = all < busy + p.minUpdates ? p.minUpdates : all - busy;
        if (count > active - busy) count = active - busy;
        return count < p.maxUpdates ? count : p.maxUpdates;
    }

    /// @dev How many of the candidates are elected: all who find a seat, but never one or two aggregators; without
    /// enough to train no aggregators at all, and as large a committee as leaves enough.
    function seats(Parameters memory p, uint256 active, uint256 candidates) internal pure returns (uint256 count) {
        count = uint256(p.committee) + p.aggregators;
        if (candidates < count) count = candidates;
        if (count == uint256(p.committee) + 1 || count == uint256(p.committee) + 2) count = p.committee;
        if (p.seatsTrain || count + p.minUpdates <= active) return count;
        if (count > p.committee) count = p.committee;
        uint256 most = active < uint256(p.minUpdates) + 3 ? 3 : active - p.minUpdates;
        return count < most ? count : most;
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

    /// @param baselines One for each seat, `ABSTAINED` where it is missing.
    /// @param votes For each update one for each seat, `ABSTAINED` where it is missing.
    /// @param barred Updates whose authors are no longer members.
    function judge(
        IScoreRule rule,
        bytes32 parameters,
        uint256[] memory baselines,
        uint256[][] memory votes,
        bool[] memory barred,
        uint256 k
    ) internal view returns (Finding memory f) {
        Finding memory lenient = scored(rule, parameters, filled(baselines, 0), votes, 10_000);
        f = scored(rule, parameters, filled(baselines, 10_000), votes, 0);
        judge(rule, parameters, f, lenient, barred);
        f.ranking = ranked(f, k);
        for (uint256 i = 0; i < f.ranking.length; ++i) {
            f.verdicts[f.ranking[i]] = Verdict.Accepted;
        }
    }

    function judge(IScoreRule rule, bytes32 parameters, Finding memory f, Finding memory lenient, bool[] memory barred)
        private
        view
    {
        uint256 best = 0;
        for (uint256 i = 0; i < barred.length; ++i) {
            if (!barred[i] && f.scores[i] > best) best = f.scores[i];
        }
        Judgement[] memory strictly = rule.judge(f.scores, f.baseline, best, parameters);
        Judgement[] memory leniently = rule.judge(lenient.scores, lenient.baseline, best, parameters);
        for (uint256 i = 0; i < barred.length; ++i) {
            (bool passed, bool isFault) = (strictly[i] == Judgement.Passed, leniently[i] == Judgement.Fault);
            f.verdicts[i] = isFault ? Verdict.Fault : Verdict.Rejected;
            if (passed) f.verdicts[i] = Verdict.Passed;
            if (barred[i]) f.verdicts[i] = Verdict.Rejected;
        }
    }

    /// @dev Each update by itself, with something in place of missing votes.
    function scored(
        IScoreRule rule,
        bytes32 parameters,
        uint256[] memory baselines,
        uint256[][] memory votes,
        uint256 missing
    ) private view returns (Finding memory f) {
        f.baseline = sorted(baselines)[baselines.length / 2];
        (f.scores, f.verdicts) = (new uint256[](votes.length), new Verdict[](votes.length));
        for (uint256 i = 0; i < votes.length; ++i) {
            f.scores[i] = rule.scores(baselines, filled(votes[i], missing), 1, parameters)[0];
        }
    }

    function filled(uint256[] memory values, uint256 missing) private pure returns (uint256[] memory list) {
        list = new uint256[](values.length);
        for (uint256 i = 0; i < values.length; ++i) {
            list[i] = values[i] == ABSTAINED ? missing : values[i];
        }
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
