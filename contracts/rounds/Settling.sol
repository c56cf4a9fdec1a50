// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {IErrors} from "../interfaces/IErrors.sol";
import {IRewardRule} from "../interfaces/IRewardRule.sol";
import {IScoreRule, Judgement} from "../interfaces/IScoreRule.sol";
import {ITask} from "../interfaces/ITask.sol";
import {Deadlines} from "../libraries/Deadlines.sol";
import {Heap} from "../libraries/Heap.sol";
import {ImmutableArgs, TaskArgs} from "../libraries/ImmutableArgs.sol";
import {Lanes} from "../libraries/Lanes.sol";
import {Median} from "../libraries/Median.sol";
import {Phases} from "../libraries/Phases.sol";
import {RuleCall} from "../libraries/RuleCall.sol";
import {
    ABSTAINED,
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
    /// @dev Gas that a rule is entitled to, and the share for each seat's score or each update that it has to read.
    uint256 private constant RULE_GAS = 60_000;
    uint256 private constant SCORE_GAS_EACH = 800;
    uint256 private constant JUDGEMENT_GAS_EACH = 1_500;
    uint256 private constant WEIGHT_GAS_EACH = 2_500;
    uint256 private constant MAX_WEIGHT = type(uint24).max;

    /// @dev By seat, in basis points; in place of missing ones what is worst for the updates, and what is best.
    struct Baselines {
        uint256[] strict;
        uint256[] lenient;
        bool missing;
    }

    /// @dev What an update's score is held against, in basis points.
    struct Bar {
        uint256 baseline; // the median, in place of missing ones the worst
        uint256 floor; // the median, in place of missing ones the best
        uint256 best; // score of the round
    }

    /// @notice What `ITask.settle` says.
    function settle(State storage s, uint256 steps) external {
        TaskArgs memory args = ImmutableArgs.reader()();
        require(steps > 0, IErrors.ZeroAmount());
        Round memory r = Phases.requirePhase(s.round, args.parameters, Phase.Settling);
        Baselines memory baselines = baselinesOf(s, r);
        uint256 pages = (r.submitted + PAGE - 1) / PAGE;
        uint256 page = s.progress.pages;
        for (; page < pages && steps > 0; --steps) {
            if (!s.progress.scoreRuleFailed) scorePage(s, args.parameters, r, baselines, page);
            ++page;
        }
        s.progress.pages = uint16(page);
        if (steps > 0) judge(s, args, r, Median.upper(baselines.strict), Median.upper(baselines.lenient));
    }

    // ----------------------------------------------------------------- scores

    function baselinesOf(State storage s, Round memory r) private view returns (Baselines memory b) {
        (b.strict, b.lenient) = (new uint256[](r.seats), new uint256[](r.seats));
        for (uint256 i = 0; i < r.seats; ++i) {
            Seat storage seat = s.seats[i];
            (bool revealed, uint256 baseline) = (seat.revealed, seat.baseline);
            bool missing = !revealed || baseline == ABSTAINED;
            b.missing = b.missing || missing;
            (b.strict[i], b.lenient[i]) = missing ? (MAX_SCORE, 0) : (baseline, baseline);
        }
    }

    function scorePage(State storage s, Parameters memory p, Round memory r, Baselines memory baselines, uint256 page)
        private
    {
        uint256 first = page * PAGE;
        uint256 count = Math.min(r.submitted - first, PAGE);
        (uint256[] memory votes, bool missing) = votesOn(s, p, r, page, count, 0);
        uint256[] memory scores = ask(s, p, r, baselines.strict, votes, count);
        uint256[] memory ceilings = scores;
        if ((missing || baselines.missing) && !s.progress.scoreRuleFailed) {
            (votes,) = votesOn(s, p, r, page, count, MAX_SCORE);
            ceilings = ask(s, p, r, baselines.lenient, votes, count);
        }
        if (s.progress.scoreRuleFailed) return;
        for (uint256 i = 0; i < count; ++i) {
            Update storage u = s.updates[first + i];
            (u.score, u.weight) = (uint16(scores[i]), uint24(ceilings[i]));
        }
    }

    /// @dev A page of votes, a word for each seat, with something in place of missing ones.
    function votesOn(
        State storage s,
        Parameters memory p,
        Round memory r,
        uint256 page,
        uint256 count,
        uint256 substitute
    ) private view returns (uint256[] memory votes, bool missing) {
        votes = new uint256[](r.seats);
        // Where seats do not train, an author has one only if it filled a vacancy.
        for (uint256 i = 0; i < count && (p.seatsTrain || r.attempt > 0); ++i) {
            address author = s.updates[page * PAGE + i].author;
            Participant storage m = s.participants[author];
            if (Elections.isSitting(s, m, author) && m.seat < votes.length) votes[m.seat] |= Lanes.only(i);
        }
        for (uint256 seat = 0; seat < votes.length; ++seat) {
            uint256 word = s.seats[seat].revealed ? s.scores[Scoring.keyOf(seat, page)] : Lanes.first(count);
            word = Lanes.filled(word, votes[seat], MAX_SCORE); // on its own updates
            uint256 absent = Lanes.missing(word);
            if (absent != 0) missing = true;
            votes[seat] = Lanes.filled(word, absent, substitute);
        }
    }

    function ask(
        State storage s,
        Parameters memory p,
        Round memory r,
        uint256[] memory baselines,
        uint256[] memory votes,
        uint256 count
    ) private returns (uint256[] memory scores) {
        bool ok;
        (ok, scores) = RuleCall.words(
            address(p.scoreRule),
            RULE_GAS + SCORE_GAS_EACH * votes.length * count,
            abi.encodeCall(IScoreRule.scores, (baselines, votes, count, p.scoreParameters)),
            count
        );
        if (!ok || scores.length != count || !areBounded(scores, MAX_SCORE)) failScoreRule(s, r, p);
    }

    /// @dev A failing score rule accepts nothing in the whole round, so that half a judgement causes no strikes.
    function failScoreRule(State storage s, Round memory r, Parameters memory p) private {
        s.progress.scoreRuleFailed = true;
        emit ITask.RuleFailed(r.number, address(p.scoreRule));
    }

    // --------------------------------------------------------------- verdicts

    function judge(State storage s, TaskArgs memory args, Round memory r, uint256 baseline, uint256 floor) private {
        uint256[] memory scores = new uint256[](r.submitted);
        Verdict[] memory verdicts = new Verdict[](r.submitted);
        uint256 best = readScores(s, args, r, scores, verdicts);
        Bar memory bar = Bar({baseline: baseline, floor: floor, best: best});
        decide(s, args.parameters, r, scores, verdicts, bar);
        uint256[] memory ranking = rank(args.parameters, scores, verdicts);
        uint256[] memory weights = weigh(s, args.parameters, r, scores, ranking);
        write(s, verdicts, ranking, weights);

        (s.progress.baseline, s.progress.accepted) = (uint16(baseline), uint16(ranking.length));
        s.round.milestone = Milestone.Settled;
        emit ITask.RoundSettled(r.number, baseline, authorsOf(s, scores.length), scores, verdicts, ranking, weights);
        // With nothing to aggregate the round can be recovered at once.
        if (ranking.length == 0) Deadlines.end(s.round, block.timestamp, 0);
        else Deadlines.schedule(s.round, args.parameters, Phase.Aggregating, block.timestamp);
    }

    function authorsOf(State storage s, uint256 updates) private view returns (address[] memory authors) {
        authors = new address[](updates);
        for (uint256 i = 0; i < updates; ++i) {
            authors[i] = s.updates[i].author;
        }
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

    /// @dev Equal scores rank by arrival.
    /// @return ranking The indices of the accepted updates, best first.
    function rank(Parameters memory p, uint256[] memory scores, Verdict[] memory verdicts)
        private
        pure
        returns (uint256[] memory ranking)
    {
        uint256[] memory keys = new uint256[](scores.length);
        uint256 count = 0;
        for (uint256 i = 0; i < scores.length; ++i) {
            if (verdicts[i] == Verdict.Passed) keys[count++] = scores[i] << 16 | (type(uint16).max - i);
        }
        assembly ("memory-safe") {
            mstore(keys, count) // Shortens the array; its tail is never read again.
        }
        ranking = Heap.largest(keys, p.updatesPerRound);
        for (uint256 i = 0; i < ranking.length; ++i) {
            ranking[i] = type(uint16).max - uint16(ranking[i]);
            verdicts[ranking[i]] = Verdict.Accepted;
        }
    }

    /// @dev Fills in the open verdicts. What passes if every missing voice is the worst, passes; a fault is what is one if
    /// each is the best.
    function decide(
        State storage s,
        Parameters memory p,
        Round memory r,
        uint256[] memory scores,
        Verdict[] memory verdicts,
        Bar memory bar
    ) private {
        uint256[] memory strict = judgementsOf(s, p, r, scores, bar.baseline, bar.best);
        uint256[] memory lenient = leniently(s, p, r, scores, strict, bar);
        bool failed = s.progress.scoreRuleFailed;
        for (uint256 i = 0; i < verdicts.length; ++i) {
            if (failed) verdicts[i] = Verdict.Rejected;
            else if (verdicts[i] == Verdict.None) verdicts[i] = verdictOf(strict[i], lenient[i]);
        }
    }

    function verdictOf(uint256 strict, uint256 lenient) private pure returns (Verdict) {
        if (strict == uint256(Judgement.Passed)) return Verdict.Passed;
        bool isFault = strict == uint256(Judgement.Fault) && lenient == strict;
        return isFault ? Verdict.Fault : Verdict.Rejected;
    }

    /// @dev Asks again only where something could be a fault, and a voice is missing.
    function leniently(
        State storage s,
        Parameters memory p,
        Round memory r,
        uint256[] memory scores,
        uint256[] memory strict,
        Bar memory bar
    ) private returns (uint256[] memory) {
        if (s.progress.scoreRuleFailed || !areAny(strict, uint256(Judgement.Fault))) {
            return strict;
        }
        uint256[] memory ceilings = new uint256[](scores.length);
        bool missing = bar.floor != bar.baseline;
        for (uint256 i = 0; i < ceilings.length; ++i) {
            ceilings[i] = s.updates[i].weight;
            if (ceilings[i] != scores[i]) missing = true;
        }
        return missing ? judgementsOf(s, p, r, ceilings, bar.floor, bar.best) : strict;
    }

    function areAny(uint256[] memory values, uint256 value) private pure returns (bool) {
        for (uint256 i = 0; i < values.length; ++i) {
            if (values[i] == value) return true;
        }
        return false;
    }

    function judgementsOf(
        State storage s,
        Parameters memory p,
        Round memory r,
        uint256[] memory scores,
        uint256 baseline,
        uint256 best
    ) private returns (uint256[] memory judgements) {
        if (s.progress.scoreRuleFailed) return new uint256[](scores.length);
        bool ok;
        (ok, judgements) = RuleCall.words(
            address(p.scoreRule),
            RULE_GAS + JUDGEMENT_GAS_EACH * scores.length,
            abi.encodeCall(IScoreRule.judge, (scores, baseline, best, p.scoreParameters)),
            scores.length
        );
        uint256 largest = uint256(type(Judgement).max);
        if (ok && judgements.length == scores.length && areBounded(judgements, largest)) return judgements;
        failScoreRule(s, r, p);
        return new uint256[](scores.length);
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
            RULE_GAS + WEIGHT_GAS_EACH * ranking.length,
            abi.encodeCall(IRewardRule.weights, (ranked, samples, r.submitted, r.revealed, p.rewardParameters)),
            ranking.length + 2
        );
        if (ok && weights.length == ranking.length + 2 && areBounded(weights, MAX_WEIGHT)) return weights;
        emit ITask.RuleFailed(r.number, address(p.rewardRule));
        return new uint256[](ranking.length + 2);
    }

    function areBounded(uint256[] memory values, uint256 max) private pure returns (bool) {
        for (uint256 i = 0; i < values.length; ++i) {
            if (values[i] > max) return false;
        }
        return true;
    }

    function write(State storage s, Verdict[] memory verdicts, uint256[] memory ranking, uint256[] memory weights)
        private
    {
        uint256 total = 0;
        for (uint256 i = 0; i < verdicts.length; ++i) {
            if (verdicts[i] == Verdict.Accepted) continue;
            Update storage u = s.updates[i];
            (u.verdict, u.weight) = (verdicts[i], 0);
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
