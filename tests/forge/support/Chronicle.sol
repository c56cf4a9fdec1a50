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
import {Fixture} from "./Fixture.sol";
import {Judge} from "./Judge.sol";
import {unpacked} from "./Scores.sol";
import {Log, VM} from "./Vm.sol";

/// @title What has happened to the tasks, by their events alone
/// @notice Reads every event as it comes, refuses what must never happen, and keeps the rest for the invariants.
abstract contract Chronicle is Fixture {
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
        SettledByTheLast, // reveal
        ClosedByTheLast // attestation
    }

    struct Tale {
        IScoreRule scoreRule; // the one it is judged by when that one is not faulty
        bytes32 scoreParameters;
        mapping(uint256 number => bytes32) models;
        mapping(uint256 round => address[]) authors;
        mapping(uint256 round => mapping(address => bytes32)) pointers; // of their updates
        mapping(uint256 round => mapping(uint256 rank => address)) ranked; // authors on record
        mapping(uint256 round => mapping(uint256 attempt => mapping(uint256 seat => bool))) committedBy;
        mapping(uint256 round => mapping(uint256 seat => Opening)) openings;
        mapping(uint256 round => mapping(uint256 attempt => mapping(uint256 seat => bytes32))) attested;
        mapping(uint256 round => mapping(address => uint256)) strikes;
        mapping(uint256 round => bool) misjudged; // the score rule failed
        mapping(uint256 round => mapping(address => bool)) sampled;
        mapping(uint256 round => uint256[]) weights; // of seats' attestations, by stake
        mapping(uint256 round => uint256[]) rewards; // of the accepted, of a judging and of an attesting seat
        mapping(uint256 round => bytes32) agreed;
        mapping(uint256 round => uint256) votes; // for it
        mapping(uint256 round => uint256) seatsEarned; // reward weights
        mapping(address => uint256) earned; // reward weights
        mapping(uint256 round => uint256) paid;
        uint256 paidInAll;
        uint256 eligible; // when the round opened, or once its trainers are sampled
        bool sampling; // fewer train than could
        uint256 sampledCount;
        uint256 seats; // that judge
        uint256 aggregators; // seats beside them
        bytes32 last; // everything the task knew when it ended
    }

    mapping(ITask task => Tale) internal tales;
    ITask[] internal tasks;
    mapping(bytes32 topic => uint256) internal times; // each event was seen, of whatever task
    mapping(Phase stalled => uint256) internal recoveries;
    mapping(Turn => uint256) internal turns;

    // How the task stood before the call that is being watched, and what that call turned out to be.
    Phase internal phaseBefore;
    Round internal roundBefore;
    address[] internal sittingBefore;
    uint256 private drawsBefore;
    bytes32 private announced; // payments, by the events of a round
    bytes32 private credited; // by the treasury's
    bool private electing; // it ended a round, so a committee is elected
    bool private ruleFailed; // that of elections, so those who sat stay
    bool private governed; // managers paused, resumed or rolled back

    modifier watched() {
        (phaseBefore, roundBefore) = (task.phase(), task.round());
        (sittingBefore, electing, ruleFailed, governed) = (sitting(), false, false, false);
        (drawsBefore, announced, credited) = (task.progress().draws, 0, 0);
        VM.recordLogs();
        _;
        Log[] memory logs = VM.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            read(logs[i]);
        }
        VM.assertEq(credited, announced, "I1: who is credited, and what");
        VM.assertTrue(follows(phaseBefore, task.phase()), "I9: forbidden transition");
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
            VM.assertTrue(count < trainers.length && trainers[count] == met, "I7: a drawn participant was not sampled");
            tale.sampled[round][met] = true;
            ++count;
        }
        VM.assertEq(trainers.length, count, "I7: a sampled participant was not drawn, not active, or has a seat");
        tale.sampledCount += count;
        bool exhausted = left == 0 && tale.sampledCount < tale.eligible;
        VM.assertTrue(!exhausted || draws == 8 * numbers, "I7: too few were sampled");
        if (exhausted) (tale.eligible, left) = (tale.sampledCount, 0);
        if (exhausted) ++turns[Turn.SampledToTheCap];
        VM.assertEq(tale.eligible, tale.sampledCount + left, "I7: trainers to sample");
    }

    function readUpdate(Log memory log) private {
        (uint256 index, bytes32 pointer,) = abi.decode(log.data, (uint256, bytes32, uint256));
        address[] storage authors = tales[task].authors[roundOf(log)];
        VM.assertEq(index, authors.length, "I3: updates come in order");
        for (uint256 i = 0; i < authors.length; ++i) {
            VM.assertTrue(authors[i] != accountOf(log), "I2: two updates of one author");
        }
        VM.assertTrue(!mayNotTrain(accountOf(log)), "I3: a seated participant trained");
        bool all = !tales[task].sampling;
        VM.assertTrue(all || tales[task].sampled[roundOf(log)][accountOf(log)], "I3: a participant trained unsampled");
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
        VM.assertTrue(!committedBy[seat], "I2: one seat committed twice");
        committedBy[seat] = true;
    }

    function readOpened(Log memory log) private {
        (uint256 attempt, uint256 baseline, uint256[] memory words,) =
            abi.decode(log.data, (uint256, uint256, uint256[], bytes32));
        uint256 seat = judgingSeatOf(log);
        VM.assertTrue(tales[task].committedBy[roundOf(log)][attempt][seat], "I2: revealed what was not committed");
        VM.assertTrue(!tales[task].openings[roundOf(log)][seat].done, "I2: one seat revealed twice");
        tales[task].openings[roundOf(log)][seat] =
            Opening(true, accountOf(log), baseline, unpacked(words, roundBefore.submitted));
    }

    function readAttested(Log memory log) private {
        (uint256 attempt, bytes32 pointer) = abi.decode(log.data, (uint256, bytes32));
        mapping(uint256 => bytes32) storage attested = tales[task].attested[roundOf(log)][attempt];
        uint256 seat = seatOf(log);
        VM.assertEq(attested[seat], bytes32(0), "I2: one seat attested twice");
        VM.assertGe(seat, firstAttesting(), "I3: a seat that does not attest");
        attested[seat] = pointer;
        if (phaseBefore == Phase.Closing) {
            VM.assertEq(pointer, tales[task].agreed[roundOf(log)], "I2: a late attestation of another pointer");
            ++tales[task].votes[roundOf(log)];
        }
        bool agreed = task.round().milestone >= Milestone.Agreed || task.round().number > roundBefore.number;
        VM.assertTrue(agreed == hasMost(pointer), "I2: agreed iff most agree");
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
        VM.assertEq(counted, votes, "I2: votes for what is agreed");
        (tales[task].agreed[roundOf(log)], tales[task].votes[roundOf(log)]) = (pointer, votes);
    }

    function readStrike(Log memory log) private {
        uint256 strikes = ++tales[task].strikes[roundOf(log)][accountOf(log)];
        VM.assertEq(strikes, 1, "I8: two strikes in one round");
    }

    function readCleared(Log memory log) private view {
        VM.assertEq(tales[task].strikes[roundOf(log)][accountOf(log)], 0, "I8: a strike cleared in its own round");
    }

    function readFailure(Log memory log) private {
        address rule = address(uint160(uint256(log.topics[2])));
        if (rule == address(task.parameters().scoreRule)) tales[task].misjudged[roundOf(log)] = true;
        if (rule == address(task.parameters().electionRule)) ruleFailed = true;
    }

    function readModel(Log memory log) private {
        (uint256 model, bytes32 pointer) = (uint256(log.topics[2]), abi.decode(log.data, (bytes32)));
        VM.assertEq(tales[task].models[model], bytes32(0), "I5: a model was written twice");
        VM.assertTrue(pointer != 0, "I5: an empty model was written");
        tales[task].models[model] = pointer;
    }

    function readRecovery(Log memory log) private {
        (, Phase stalled) = abi.decode(log.data, (uint256, Phase));
        ++recoveries[stalled];
    }

    function readRollback() private {
        VM.assertTrue(phaseBefore != Phase.Closing, "I9: rolled back while closing");
        governed = true;
    }

    // --------------------------------------------------------------------- pay

    function readUpdateBlock(Log memory log) private {
        (uint256 rank, bytes32 pointer,, uint256 amount) = abi.decode(log.data, (uint256, bytes32, uint256, uint256));
        Tale storage tale = tales[task];
        VM.assertEq(pointer, tale.pointers[roundOf(log)][accountOf(log)], "I5: another update than the author's");
        VM.assertEq(tale.ranked[roundOf(log)][rank], address(0), "I5: two updates of one rank");
        tale.ranked[roundOf(log)][rank] = accountOf(log);
        earn(accountOf(log), tale.rewards[roundBefore.number][rank - 1], amount);
    }

    function readSeatPaid(Log memory log) private {
        (uint256 weight, uint256 amount) = abi.decode(log.data, (uint256, uint256));
        uint256 due = rewardOf(roundOf(log), seatOf(log));
        VM.assertEq(weight, due, "I3: a seat earns by what it did");
        tales[task].seatsEarned[roundOf(log)] += weight;
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
        Tale storage tale = tales[task];
        (uint256[] storage rewards, uint256 whole) = (tale.rewards[roundBefore.number], 0);
        for (uint256 i = 0; i + 2 < rewards.length; ++i) {
            whole += rewards[i];
        }
        whole += rewards[rewards.length - 2] * roundBefore.revealed;
        whole += rewards[rewards.length - 1] * tale.votes[roundBefore.number];
        uint256 due = whole == 0 ? 0 : task.budget() * weight / (whole * task.parameters().totalRounds);
        VM.assertEq(amount, due, "I1: a share of the round's pay");
        tale.earned[account] += weight;
        announced = keccak256(abi.encode(announced, account, amount));
    }

    function readClosed(Log memory log) private {
        electing = true;
        if (phaseBefore == Phase.Aggregating) ++turns[Turn.ClosedByTheLast];
        uint256 due = 0;
        for (uint256 i = 0; i < sittingBefore.length; ++i) {
            due += rewardOf(roundBefore.number, i);
        }
        VM.assertEq(tales[task].seatsEarned[uint256(log.topics[1])], due, "I3: a seat was not paid");
        (, uint256 paid,) = abi.decode(log.data, (bytes32, uint256, bytes32));
        VM.assertEq(paid, tales[task].paid[uint256(log.topics[1])], "I1: what the round paid in all");
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
            keccak256(abi.encode(authors)), keccak256(abi.encode(tales[task].authors[roundOf(log)])), "I3: authors"
        );
        if (phaseBefore == Phase.Revealing) ++turns[Turn.SettledByTheLast];
        Judge.Finding memory f = finding(roundOf(log));
        VM.assertEq(baseline, f.baseline, "I3: median baseline");
        VM.assertEq(weights.length, ranking.length + 2, "a weight for each accepted update and each kind of seat");
        tales[task].rewards[roundOf(log)] = weights;
        if (tales[task].misjudged[roundOf(log)]) {
            (scores, f.ranking) = (f.scores, new uint256[](0));
            for (uint256 i = 0; i < f.verdicts.length; ++i) {
                f.verdicts[i] = Verdict.Rejected;
            }
        }
        VM.assertEq(keccak256(abi.encode(scores)), keccak256(abi.encode(f.scores)), "I3: medians");
        VM.assertEq(keccak256(abi.encode(verdicts)), keccak256(abi.encode(f.verdicts)), "I3: verdicts");
        VM.assertEq(keccak256(abi.encode(ranking)), keccak256(abi.encode(f.ranking)), "I3: ranking");
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
            barred[u] = !federation.isMember(tale.authors[round][u]);
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
        VM.assertTrue(tale.aggregators == 0 || tale.aggregators >= 3, "one or two aggregators");
        uint256 active = task.roster().active;
        VM.assertEq(eligible, Judge.trainers(p, active, seated.length), "I7: how many train");
        VM.assertTrue(sampled == (eligible < active - (p.seatsTrain ? 0 : seated.length)), "I7: whether all do");
        if (p.stakeWeighted) freezeWeights(seated, roundOf(log));
        // Otherwise the managers named the committee, or it was drawn at the start.
        if (electing) requireElected(roundOf(log), seated, fillers);
    }

    function requireElected(uint256 round, address[] memory seated, bool[] memory fillers) private {
        Parameters memory p = task.parameters();
        if (p.redraw) ++turns[Turn.Redrawn];
        uint256 due = Judge.seats(p, task.roster().active, candidates(round));
        VM.assertTrue(ruleFailed || seated.length == due, "how many were elected");
        for (uint256 i = 0; i < seated.length; ++i) {
            VM.assertTrue(isCandidate(seated[i], round), "a participant that may not act was seated");
            VM.assertTrue(!p.redraw || !fillers[i], "I6: where all stand for election there are no vacancies");
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
        return isActive(account, round) && task.participant(account).since < round;
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
        bool dutiful = isIn(sittingBefore, account) && m.struckIn != roundBefore.number + 1;
        return m.acceptedIn == 0 && !dutiful;
    }

    function requireNoneProven(address[] memory committee, uint256 round) private view {
        for (uint256 i = 0; i < members.length; ++i) {
            if (!isCandidate(members[i], round) || isIn(committee, members[i])) continue;
            VM.assertTrue(isStranger(members[i]), "I6: a stranger was seated before a proven member");
        }
    }

    /// @dev In a recovered round those who did not submit come first, then authors; the order holds within each.
    function readFilled(Log memory log) private {
        address filler = address(uint160(uint256(log.topics[3])));
        (uint256 round, uint256 seat) = (roundOf(log), uint256(log.topics[2]));
        delete tales[task].openings[round][seat].by;
        if (seat >= tales[task].seats) ++turns[Turn.AggregatorFilled];
        VM.assertTrue(isActive(filler, round), "a participant that may not act was seated");
        for (uint256 i = 0; i < members.length; ++i) {
            address other = members[i];
            if (!isActive(other, round) || isIn(sittingBefore, other) || task.participant(other).seatedIn == round + 1)
            {
                continue;
            }
            if (isAuthor(filler) && !isAuthor(other)) {
                VM.assertTrue(false, "an author was seated before a free member");
            }
            if (isAuthor(filler) != isAuthor(other) || task.participant(filler).acceptedIn > 0) continue;
            VM.assertEq(task.participant(other).acceptedIn, 0, "I6: a stranger filled a seat before a proven member");
        }
    }

    function isAuthor(address account) private view returns (bool) {
        return isIn(tales[task].authors[roundBefore.number], account);
    }

    /// @dev May act in `round`.
    function isActive(address account, uint256 round) internal view returns (bool) {
        return isCounted(account, round) && federation.isMember(account);
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
        bool restarted = to == Phase.Committing || to == Phase.Aggregating;
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
        VM.assertEq(round, roundBefore.number + (next && round > 0 ? 1 : 0), "I3: an event of another round");
    }

    function accountOf(Log memory log) private pure returns (address) {
        return address(uint160(uint256(log.topics[2])));
    }

    /// @dev Only who had a seat before the call acts for one.
    function seatOf(Log memory log) private view returns (uint256) {
        for (uint256 i = 0; i < sittingBefore.length; ++i) {
            if (sittingBefore[i] == accountOf(log)) return i;
        }
        revert("I3: an account without a seat acted for one");
    }

    function judgingSeatOf(Log memory log) private view returns (uint256 seat) {
        seat = seatOf(log);
        VM.assertTrue(seat < roundBefore.seats, "I3: a seat that does not judge");
    }

    /// @dev Everything that a task knows, but for its members' marks.
    function fingerprint(ITask of_) internal view returns (bytes32) {
        (Round memory r, Roster memory roster, RoundProgress memory s) = (of_.round(), of_.roster(), of_.progress());
        bytes32 models = 0;
        for (uint256 i = 0; i <= uint256(of_.parameters().totalRounds) + 1; ++i) {
            models = keccak256(abi.encode(models, of_.ledger(i)));
        }
        return keccak256(abi.encode(r, s, roster.budget, roster.enrolled, of_.seed(), of_.updatesDigest(), models));
    }
}
