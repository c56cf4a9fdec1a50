// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IScoreRule} from "../../../contracts/interfaces/IScoreRule.sol";
import {ITask} from "../../../contracts/interfaces/ITask.sol";
import {ITreasury} from "../../../contracts/interfaces/ITreasury.sol";
import {
    ABSTAINED,
    Milestone,
    Parameters,
    Participant,
    Phase,
    Roster,
    Round,
    RoundProgress,
    Seat,
    Verdict
} from "../../../contracts/types/TaskTypes.sol";
import {PAGE} from "../../../contracts/rounds/State.sol";
import {Fixture} from "./Fixture.sol";
import {Judge} from "./Judge.sol";
import {unpacked} from "./Scores.sol";
import {Log, VM} from "./Vm.sol";

/// @title What has happened to the tasks, by their events alone
/// @notice Reads every event as it comes, refuses what must never happen, and keeps the rest for the invariants.
abstract contract Chronicle is Fixture {
    /// @dev As `tools.fuzz` builds the contracts: no game has participants enough for the usual ones.
    bool private constant SMALL_PAGES = PAGE < 16;

    struct Opening {
        bool done;
        address by; // 0 once another has the seat
        uint256 baseline;
        uint256[] scores;
    }

    /// @notice What no event alone tells.
    enum Turn {
        AgreedByWeight, // not all weights being the same
        SampledToTheCap, // too few were left
        AggregatorFilled,
        Redrawn,
        PaidForBoth, // judging and attesting
        HonestUnderLiars, // an honest author, judged by some who lie
        LiarUnderLiars,
        SettledByTheLast, // reveal
        ClosedByTheLast, // attestation
        Reopened, // a window that nobody saw
        StruckInTime // after enough blocks
    }

    struct Tale {
        IScoreRule scoreRule; // the one it is judged by when that one is not faulty
        bytes32 scoreParameters;
        bool takesMedians; // that rule: a score lies between what the seats say
        mapping(uint256 number => bytes32) models;
        mapping(uint256 round => address[]) authors;
        mapping(uint256 round => mapping(address => bytes32)) pointers; // of their updates
        mapping(uint256 round => mapping(uint256 rank => address)) ranked; // authors on record
        mapping(uint256 round => mapping(uint256 attempt => mapping(uint256 seat => bool))) committedBy;
        mapping(uint256 round => mapping(uint256 seat => Opening)) openings;
        mapping(uint256 round => mapping(uint256 attempt => mapping(uint256 seat => bytes32))) attested;
        mapping(uint256 round => mapping(uint256 attempt => mapping(address => bool))) filled; // a vacant seat
        mapping(uint256 round => mapping(uint256 attempt => mapping(Phase => uint256))) seen; // first, in that block
        mapping(uint256 round => mapping(address => uint256)) strikes;
        mapping(uint256 round => bool) misjudged; // the score rule failed
        mapping(uint256 round => mapping(uint256 update => bool)) departed; // authors, when their pages were settled
        mapping(uint256 round => mapping(address => bool)) sampled;
        mapping(uint256 round => uint256[]) weights; // of seats' attestations, by stake
        mapping(uint256 round => uint256[]) rewards; // of the accepted, of a judging and of an attesting seat
        mapping(uint256 round => bytes32) agreed;
        mapping(uint256 round => uint256) votes; // for it
        mapping(uint256 round => uint256) earnedBy; // reward weights, by everybody in a round
        mapping(uint256 round => uint256) payments;
        mapping(address => uint256) earned; // reward weights
        mapping(uint256 round => uint256) paid;
        mapping(uint256 round => bool) shifted; // some came or left between two calls of one election or recovery
        uint256 paidInAll;
        uint256 eligible; // when the round opened, or once its trainers are sampled
        bool sampling; // fewer train than could
        uint256 sampledCount;
        uint256 seats; // that judge
        uint256 aggregators; // seats beside them
        bytes32 last; // everything the task knew when it ended
        mapping(uint256 seat => bool) scored; // the final model
    }

    mapping(ITask task => Tale) internal tales;
    ITask[] internal tasks;
    mapping(bytes32 topic => uint256) internal times; // each event was seen, of whatever task
    mapping(Phase stalled => uint256) internal recoveries;
    mapping(Turn => uint256) internal turns;

    // How the task stood before the call that is being watched, and what that call turned out to be.
    Phase internal phaseBefore;
    Round internal roundBefore;
    bool internal midway; // in what takes several calls
    address[] internal sittingBefore;
    uint256 private drawsBefore;
    bytes32 private announced; // payments, by the events of a round
    bytes32 private credited; // by the treasury's
    bool private electing; // it ended a round, so a committee is elected
    bool private ruleFailed; // that of elections, so those who sat stay
    bool private governed; // managers paused, resumed or rolled back

    modifier watched() {
        (uint256 departures, uint256 pages) = (federation.departureCount(), task.progress().pages);
        (phaseBefore, roundBefore) = (task.phase(), task.round());
        noteSeen();
        (sittingBefore, electing, governed, announced, credited) = (sitting(), false, false, 0, 0);
        (drawsBefore, ruleFailed) = (task.progress().draws, task.progress().electionRuleFailed);
        VM.recordLogs();
        uint256 gas = gasleft();
        _;
        VM.assertLe(gas - gasleft(), 16_000_000, "gas bound: a move, all that it asks for included");
        noteDeparted(pages * PAGE, task.progress().pages * PAGE);
        Log[] memory logs = VM.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            read(logs[i]);
        }
        noteShift(midway && federation.departureCount() > departures);
        VM.assertEq(credited, announced, "proportional pay: who is credited, and what");
        VM.assertTrue(follows(phaseBefore, task.phase()), "phase table: forbidden transition");
        midway = isHere(task.round()) && (midway || phaseBefore == Phase.Closing || phaseBefore == Phase.Stalled);
        noteSeen();
        noteReopened(task.round());
    }

    function noteSeen() private {
        (Round memory r, Phase phase) = (task.round(), task.phase());
        mapping(Phase => uint256) storage seen = tales[task].seen[r.number][r.attempt];
        if (seen[phase] == 0) seen[phase] = block.number;
    }

    function noteReopened(Round memory r) private {
        bool same = r.number == roundBefore.number && r.attempt == roundBefore.attempt;
        bool judging = r.milestone == Milestone.Submitted || r.milestone == Milestone.Committed;
        if (phaseBefore == Phase.Stalled && task.phase() != Phase.Stalled && same && judging) ++turns[Turn.Reopened];
    }

    /// @dev Who leaves between two calls of settling keeps what was settled.
    function noteDeparted(uint256 from, uint256 to) private {
        (Tale storage tale, uint256 round) = (tales[task], roundBefore.number);
        for (uint256 i = from; i < to && i < tale.authors[round].length; ++i) {
            tale.departed[round][i] = !federation.isMember(tale.authors[round][i]);
        }
    }

    function noteShift(bool shifted) private {
        if (shifted) tales[task].shifted[roundBefore.number] = SMALL_PAGES;
    }

    function isHere(Round memory r) private view returns (bool) {
        bool same = r.number == roundBefore.number && r.attempt == roundBefore.attempt;
        return same && r.milestone == roundBefore.milestone;
    }

    // ------------------------------------------------------------------ events

    function read(Log memory log) private {
        bytes32 topic = log.topics[0];
        ++times[topic];
        if (topic == ITreasury.Credited.selector) return readPay(log);
        if (log.emitter != address(task)) return;
        if (topic == ITask.TrainersSampled.selector) readSampled(log);
        else if (topic == ITask.UpdateSubmitted.selector) readUpdate(log);
        else if (topic == ITask.ScoresCommitted.selector) readCommitted(log);
        else if (topic == ITask.ScoresRevealed.selector) readOpened(log);
        else if (topic == ITask.RoundSettled.selector) readVerdicts(log);
        else if (topic == ITask.AggregateAttested.selector) readAttested(log);
        else if (topic == ITask.AggregateAgreed.selector) readAgreed(log);
        else if (topic == ITask.MemberStruck.selector) readStrike(log);
        else if (topic == ITask.StrikeCleared.selector) readCleared(log);
        else if (topic == ITask.RuleFailed.selector) readFailure(log);
        else if (topic == ITask.ModelBlockWritten.selector) readModel(log);
        else if (topic == ITask.UpdateBlockWritten.selector) readUpdateBlock(log);
        else if (topic == ITask.SeatPaid.selector) readSeatPaid(log);
        else if (topic == ITask.RoundRecovered.selector) readRecovery(log);
        else if (topic == ITask.SeatFilled.selector) readFilled(log);
        else if (topic == ITask.RoundOpened.selector) readOpenedRound(log);
        else if (topic == ITask.RoundClosed.selector) readClosed(log);
        else if (topic == ITask.RoundCarried.selector) electing = true;
        else if (topic == ITask.TaskPaused.selector || topic == ITask.TaskResumed.selector) governed = true;
        else if (topic == ITask.RoundRolledBack.selector) readRollback();
        else if (topic == ITask.MemberEnrolled.selector) noteShift(midway);
        else if (topic == ITask.ModelScored.selector) readFinalScore(log);
    }

    /// @dev By the seed, from the draw at which the last page ended.
    function readSampled(Log memory log) private {
        (address[] memory trainers, uint256 left) = abi.decode(log.data, (address[], uint256));
        (Tale storage tale, uint256 round, uint256 count) = (tales[task], roundOf(log), 0);
        (uint256 numbers, uint256 draws, bytes32 seed) =
            (task.parameters().maxEnrolled, task.progress().draws, task.seed());
        for (uint256 i = drawsBefore; i < draws; ++i) {
            address met = task.enrolledAt(uint256(keccak256(abi.encode(seed, i))) % numbers + 1);
            if (tale.sampled[round][met] || mayNotTrain(met) || !isCounted(met, round)) continue;
            VM.assertTrue(
                count < trainers.length && trainers[count] == met, "frozen counts: a drawn participant was not sampled"
            );
            tale.sampled[round][met] = true;
            ++count;
        }
        VM.assertEq(
            trainers.length, count, "frozen counts: a sampled participant was not drawn, not active, or has a seat"
        );
        tale.sampledCount += count;
        bool exhausted = left == 0 && tale.sampledCount < tale.eligible;
        VM.assertTrue(!exhausted || draws == 8 * numbers, "frozen counts: too few were sampled");
        if (exhausted) (tale.eligible, left) = (tale.sampledCount, 0);
        if (exhausted) ++turns[Turn.SampledToTheCap];
        VM.assertEq(tale.eligible, tale.sampledCount + left, "frozen counts: trainers to sample");
    }

    function readUpdate(Log memory log) private {
        (uint256 index, bytes32 pointer,) = abi.decode(log.data, (uint256, bytes32, uint256));
        address[] storage authors = tales[task].authors[roundOf(log)];
        VM.assertEq(index, authors.length, "roles: updates come in order");
        for (uint256 i = 0; i < authors.length; ++i) {
            VM.assertTrue(authors[i] != accountOf(log), "one voice: two updates of one author");
        }
        VM.assertTrue(!mayNotTrain(accountOf(log)), "roles: a seated participant trained");
        bool all = !tales[task].sampling;
        VM.assertTrue(
            all || tales[task].sampled[roundOf(log)][accountOf(log)], "roles: a participant trained unsampled"
        );
        authors.push(accountOf(log));
        tales[task].pointers[roundOf(log)][accountOf(log)] = pointer;
    }

    function mayNotTrain(address account) private view returns (bool) {
        return isIn(sittingBefore, account) && !task.parameters().seatsTrain;
    }

    function readCommitted(Log memory log) private {
        (uint256 attempt,) = abi.decode(log.data, (uint256, bytes32));
        uint256 seat = judgingSeatOf(log);
        mapping(uint256 => bool) storage committedBy = tales[task].committedBy[roundOf(log)][attempt];
        VM.assertTrue(!committedBy[seat], "one voice: one seat committed twice");
        committedBy[seat] = true;
    }

    function readOpened(Log memory log) private {
        (uint256 attempt, uint256 baseline, uint256[] memory words,) =
            abi.decode(log.data, (uint256, uint256, uint256[], bytes32));
        uint256 seat = judgingSeatOf(log);
        VM.assertTrue(
            tales[task].committedBy[roundOf(log)][attempt][seat], "one voice: revealed what was not committed"
        );
        VM.assertTrue(!tales[task].openings[roundOf(log)][seat].done, "one voice: one seat revealed twice");
        tales[task].openings[roundOf(log)][seat] =
            Opening(true, accountOf(log), baseline, unpacked(words, roundBefore.submitted));
    }

    function readFinalScore(Log memory log) private {
        (uint256 round, address member) = (roundOf(log), address(uint160(uint256(log.topics[3]))));
        uint256 seat = task.participant(member).seat;
        VM.assertEq(uint256(log.topics[2]), round + 1, "roles: a score of another model than the final one");
        VM.assertTrue(sittingBefore[seat] == member && seat < roundBefore.seats, "roles: a score of no judge");
        VM.assertTrue(!tales[task].scored[seat], "one voice: one seat scored the final model twice");
        tales[task].scored[seat] = true;
    }

    function readAttested(Log memory log) private {
        (uint256 attempt, bytes32 pointer) = abi.decode(log.data, (uint256, bytes32));
        mapping(uint256 => bytes32) storage attested = tales[task].attested[roundOf(log)][attempt];
        uint256 seat = seatOf(log);
        VM.assertEq(attested[seat], bytes32(0), "one voice: one seat attested twice");
        VM.assertGe(seat, firstAttesting(), "roles: a seat that does not attest");
        attested[seat] = pointer;
        if (phaseBefore == Phase.Closing) {
            VM.assertEq(pointer, tales[task].agreed[roundOf(log)], "one voice: a late attestation of another pointer");
            ++tales[task].votes[roundOf(log)];
        }
        bool agreed = task.round().milestone >= Milestone.Agreed || task.round().number > roundBefore.number;
        VM.assertTrue(agreed == hasMost(pointer), "one voice: agreed iff most agree");
    }

    /// @dev More than half of the seats that attest, and, where stakes weigh, of their weight.
    function hasMost(bytes32 pointer) private returns (bool) {
        (uint256 votes, uint256 seats, uint256 weight, uint256 whole) = tally(roundBefore, pointer);
        if (2 * votes <= seats || !task.parameters().stakeWeighted) return 2 * votes > seats;
        if (2 * weight > whole && whole != 1_000 * seats) ++turns[Turn.AgreedByWeight];
        return 2 * weight > whole;
    }

    /// @dev Votes for a pointer in an attempt of a round, and their weight; how many there can be, and their whole
    /// weight.
    function tally(Round memory r, bytes32 pointer)
        internal
        view
        returns (uint256 votes, uint256 seats, uint256 weight, uint256 whole)
    {
        bool weighted = task.parameters().stakeWeighted;
        uint256[] storage weights = tales[task].weights[r.number];
        for (uint256 i = firstAttesting(); i < tales[task].seats + tales[task].aggregators; ++i) {
            uint256 one = weighted ? weights[i] : 0;
            (seats, whole) = (seats + 1, whole + one);
            if (tales[task].attested[r.number][r.attempt][i] != pointer) continue;
            (votes, weight) = (votes + 1, weight + one);
        }
    }

    function firstAttesting() internal view returns (uint256) {
        return tales[task].aggregators > 0 ? tales[task].seats : 0;
    }

    function readAgreed(Log memory log) private {
        (bytes32 pointer, uint256 counted) = abi.decode(log.data, (bytes32, uint256));
        (uint256 votes,,,) = tally(roundBefore, pointer);
        VM.assertEq(counted, votes, "one voice: votes for what is agreed");
        (tales[task].agreed[roundOf(log)], tales[task].votes[roundOf(log)]) = (pointer, votes);
    }

    function readStrike(Log memory log) private {
        uint256 strikes = ++tales[task].strikes[roundOf(log)][accountOf(log)];
        VM.assertEq(strikes, 1, "one strike: two strikes in one round");
        if (phaseBefore == Phase.Stalled && roundBefore.milestone < Milestone.Settled) requirePatience();
    }

    /// @dev Whoever recovers a round strikes seats for the window that stalled.
    function requirePatience() private {
        Phase stalled = roundBefore.committed * 2 > roundBefore.seats ? Phase.Revealing : Phase.Committing;
        uint256 since = tales[task].seen[roundBefore.number][roundBefore.attempt][stalled];
        uint256 blocks = task.parameters().minBlocks;
        VM.assertTrue(blocks == 0 || since > 0, "patience: struck for a window that nobody saw");
        VM.assertGe(block.number, since + blocks, "patience: struck after too few blocks");
        if (blocks > 0) ++turns[Turn.StruckInTime];
    }

    function readCleared(Log memory log) private view {
        uint256 own = tales[task].strikes[roundOf(log)][accountOf(log)];
        VM.assertGe(abi.decode(log.data, (uint256)), own, "one strike: a strike cleared in its own round");
    }

    function readFailure(Log memory log) private {
        address rule = address(uint160(uint256(log.topics[2])));
        if (rule == address(task.parameters().scoreRule)) tales[task].misjudged[roundOf(log)] = true;
        if (rule == address(task.parameters().electionRule)) ruleFailed = true;
    }

    function readModel(Log memory log) private {
        (uint256 model, bytes32 pointer) = (uint256(log.topics[2]), abi.decode(log.data, (bytes32)));
        VM.assertEq(tales[task].models[model], bytes32(0), "ledger: a model was written twice");
        VM.assertTrue(pointer != 0, "ledger: an empty model was written");
        tales[task].models[model] = pointer;
    }

    function readRecovery(Log memory log) private {
        (, Phase stalled) = abi.decode(log.data, (uint256, Phase));
        ++recoveries[stalled];
    }

    function readRollback() private {
        VM.assertTrue(phaseBefore != Phase.Closing, "phase table: rolled back while closing");
        governed = true;
    }

    // --------------------------------------------------------------------- pay

    function readUpdateBlock(Log memory log) private {
        (uint256 rank, bytes32 pointer,, uint256 amount) = abi.decode(log.data, (uint256, bytes32, uint256, uint256));
        Tale storage tale = tales[task];
        VM.assertEq(pointer, tale.pointers[roundOf(log)][accountOf(log)], "ledger: another update than the author's");
        VM.assertEq(tale.ranked[roundOf(log)][rank], address(0), "ledger: two updates of one rank");
        tale.ranked[roundOf(log)][rank] = accountOf(log);
        earn(accountOf(log), tale.rewards[roundBefore.number][rank - 1], amount);
    }

    function readSeatPaid(Log memory log) private {
        (uint256 weight, uint256 amount) = abi.decode(log.data, (uint256, uint256));
        uint256 due = rewardOf(roundOf(log), seatOf(log));
        VM.assertEq(weight, due, "proportional pay: a seat earns by what it did");
        earn(accountOf(log), weight, amount);
    }

    function rewardOf(uint256 round, uint256 seat) private returns (uint256) {
        (Tale storage tale, uint256[] storage rewards) = (tales[task], tales[task].rewards[round]);
        bool judged = tale.openings[round][seat].by == sittingBefore[seat];
        bool attested = tale.attested[round][roundBefore.attempt][seat] == tale.agreed[round];
        if (judged && attested) ++turns[Turn.PaidForBoth];
        return (judged ? rewards[rewards.length - 2] : 0) + (attested ? rewards[rewards.length - 1] : 0);
    }

    function earn(address account, uint256 weight, uint256 amount) private {
        (Tale storage tale, uint256 round) = (tales[task], roundBefore.number);
        VM.assertEq(amount, shareOf(weight), "proportional pay: a share of the round's pay");
        (tale.earned[account], tale.earnedBy[round]) = (tale.earned[account] + weight, tale.earnedBy[round] + weight);
        ++tale.payments[round];
        announced = keccak256(abi.encode(announced, account, amount));
    }

    /// @dev Rounded down, of what the round may pay in all.
    function shareOf(uint256 weight) private view returns (uint256) {
        (Tale storage tale, uint256[] storage rewards) = (tales[task], tales[task].rewards[roundBefore.number]);
        uint256 whole = acceptedWeight(rewards) + rewards[rewards.length - 2] * roundBefore.revealed;
        whole += rewards[rewards.length - 1] * tale.votes[roundBefore.number];
        return whole == 0 ? 0 : task.budget() * weight / (whole * task.parameters().totalRounds);
    }

    /// @dev The last two weights are those of a seat.
    function acceptedWeight(uint256[] storage rewards) private view returns (uint256 weight) {
        for (uint256 i = 0; i + 2 < rewards.length; ++i) {
            weight += rewards[i];
        }
    }

    function readClosed(Log memory log) private {
        electing = true;
        if (phaseBefore == Phase.Aggregating) ++turns[Turn.ClosedByTheLast];
        (Tale storage tale, uint256 round) = (tales[task], uint256(log.topics[1]));
        uint256 due = acceptedWeight(tale.rewards[round]);
        for (uint256 i = 0; i < sittingBefore.length; ++i) {
            due += rewardOf(round, i);
        }
        VM.assertEq(tale.earnedBy[round], due, "proportional pay: an update or a seat was not paid");
        (, uint256 paid,) = abi.decode(log.data, (bytes32, uint256, bytes32));
        VM.assertEq(paid, tale.paid[round], "proportional pay: what the round paid in all");
        VM.assertGe(paid + tale.payments[round], shareOf(due), "proportional pay: rounding keeps back a unit of each");
    }

    function readPay(Log memory log) private {
        (address[] memory accounts, uint256[] memory amounts) = abi.decode(log.data, (address[], uint256[]));
        for (uint256 i = 0; i < amounts.length; ++i) {
            tales[task].paid[roundBefore.number] += amounts[i];
            tales[task].paidInAll += amounts[i];
            credited = keccak256(abi.encode(credited, accounts[i], amounts[i]));
        }
    }

    // ---------------------------------------------------------------- verdicts

    function readVerdicts(Log memory log) private {
        (
            uint256 baseline,
            address[] memory authors,
            uint256[] memory scores,
            Verdict[] memory verdicts,
            uint256[] memory ranking,
            uint256[] memory weights
        ) = abi.decode(log.data, (uint256, address[], uint256[], Verdict[], uint256[], uint256[]));
        VM.assertEq(
            keccak256(abi.encode(authors)),
            keccak256(abi.encode(tales[task].authors[roundOf(log)])),
            "verdicts: authors"
        );
        if (phaseBefore == Phase.Revealing) ++turns[Turn.SettledByTheLast];
        Judge.Finding memory f = finding(roundOf(log));
        VM.assertEq(baseline, f.baseline, "verdicts: median baseline");
        VM.assertEq(
            weights.length, ranking.length + 2, "verdicts: a weight for each accepted update and each kind of seat"
        );
        tales[task].rewards[roundOf(log)] = weights;
        if (tales[task].misjudged[roundOf(log)]) {
            (scores, f.ranking) = (f.scores, new uint256[](0));
            for (uint256 i = 0; i < f.verdicts.length; ++i) {
                f.verdicts[i] = Verdict.Rejected;
            }
        }
        VM.assertEq(keccak256(abi.encode(scores)), keccak256(abi.encode(f.scores)), "verdicts: medians");
        VM.assertEq(
            keccak256(abi.encode(verdicts)), keccak256(abi.encode(f.verdicts)), "verdicts: passed, rejected or a fault"
        );
        VM.assertEq(keccak256(abi.encode(ranking)), keccak256(abi.encode(f.ranking)), "verdicts: ranking");
        for (uint256 i = 0; i < authors.length; ++i) {
            requireBound(roundOf(log), i, scores[i], verdicts[i]);
        }
    }

    // ---------------------------------------------------------- Byzantine bound

    /// @dev Who says in this task what it sees; the others say anything. Tasks differ in how many these are.
    function isHonest(address member) internal view returns (bool) {
        return uint256(keccak256(abi.encode(task, member))) % 8 >= uint256(keccak256(abi.encode(task))) % 5;
    }

    /// @dev What missing voices count as is for the update's worse in its score, and for its better in a fault.
    function requireBound(uint256 round, uint256 update, uint256 score, Verdict verdict) private {
        Tale storage tale = tales[task];
        bool honest = isHonest(tale.authors[round][update]);
        (uint256 liars, uint256 silent, uint256 lowest, uint256 highest) = voicesOn(round, update);
        if (2 * liars >= tale.seats) return;
        if (liars > 0) ++turns[honest ? Turn.HonestUnderLiars : Turn.LiarUnderLiars];
        VM.assertTrue(!honest || verdict != Verdict.Fault, "Byzantine bound: an honest author is at fault");
        if (!tale.takesMedians || tale.misjudged[round]) return;
        if (!honest) VM.assertLe(score, highest, "Byzantine bound: above the highest honest voice");
        else if (2 * (liars + silent) < tale.seats) VM.assertGe(score, lowest, "Byzantine bound: below the lowest");
    }

    /// @dev Without an author's own voice, which counts as a lie where the author lies.
    function voicesOn(uint256 round, uint256 update)
        private
        view
        returns (uint256 liars, uint256 silent, uint256 lowest, uint256 highest)
    {
        (Tale storage tale, address[] memory committee) = (tales[task], sitting());
        address author = tale.authors[round][update];
        lowest = 10_000;
        for (uint256 i = 0; i < tale.seats; ++i) {
            (bool own, bool spoke) = (committee[i] == author, !isSilent(round, i));
            uint256 voice = spoke ? tale.openings[round][i].scores[update] : ABSTAINED;
            if (!isHonest(committee[i]) && (own || spoke)) ++liars;
            else if (!own && voice == ABSTAINED) ++silent;
            else if (!own) (lowest, highest) = (voice < lowest ? voice : lowest, voice > highest ? voice : highest);
        }
    }

    /// @dev From what the seats revealed in this round.
    function finding(uint256 round) private view returns (Judge.Finding memory) {
        Tale storage tale = tales[task];
        uint256[] memory baselines = new uint256[](tale.seats);
        for (uint256 i = 0; i < baselines.length; ++i) {
            baselines[i] = isSilent(round, i) ? ABSTAINED : tale.openings[round][i].baseline;
        }
        uint256[][] memory votes = new uint256[][](tale.authors[round].length);
        bool[] memory barred = new bool[](votes.length);
        for (uint256 u = 0; u < votes.length; ++u) {
            votes[u] = votesOn(round, u);
            barred[u] = tale.departed[round][u];
        }
        return Judge.judge({
            rule: tale.scoreRule,
            parameters: tale.scoreParameters,
            baselines: baselines,
            votes: votes,
            barred: barred,
            k: task.parameters().updatesPerRound
        });
    }

    /// @dev Whatever an author says of its own update, it is as good as can be.
    function votesOn(uint256 round, uint256 update) private view returns (uint256[] memory votes) {
        Tale storage tale = tales[task];
        address[] memory committee = sitting();
        votes = new uint256[](tale.seats);
        for (uint256 i = 0; i < tale.seats; ++i) {
            votes[i] = isSilent(round, i) ? ABSTAINED : tale.openings[round][i].scores[update];
            if (committee[i] == tale.authors[round][update]) votes[i] = 10_000;
        }
    }

    function isSilent(uint256 round, uint256 seat) private view returns (bool) {
        return !tales[task].openings[round][seat].done;
    }

    // --------------------------------------------------------------- elections

    function readOpenedRound(Log memory log) private {
        (address[] memory seated, uint256 committee, bool[] memory fillers, uint256 eligible, bool sampled) =
            abi.decode(log.data, (address[], uint256, bool[], uint256, bool));
        (Parameters memory p, Tale storage tale) = (task.parameters(), tales[task]);
        (tale.eligible, tale.sampling, tale.sampledCount) = (eligible, sampled, 0);
        (tale.seats, tale.aggregators) = (committee, seated.length - committee);
        VM.assertTrue(tale.aggregators == 0 || tale.aggregators >= 3, "roles: one or two aggregators");
        uint256 active = task.roster().active;
        VM.assertEq(eligible, Judge.trainers(p, active, seated.length), "frozen counts: how many train");
        VM.assertTrue(
            sampled == (eligible < active - (p.seatsTrain ? 0 : seated.length)), "frozen counts: whether all do"
        );
        if (p.stakeWeighted) freezeWeights(seated, roundOf(log));
        // Otherwise the managers named the committee, or it was drawn at the start.
        if (electing) requireElected(roundOf(log), seated, fillers);
    }

    function requireElected(uint256 round, address[] memory seated, bool[] memory fillers) private {
        Parameters memory p = task.parameters();
        if (p.redraw) ++turns[Turn.Redrawn];
        uint256 due = Judge.seats(p, task.roster().active, candidates(round));
        bool exact = !ruleFailed && !tales[task].shifted[roundBefore.number];
        if (exact) VM.assertEq(seated.length, due, "proven first: how many were elected");
        for (uint256 i = 0; i < seated.length; ++i) {
            VM.assertTrue(isCandidate(seated[i], round), "roles: a participant that may not act was seated");
            VM.assertTrue(!p.redraw || !fillers[i], "proven first: in a redraw there are no vacancies");
            if (!p.redraw && isStranger(seated[i])) requireNoneProven(seated, round);
        }
    }

    /// @dev Who took part when the round before opened, and still may.
    function candidates(uint256 round) private view returns (uint256 count) {
        for (uint256 i = 0; i < members.length; ++i) {
            if (isCandidate(members[i], round)) ++count;
        }
    }

    function isCandidate(address account, uint256 round) private view returns (bool) {
        return isHereFor(account, round) && task.participant(account).since < round;
    }

    function freezeWeights(address[] memory seated, uint256 round) private {
        uint256 first = firstAttesting();
        uint256[] memory stakes = new uint256[](seated.length - first);
        for (uint256 i = 0; i < stakes.length; ++i) {
            stakes[i] = task.participant(seated[first + i]).stake;
        }
        uint256[] memory weights = Judge.weights(stakes);
        tales[task].weights[round] = new uint256[](seated.length);
        for (uint256 i = 0; i < weights.length; ++i) {
            tales[task].weights[round][first + i] = weights[i];
        }
    }

    /// @dev Neither ever accepted nor a dutiful member of the committee before.
    function isStranger(address account) private view returns (bool) {
        Participant memory m = task.participant(account);
        bool new_ = tales[task].filled[roundBefore.number][roundBefore.attempt][account]; // nothing was due yet
        bool dutiful = isIn(sittingBefore, account) && m.struckIn != roundBefore.number + 1 && !new_;
        return m.acceptedIn == 0 && !dutiful;
    }

    function requireNoneProven(address[] memory committee, uint256 round) private view {
        for (uint256 i = 0; i < members.length; ++i) {
            if (!isCandidate(members[i], round) || isIn(committee, members[i])) continue;
            VM.assertTrue(isStranger(members[i]), "proven first: a stranger was seated before a proven member");
        }
    }

    function lacksUpdates() private view returns (bool) {
        bool tooFew = roundBefore.submitted < task.parameters().minUpdates || roundBefore.seats < 3;
        return tooFew && roundBefore.milestone < Milestone.Settled;
    }

    /// @dev In a recovered round those who did not submit come first, then authors; where updates are missing, the other
    /// way round. The order of standings holds within each.
    function readFilled(Log memory log) private {
        address filler = address(uint160(uint256(log.topics[3])));
        (uint256 round, uint256 seat) = (roundOf(log), uint256(log.topics[2]));
        delete tales[task].openings[round][seat].by;
        tales[task].filled[round][roundBefore.attempt][filler] = true;
        if (seat >= tales[task].seats) ++turns[Turn.AggregatorFilled];
        VM.assertTrue(isHereFor(filler, round), "roles: a participant that may not act fills a seat");
        for (uint256 i = 0; i < members.length; ++i) {
            address other = members[i];
            if (!isActive(other, round) || isIn(sittingBefore, other) || task.participant(other).seatedIn == round + 1)
            {
                continue;
            }
            bool late = isAuthor(filler) != lacksUpdates() && isAuthor(other) == lacksUpdates();
            VM.assertTrue(!late, "roles: a seat was filled in another order");
            if (isAuthor(filler) != isAuthor(other) || task.participant(filler).acceptedIn > 0) continue;
            VM.assertEq(
                task.participant(other).acceptedIn, 0, "proven first: a stranger filled a seat before a proven member"
            );
        }
    }

    function isAuthor(address account) private view returns (bool) {
        return isIn(tales[task].authors[roundBefore.number], account);
    }

    /// @dev May act in `round`.
    function isActive(address account, uint256 round) internal view returns (bool) {
        return isCounted(account, round) && federation.isMember(account);
    }

    /// @dev For a seat: who left between two of the calls that give it is not asked for again.
    function isHereFor(address account, uint256 round) private view returns (bool) {
        return tales[task].shifted[roundBefore.number] ? isCounted(account, round) : isActive(account, round);
    }

    /// @dev As far as the task knows.
    function isCounted(address account, uint256 round) private view returns (bool) {
        Participant memory m = task.participant(account);
        return m.number > 0 && !m.retired && m.since <= round && m.suspendedUntil <= round;
    }

    // ----------------------------------------------------------------- phases

    /// @dev What one call may lead to; time stands still.
    function follows(Phase from, Phase to) private view returns (bool) {
        if (from == to) return true;
        if (from == Phase.Proposed) return to == Phase.Enrolling || to == Phase.Cancelled;
        bool opened = to == Phase.Sampling || to == Phase.Training;
        if (from == Phase.Enrolling) return opened || to == Phase.Expired;
        if (from > Phase.Paused) return false;
        if (governed) return to >= Phase.Sampling && to <= Phase.Finished;
        if (from == Phase.Sampling) return to == Phase.Training;
        if (from == Phase.Training) return to == Phase.Committing || to == Phase.Stalled;
        if (from == Phase.Committing) return to == Phase.Revealing;
        bool settled = to == Phase.Aggregating || to == Phase.Stalled;
        if (from == Phase.Revealing) return to == Phase.Settling || settled;
        if (from == Phase.Settling) return settled;
        bool closed = opened || to == Phase.Finished;
        if (from == Phase.Aggregating) return to == Phase.Closing || closed;
        if (from == Phase.Closing) return closed;
        bool restarted = to == Phase.Committing || to == Phase.Revealing || to == Phase.Aggregating;
        return from == Phase.Stalled && (opened || restarted || to == Phase.Finished);
    }

    // ------------------------------------------------------------------- tools

    function sitting() internal view returns (address[] memory accounts) {
        Seat[] memory seats = task.seats();
        accounts = new address[](seats.length);
        for (uint256 i = 0; i < seats.length; ++i) {
            accounts[i] = seats[i].account;
        }
    }

    function isIn(address[] memory list, address account) internal pure returns (bool) {
        for (uint256 i = 0; i < list.length; ++i) {
            if (list[i] == account) return true;
        }
        return false;
    }

    function roundOf(Log memory log) private view returns (uint256 round) {
        round = uint256(log.topics[1]);
        bool next = log.topics[0] == ITask.RoundOpened.selector;
        VM.assertEq(round, roundBefore.number + (next && round > 0 ? 1 : 0), "roles: an event of another round");
    }

    function accountOf(Log memory log) private pure returns (address) {
        return address(uint160(uint256(log.topics[2])));
    }

    /// @dev Only who had a seat before the call acts for one.
    function seatOf(Log memory log) private view returns (uint256) {
        for (uint256 i = 0; i < sittingBefore.length; ++i) {
            if (sittingBefore[i] == accountOf(log)) return i;
        }
        revert("roles: an account without a seat acted for one");
    }

    function judgingSeatOf(Log memory log) private view returns (uint256 seat) {
        seat = seatOf(log);
        VM.assertTrue(seat < roundBefore.seats, "roles: a seat that does not judge");
    }

    /// @dev Everything that a task knows, but for who has been counted out, and who has scored the final model.
    function fingerprint(ITask of_) internal view returns (bytes32) {
        (Parameters memory p, Roster memory roster) = (of_.parameters(), of_.roster());
        bytes32 record = 0;
        for (uint256 i = 0; i <= uint256(p.totalRounds) + 1; ++i) {
            record = keccak256(abi.encode(record, of_.ledger(i)));
        }
        for (uint256 i = 0; i < members.length; ++i) {
            Participant memory m = of_.participant(members[i]);
            m.retired = false;
            record = keccak256(abi.encode(record, m));
        }
        roster.active = 0;
        Seat[] memory seats = of_.seats();
        for (uint256 i = 0; i < seats.length; ++i) {
            seats[i].scored = false;
        }
        record = keccak256(abi.encode(record, of_.round(), roster, of_.progress(), seats, of_.tallies()));
        return keccak256(abi.encode(record, of_.seed(), of_.updatesDigest(), treasury.budgetOf(address(of_))));
    }
}
