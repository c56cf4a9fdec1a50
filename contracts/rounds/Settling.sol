// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IRewardRule} from "../interfaces/IRewardRule.sol";
import {IScoreRule, Judgement} from "../interfaces/IScoreRule.sol";
import {ITask} from "../interfaces/ITask.sol";
import {Deadlines} from "../libraries/Deadlines.sol";
import {ZeroAmount} from "../libraries/Errors.sol";
import {Heap} from "../libraries/Heap.sol";
import {ImmutableArgs, TaskArgs} from "../libraries/ImmutableArgs.sol";
import {Median} from "../libraries/Median.sol";
import {Phases} from "../libraries/Phases.sol";
import {RuleCall} from "../libraries/RuleCall.sol";
import {
    MAX_SCORE,
    Milestone,
    Parameters,
    Participant,
    Phase,
    Round,
    Seat,
    Update,
    Verdict
} from "../types/TaskTypes.sol";
import {Elections} from "./Elections.sol";
import {Scoring} from "./Scoring.sol";
import {PAGE, State} from "./State.sol";

/// @title Scores, verdicts and reward weights
/// @notice Judges the round's updates from the revealed scores. Consequences follow when the round closes.
library Settling {
    uint256 private constant NO_SEAT = type(uint256).max;
    /// @dev Gas that a rule is entitled to, and the share for each seat or update that it has to read.
    uint256 private constant RULE_GAS = 60_000;
    uint256 private constant RULE_GAS_EACH = 2_500;
    uint256 private constant MAX_WEIGHT = type(uint24).max;

    function settle(State storage s, uint256 steps) external {
        TaskArgs memory args = ImmutableArgs.reader()();
        require(steps > 0, ZeroAmount());
        Round memory r = Phases.requirePhase(s.round, args.parameters, Phase.Settling);
        uint256[] memory baselines = baselinesOf(s, r);
        uint256 pages = (r.submitted + PAGE - 1) / PAGE;
        uint256 page = s.progress.pages;
        for (; page < pages && steps > 0; --steps) {
            scorePage(s, args.parameters, r, baselines, page++);
        }
        s.progress.pages = uint16(page);
        if (steps > 0) judge(s, args, r, Median.upper(baselines));
    }

    // ---------------------------------------------------------------- medians

    /// @dev A seat that did not reveal counts as baseline 10000 and scores 0: silence never helps an update.
    function baselinesOf(State storage s, Round memory r) private view returns (uint256[] memory baselines) {
        baselines = new uint256[](r.seats);
        for (uint256 i = 0; i < r.seats; ++i) {
            Seat storage seat = s.seats[i];
            (bool revealed, uint256 baseline) = (seat.revealed, seat.baseline);
            baselines[i] = revealed ? baseline : MAX_SCORE;
        }
    }

    function scorePage(State storage s, Parameters memory p, Round memory r, uint256[] memory baselines, uint256 page)
        private
    {
        uint256[] memory words = new uint256[](r.seats);
        for (uint256 i = 0; i < r.seats; ++i) {
            if (s.seats[i].revealed) words[i] = s.scores[Scoring.keyOf(i, page)];
        }
        uint256 end = (page + 1) * PAGE;
        if (end > r.submitted) end = r.submitted;
        for (uint256 i = page * PAGE; i < end; ++i) {
            if (!s.progress.scoreRuleFailed) scoreUpdate(s, p, r, baselines, words, i);
        }
    }

    function scoreUpdate(
        State storage s,
        Parameters memory p,
        Round memory r,
        uint256[] memory baselines,
        uint256[] memory words,
        uint256 index
    ) private {
        Update storage u = s.updates[index];
        uint256[] memory scores = laneOf(words, index % PAGE);
        uint256 own = ownSeat(s, r, u.author);
        if (own != NO_SEAT) {
            uint256 silent = silentSeat(s, r, own);
            (baselines, scores) = (others(baselines, own, silent), others(scores, own, silent));
        }
        (bool ok, uint256 score) = RuleCall.word(
            address(p.scoreRule),
            RULE_GAS + RULE_GAS_EACH * baselines.length,
            abi.encodeCall(IScoreRule.score, (baselines, scores, p.scoreParameters))
        );
        if (ok && score <= MAX_SCORE) u.score = uint16(score);
        else failScoreRule(s, r, p);
    }

    /// @dev An author has a seat only if it filled a vacancy. It is excluded from its own update's median.
    function ownSeat(State storage s, Round memory r, address author) private view returns (uint256) {
        if (r.attempt == 0) return NO_SEAT;
        Participant storage m = s.participants[author];
        return Elections.isSitting(s, m, author) && m.seat < r.seats ? m.seat : NO_SEAT;
    }

    /// @dev The first other seat that did not reveal.
    function silentSeat(State storage s, Round memory r, uint256 own) private view returns (uint256) {
        for (uint256 i = 0; i < r.seats; ++i) {
            if (i != own && !s.seats[i].revealed) return i;
        }
        return NO_SEAT;
    }

    function laneOf(uint256[] memory words, uint256 lane) private pure returns (uint256[] memory scores) {
        scores = new uint256[](words.length);
        for (uint256 i = 0; i < words.length; ++i) {
            scores[i] = uint16(words[i] >> (16 * lane));
        }
    }

    /// @dev One silent seat is excluded with the author's: where just a majority reveals, the author is part of it, and
    /// the rest of that majority could not determine the median.
    function others(uint256[] memory values, uint256 own, uint256 silent) private pure returns (uint256[] memory rest) {
        rest = without(values, own);
        if (silent != NO_SEAT) rest = without(rest, silent < own ? silent : silent - 1);
    }

    function without(uint256[] memory values, uint256 index) private pure returns (uint256[] memory rest) {
        rest = new uint256[](values.length - 1);
        for (uint256 i = 0; i < rest.length; ++i) {
            rest[i] = values[i < index ? i : i + 1];
        }
    }

    /// @dev A failing score rule accepts nothing in the whole round, so that half a judgement causes no strikes.
    function failScoreRule(State storage s, Round memory r, Parameters memory p) private {
        s.progress.scoreRuleFailed = true;
        emit ITask.RuleFailed(r.number, address(p.scoreRule));
    }

    // --------------------------------------------------------------- verdicts

    function judge(State storage s, TaskArgs memory args, Round memory r, uint256 baseline) private {
        uint256[] memory scores = new uint256[](r.submitted);
        Verdict[] memory verdicts = new Verdict[](r.submitted);
        uint256 best = readScores(s, args, r, scores, verdicts);
        uint256[] memory ranking = rank(s, args.parameters, r, scores, verdicts, baseline, best);
        uint256[] memory weights = weigh(s, args.parameters, r, scores, ranking);
        write(s, verdicts, ranking, weights);

        (s.progress.baseline, s.progress.accepted) = (uint16(baseline), uint16(ranking.length));
        s.round.milestone = Milestone.Settled;
        emit ITask.RoundSettled(r.number, baseline, scores, verdicts, ranking, weights);
        // With nothing to aggregate the deadline passes at once, and the round can be recovered.
        if (ranking.length > 0) Deadlines.schedule(s.round, args.parameters, Phase.Aggregating, block.timestamp);
    }

    /// @dev Updates of authors that left or were banned are rejected here; their scores do not set the best.
    function readScores(
        State storage s,
        TaskArgs memory args,
        Round memory r,
        uint256[] memory scores,
        Verdict[] memory verdicts
    ) private view returns (uint256 best) {
        // A recovery updates the count, so after one it says nothing about this round.
        bool departed = r.attempt > 0 || args.federation.departureCount() != s.roster.departureCount;
        for (uint256 i = 0; i < r.submitted; ++i) {
            scores[i] = s.updates[i].score;
            if (departed && !args.federation.isMember(s.updates[i].author)) verdicts[i] = Verdict.Rejected;
            else if (scores[i] > best) best = scores[i];
        }
    }

    /// @dev Fills in the open verdicts. Equal scores rank by arrival.
    /// @return ranking The indices of the accepted updates, best first.
    function rank(
        State storage s,
        Parameters memory p,
        Round memory r,
        uint256[] memory scores,
        Verdict[] memory verdicts,
        uint256 baseline,
        uint256 best
    ) private returns (uint256[] memory ranking) {
        uint256[] memory keys = new uint256[](r.submitted);
        uint256 count = 0;
        for (uint256 i = 0; i < r.submitted && !s.progress.scoreRuleFailed; ++i) {
            if (verdicts[i] != Verdict.None) continue;
            verdicts[i] = verdictOf(s, p, r, scores[i], baseline, best);
            if (verdicts[i] == Verdict.Passed) keys[count++] = scores[i] << 16 | (type(uint16).max - i);
        }
        if (s.progress.scoreRuleFailed) count = rejectAll(verdicts);
        assembly ("memory-safe") {
            mstore(keys, count) // Shortens the array; its tail is never read again.
        }
        ranking = Heap.largest(keys, p.updatesPerRound);
        for (uint256 i = 0; i < ranking.length; ++i) {
            ranking[i] = type(uint16).max - uint16(ranking[i]);
            verdicts[ranking[i]] = Verdict.Accepted;
        }
    }

    function rejectAll(Verdict[] memory verdicts) private pure returns (uint256) {
        for (uint256 i = 0; i < verdicts.length; ++i) {
            verdicts[i] = Verdict.Rejected;
        }
        return 0;
    }

    function verdictOf(
        State storage s,
        Parameters memory p,
        Round memory r,
        uint256 score,
        uint256 baseline,
        uint256 best
    ) private returns (Verdict) {
        (bool ok, uint256 answer) = RuleCall.word(
            address(p.scoreRule), RULE_GAS, abi.encodeCall(IScoreRule.judge, (score, baseline, best, p.scoreParameters))
        );
        if (ok && answer == uint256(Judgement.Passed)) return Verdict.Passed;
        if (ok && answer == uint256(Judgement.Fault)) return Verdict.Fault;
        if (!ok || answer != uint256(Judgement.Rejected)) failScoreRule(s, r, p);
        return Verdict.Rejected;
    }

    // ---------------------------------------------------------------- weights

    function weigh(
        State storage s,
        Parameters memory p,
        Round memory r,
        uint256[] memory scores,
        uint256[] memory ranking
    ) private returns (uint256[] memory weights) {
        uint256[] memory ranked = new uint256[](ranking.length);
        uint256[] memory samples = new uint256[](ranking.length);
        for (uint256 i = 0; i < ranking.length; ++i) {
            ranked[i] = scores[ranking[i]];
            samples[i] = s.updates[ranking[i]].samples;
        }
        bool ok;
        (ok, weights) = RuleCall.words(
            address(p.rewardRule),
            RULE_GAS + RULE_GAS_EACH * ranking.length,
            abi.encodeCall(IRewardRule.weights, (ranked, samples, r.submitted, r.revealed, p.rewardParameters)),
            ranking.length + 2
        );
        if (ok && weights.length == ranking.length + 2 && areBounded(weights)) return weights;
        emit ITask.RuleFailed(r.number, address(p.rewardRule));
        return new uint256[](ranking.length + 2);
    }

    function areBounded(uint256[] memory weights) private pure returns (bool) {
        for (uint256 i = 0; i < weights.length; ++i) {
            if (weights[i] > MAX_WEIGHT) return false;
        }
        return true;
    }

    function write(State storage s, Verdict[] memory verdicts, uint256[] memory ranking, uint256[] memory weights)
        private
    {
        uint256 total = 0;
        for (uint256 i = 0; i < verdicts.length; ++i) {
            if (verdicts[i] != Verdict.Accepted) s.updates[i].verdict = verdicts[i];
        }
        for (uint256 i = 0; i < ranking.length; ++i) {
            Update storage u = s.updates[ranking[i]];
            (u.verdict, u.rank, u.weight) = (Verdict.Accepted, uint16(i + 1), uint24(weights[i]));
            total += weights[i];
        }
        (s.progress.totalWeight, s.progress.judgingWeight, s.progress.attestingWeight) =
        (uint40(total), uint24(weights[ranking.length]), uint24(weights[ranking.length + 1]));
    }
}
