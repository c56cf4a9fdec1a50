// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {
    ITask,
    Member,
    Parameters,
    Phase,
    Roll,
    Round,
    Seat,
    Settlement,
    Verdict
} from "../../../contracts/interfaces/ITask.sol";
import {ITreasury} from "../../../contracts/interfaces/ITreasury.sol";
import {Fixture} from "./Fixture.sol";
import {Judge} from "./Judge.sol";
import {Log, VM} from "./Vm.sol";

/// @title What has happened to the tasks, by their events alone
/// @notice Reads every event as it comes, refuses what must never happen, and keeps the rest for the invariants.
abstract contract Chronicle is Fixture {
    struct Opening {
        bool done;
        uint256 baseline;
        uint256[] scores;
    }

    struct Tale {
        mapping(uint256 number => bytes32) blocks;
        mapping(uint256 round => address[]) authors;
        mapping(uint256 round => mapping(uint256 attempt => mapping(uint256 seat => bool))) sealedBy;
        mapping(uint256 round => mapping(uint256 seat => Opening)) openings;
        mapping(uint256 round => mapping(uint256 attempt => mapping(uint256 seat => bytes32))) attested;
        mapping(uint256 round => mapping(address => uint256)) strikes;
        mapping(uint256 round => bool) misjudged; // the score rule failed
        mapping(uint256 round => uint256) paid;
        uint256 paidInAll;
        uint256 eligible; // when the round opened
        uint256 seats;
        bytes32 last; // everything the task knew when it ended
    }

    mapping(ITask task => Tale) internal tales;
    ITask[] internal tasks;
    mapping(bytes32 topic => uint256) internal times; // each event was seen, of whatever task
    mapping(Phase stalled => uint256) internal recoveries;

    // How the task stood before the call that is being watched, and what that call turned out to be.
    Phase internal phaseBefore;
    Round internal roundBefore;
    address[] internal sittingBefore;
    bool private electing; // it ended a round, so a committee is elected
    bool private steered; // managers paused, resumed or rolled back

    modifier watched() {
        (phaseBefore, roundBefore) = (task.phase(), task.round());
        (sittingBefore, electing, steered) = (sitting(), false, false);
        VM.recordLogs();
        _;
        Log[] memory logs = VM.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            read(logs[i]);
        }
        VM.assertTrue(follows(phaseBefore, task.phase()), "I9: forbidden transition");
    }

    // ------------------------------------------------------------------ events

    function read(Log memory log) private {
        bytes32 topic = log.topics[0];
        ++times[topic];
        if (topic == ITreasury.Credited.selector) return readPay(log);
        if (log.emitter != address(task)) return;
        if (topic == ITask.UpdateSubmitted.selector) readUpdate(log);
        else if (topic == ITask.ScoresCommitted.selector) readSealed(log);
        else if (topic == ITask.ScoresRevealed.selector) readOpened(log);
        else if (topic == ITask.RoundSettled.selector) readVerdicts(log);
        else if (topic == ITask.AggregateAttested.selector) readAttested(log);
        else if (topic == ITask.MemberStruck.selector) readStrike(log);
        else if (topic == ITask.RuleFailed.selector) readFailure(log);
        else if (topic == ITask.ModelBlockWritten.selector) readBlock(log, abi.decode(log.data, (bytes32)));
        else if (topic == ITask.UpdateBlockWritten.selector) readUpdateBlock(log);
        else if (topic == ITask.RoundRecovered.selector) readRecovery(log);
        else if (topic == ITask.SeatFilled.selector) readFilled(log);
        else if (topic == ITask.RoundOpened.selector) readOpenedRound(log);
        else if (topic == ITask.RoundClosed.selector || topic == ITask.RoundCarried.selector) electing = true;
        else if (topic == ITask.TaskPaused.selector || topic == ITask.TaskResumed.selector) steered = true;
        else if (topic == ITask.RoundRolledBack.selector) readRollback();
    }

    function readUpdate(Log memory log) private {
        (uint256 index,,) = abi.decode(log.data, (uint256, bytes32, uint256));
        address[] storage authors = tales[task].authors[roundOf(log)];
        VM.assertEq(index, authors.length, "I3: updates come in order");
        for (uint256 i = 0; i < authors.length; ++i) {
            VM.assertTrue(authors[i] != accountOf(log), "I2: two updates of one author");
        }
        VM.assertTrue(!isIn(sittingBefore, accountOf(log)), "I3: somebody with a seat trained");
        authors.push(accountOf(log));
    }

    function readSealed(Log memory log) private {
        (uint256 attempt,) = abi.decode(log.data, (uint256, bytes32));
        uint256 seat = seatOf(log);
        mapping(uint256 => bool) storage sealedBy = tales[task].sealedBy[roundOf(log)][attempt];
        VM.assertTrue(!sealedBy[seat], "I2: one seat committed twice");
        sealedBy[seat] = true;
    }

    function readOpened(Log memory log) private {
        (uint256 attempt, uint256 baseline, uint256[] memory scores,) =
            abi.decode(log.data, (uint256, uint256, uint256[], bytes32));
        uint256 seat = seatOf(log);
        VM.assertTrue(tales[task].sealedBy[roundOf(log)][attempt][seat], "I2: revealed what was not committed");
        VM.assertTrue(!tales[task].openings[roundOf(log)][seat].done, "I2: one seat revealed twice");
        tales[task].openings[roundOf(log)][seat] = Opening({done: true, baseline: baseline, scores: scores});
    }

    function readAttested(Log memory log) private {
        (uint256 attempt, bytes32 pointer) = abi.decode(log.data, (uint256, bytes32));
        mapping(uint256 => bytes32) storage attested = tales[task].attested[roundOf(log)][attempt];
        uint256 seat = seatOf(log);
        VM.assertEq(attested[seat], bytes32(0), "I2: one seat attested twice");
        attested[seat] = pointer;
    }

    function readStrike(Log memory log) private {
        uint256 strikes = ++tales[task].strikes[roundOf(log)][accountOf(log)];
        VM.assertEq(strikes, 1, "I8: two strikes in one round");
    }

    function readFailure(Log memory log) private {
        address rule = address(uint160(uint256(log.topics[2])));
        if (rule == address(task.parameters().scoreRule)) tales[task].misjudged[roundOf(log)] = true;
    }

    function readBlock(Log memory log, bytes32 pointer) private {
        uint256 number = uint256(log.topics[1]);
        VM.assertEq(tales[task].blocks[number], bytes32(0), "I5: a block was written twice");
        VM.assertTrue(pointer != 0, "I5: an empty block was written");
        tales[task].blocks[number] = pointer;
    }

    function readUpdateBlock(Log memory log) private {
        (bytes32 pointer,,) = abi.decode(log.data, (bytes32, uint256, uint256));
        readBlock(log, pointer);
    }

    function readPay(Log memory log) private {
        (, uint256[] memory amounts) = abi.decode(log.data, (address[], uint256[]));
        for (uint256 i = 0; i < amounts.length; ++i) {
            tales[task].paid[roundBefore.number] += amounts[i];
            tales[task].paidInAll += amounts[i];
        }
    }

    function readRecovery(Log memory log) private {
        (, Phase stalled) = abi.decode(log.data, (uint256, Phase));
        ++recoveries[stalled];
    }

    function readRollback() private {
        VM.assertTrue(phaseBefore != Phase.Closing, "I9: rolled back while closing");
        steered = true;
    }

    // ---------------------------------------------------------------- verdicts

    function readVerdicts(Log memory log) private view {
        (
            uint256 baseline,
            uint256[] memory scores,
            Verdict[] memory verdicts,
            uint256[] memory ranking,
            uint256[] memory weights
        ) = abi.decode(log.data, (uint256, uint256[], Verdict[], uint256[], uint256[]));
        Judge.Finding memory f = finding(roundOf(log));
        VM.assertEq(baseline, f.baseline, "I3: median baseline");
        VM.assertEq(weights.length, ranking.length, "one weight for each accepted update");
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

    /// @dev From what the seats revealed in this round: silence is a score of 0 and a baseline of 10000; nobody judges
    /// its own update.
    function finding(uint256 round) private view returns (Judge.Finding memory) {
        Tale storage tale = tales[task];
        address[] memory seats = sitting();
        uint256[] memory baselines = new uint256[](seats.length);
        for (uint256 i = 0; i < seats.length; ++i) {
            baselines[i] = tale.openings[round][i].done ? tale.openings[round][i].baseline : 10_000;
        }
        uint256[][] memory scores = new uint256[][](tale.authors[round].length);
        bool[] memory barred = new bool[](scores.length);
        for (uint256 u = 0; u < scores.length; ++u) {
            address author = tale.authors[round][u];
            scores[u] = new uint256[](isIn(seats, author) ? seats.length - 1 : seats.length);
            barred[u] = !federation.isMember(author);
            uint256 count = 0;
            for (uint256 i = 0; i < seats.length; ++i) {
                if (seats[i] == author) continue;
                scores[u][count++] = tale.openings[round][i].done ? tale.openings[round][i].scores[u] : 0;
            }
        }
        return Judge.judge(baselines, scores, barred, task.parameters().updatesPerRound);
    }

    // --------------------------------------------------------------- elections

    function readOpenedRound(Log memory log) private {
        (address[] memory committee,, uint256 eligible) = abi.decode(log.data, (address[], bool[], uint256));
        (tales[task].eligible, tales[task].seats) = (eligible, committee.length);
        if (!electing) return; // the managers named the committee
        for (uint256 i = 0; i < committee.length; ++i) {
            VM.assertTrue(isActive(committee[i], roundOf(log)), "somebody who may not act was seated");
            if (isStranger(committee[i])) requireNobodyProven(committee, roundOf(log));
        }
    }

    /// @dev Neither ever accepted nor a dutiful member of the committee before.
    function isStranger(address account) private view returns (bool) {
        Member memory m = task.member(account);
        bool dutiful = isIn(sittingBefore, account) && m.struckIn != roundBefore.number + 1;
        return m.acceptedIn == 0 && !dutiful;
    }

    function requireNobodyProven(address[] memory committee, uint256 round) private view {
        for (uint256 i = 0; i < members.length; ++i) {
            if (!isActive(members[i], round) || isIn(committee, members[i])) continue;
            VM.assertTrue(isStranger(members[i]), "I6: a stranger was seated before a proven member");
        }
    }

    /// @dev In a recovered round those who did not submit come first, then authors; the order holds within each.
    function readFilled(Log memory log) private view {
        address filler = address(uint160(uint256(log.topics[3])));
        uint256 round = roundOf(log);
        VM.assertTrue(isActive(filler, round), "somebody who may not act was seated");
        for (uint256 i = 0; i < members.length; ++i) {
            address other = members[i];
            if (!isActive(other, round) || isIn(sittingBefore, other) || task.member(other).seatedIn == round + 1) {
                continue;
            }
            if (isAuthor(filler) && !isAuthor(other)) {
                VM.assertTrue(false, "an author was seated before a free member");
            }
            if (isAuthor(filler) != isAuthor(other) || task.member(filler).acceptedIn > 0) continue;
            VM.assertEq(task.member(other).acceptedIn, 0, "I6: a stranger filled a seat before a proven member");
        }
    }

    function isAuthor(address account) private view returns (bool) {
        return isIn(tales[task].authors[roundBefore.number], account);
    }

    /// @dev May act in `round`.
    function isActive(address account, uint256 round) internal view returns (bool) {
        Member memory m = task.member(account);
        bool enrolled = m.number > 0 && !m.retired && m.since <= round;
        return enrolled && m.suspendedUntil <= round && federation.isMember(account);
    }

    // ----------------------------------------------------------------- phases

    /// @dev What one call may lead to; time stands still.
    function follows(Phase from, Phase to) private view returns (bool) {
        if (from == to) return true;
        if (from == Phase.Proposed) return to == Phase.Enrolling || to == Phase.Cancelled;
        if (from == Phase.Enrolling) return to == Phase.Training || to == Phase.Expired;
        if (from > Phase.Paused) return false;
        if (steered) return to >= Phase.Training && to <= Phase.Finished;
        if (from == Phase.Training) return to == Phase.Committing || to == Phase.Stalled;
        if (from == Phase.Committing) return to == Phase.Revealing;
        if (from == Phase.Revealing) return to == Phase.Settling;
        if (from == Phase.Settling) return to == Phase.Aggregating || to == Phase.Stalled;
        if (from == Phase.Aggregating) return to == Phase.Closing;
        if (from == Phase.Stalled) return to <= Phase.Committing || to == Phase.Aggregating || to == Phase.Finished;
        return from == Phase.Closing && (to == Phase.Training || to == Phase.Finished);
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
        revert("I3: somebody without a seat acted for one");
    }

    /// @dev Everything that a task knows, but for its members' marks.
    function fingerprint(ITask of_) internal view returns (bytes32) {
        (Round memory r, Roll memory roll, Settlement memory s) = (of_.round(), of_.roll(), of_.settlement());
        Parameters memory p = of_.parameters();
        bytes32 blocks = 0;
        for (uint256 i = 0; i <= (uint256(p.totalRounds) + 1) * (uint256(p.updatesPerRound) + 1); ++i) {
            blocks = keccak256(abi.encode(blocks, of_.ledger(i)));
        }
        return keccak256(abi.encode(r, s, roll.budget, roll.enrolled, of_.seed(), of_.updatesDigest(), blocks));
    }
}
