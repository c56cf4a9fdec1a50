// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IFederation} from "../../contracts/interfaces/IFederation.sol";
import {Account, Membership} from "../../contracts/types/Membership.sol";
import {ITask} from "../../contracts/interfaces/ITask.sol";
import {ITreasury} from "../../contracts/interfaces/ITreasury.sol";
import {
    Milestone,
    Parameters,
    Participant,
    Phase,
    PointerTally,
    Roster,
    Round,
    RoundProgress,
    Seat
} from "../../contracts/types/TaskTypes.sol";
import {Branches} from "./support/Branches.sol";
import {Judge} from "./support/Judge.sol";
import {VM} from "./support/Vm.sol";

struct FuzzSelector {
    address target;
    bytes4[] selectors;
}

/// @notice What holds whatever anyone does. An assertion begins with the name of its property in the specification;
/// what single events tell is looked at with each, in `Chronicle`.
contract Invariants is Branches {
    uint256 private constant MOST_MOVES = 20_000;
    /// @dev From here on the moves come everywhere soon; from elsewhere they take up to five times as many.
    uint256 private constant FIRST_MOVE = 200_000;

    function targetContracts() external view returns (address[] memory list) {
        list = new address[](1);
        list[0] = address(this);
    }

    function targetSelectors() public view returns (FuzzSelector[] memory list) {
        bytes4[] memory s = new bytes4[](12);
        (s[0], s[1], s[2], s[3]) =
        (this.act.selector, this.finishPhase.selector, this.finishRound.selector, this.wait.selector);
        (s[4], s[5], s[6], s[7]) = (this.meddle.selector, this.govern.selector, this.come.selector, this.go.selector);
        (s[8], s[9], s[10]) = (this.pay.selector, this.beHonest.selector, this.beFaulty.selector);
        s[11] = this.finishPhase.selector;
        list = new FuzzSelector[](1);
        list[0] = FuzzSelector(address(this), s);
    }

    /// @notice The invariants are worth something only if the games go everywhere.
    function test_games_reach_whatever_can_happen() external {
        VM.pauseGasMetering();
        unmetered = true;
        bytes4[] memory moves = targetSelectors()[0].selectors;
        string memory rest = "everything";
        for (uint256 i = 0; i < MOST_MOVES && bytes(rest).length > 0; ++i) {
            uint256 seed = random(FIRST_MOVE + i);
            (bool ok, bytes memory reason) =
                address(this).call(abi.encodeWithSelector(moves[seed % moves.length], seed >> 16));
            VM.assertTrue(ok, string.concat("a move fails with ", string(reason)));
            if (i % 250 == 249) rest = unreached();
        }
        VM.assertTrue(bytes(rest).length == 0, string.concat("no game reached ", rest));
    }

    function unreached() private view returns (string memory) {
        bytes32[22] memory events = [
            IFederation.MemberReplaced.selector,
            IFederation.MembershipRenewed.selector,
            IFederation.MembershipExpired.selector,
            ITask.TrainersSampled.selector,
            ITask.SeatPaid.selector,
            ITask.TaskFinished.selector,
            ITask.TaskExpired.selector,
            ITask.MemberRetired.selector,
            ITask.MemberStruck.selector,
            ITask.StrikeCleared.selector,
            ITask.MemberSuspended.selector,
            ITask.AggregateAgreed.selector,
            ITask.UpdateBlockWritten.selector,
            ITask.SeatFilled.selector,
            ITask.RoundCarried.selector,
            ITask.RoundRolledBack.selector,
            ITask.TaskPaused.selector,
            ITask.TaskResumed.selector,
            ITask.TaskFunded.selector,
            ITask.RuleFailed.selector,
            ITask.ModelScored.selector,
            ITreasury.Withdrawn.selector
        ];
        for (uint256 i = 0; i < events.length; ++i) {
            if (times[events[i]] < 2) return string.concat("event ", VM.toString(i));
        }
        for (uint256 i = 0; i <= uint256(type(Turn).max); ++i) {
            if (turns[Turn(i)] == 0) return string.concat("turn ", VM.toString(i));
        }
        Phase[4] memory stalls = [Phase.Training, Phase.Committing, Phase.Revealing, Phase.Aggregating];
        for (uint256 i = 0; i < stalls.length; ++i) {
            if (recoveries[stalls[i]] == 0) return string.concat("recovery ", VM.toString(i));
        }
        return "";
    }

    /// @dev One campaign for all, because each would play the same games again.
    function invariant_holds() external {
        moneyIsConserved();
        oneSeatCountsOnce();
        votesAddUp();
        theLedgerOnlyGrows();
        countsAreRight();
        thePhaseIsDerived();
        theEndIsFinal();
        paymentsAreBounded();
        pagesDoNotMatter();
        nobodyElectsOthers();
        progressIsPossible();
    }

    // ------------------------------------------------------------- conservation

    function moneyIsConserved() private view {
        uint256 accounted = treasury.escrowed() + treasury.pool() + treasury.budgets() + treasury.owed();
        VM.assertEq(accounted, received, "conservation: accounts hold what came in less what went out");
        VM.assertEq(token.balanceOf(address(treasury)), received + gifts, "conservation: so does the treasury");
        (uint256 owed, uint256 escrowed, uint256 budgets) = (0, 0, 0);
        for (uint256 i = 0; i < members.length; ++i) {
            owed += treasury.owedTo(members[i]);
            Account memory account = federation.accountOf(members[i]);
            if (account.membership == Membership.Applied) escrowed += account.fee;
        }
        for (uint256 i = 0; i < tasks.length; ++i) {
            budgets += treasury.budgetOf(address(tasks[i]));
        }
        VM.assertEq(treasury.owed(), owed, "conservation: owed to members");
        VM.assertEq(treasury.escrowed(), escrowed, "conservation: escrowed with open applications");
        VM.assertEq(treasury.budgets(), budgets, "conservation: budgets of tasks");
        Phase phase = task.phase();
        uint256 budget = phase >= Phase.Sampling && phase <= Phase.Paused ? task.budget() - tales[task].paidInAll : 0;
        VM.assertEq(treasury.budgetOf(address(task)), budget, "conservation: the task's budget less what it paid");
    }

    // ---------------------------------------------------------------- one voice

    /// @dev Seats that acted are told by the events; what the task counted must be the same.
    function oneSeatCountsOnce() private view {
        (Round memory r, Seat[] memory seats) = (task.round(), task.seats());
        (uint256 committed, uint256 revealed) = (0, 0);
        for (uint256 i = 0; i < seats.length; ++i) {
            bool opened = tales[task].openings[r.number][i].done;
            if (opened) ++revealed;
            if (opened || tales[task].committedBy[r.number][r.attempt][i]) ++committed;
        }
        VM.assertEq(r.revealed, revealed, "one voice: seats that revealed");
        VM.assertEq(r.committed, committed, "one voice: seats that committed or revealed");
        VM.assertEq(r.submitted, tales[task].authors[r.number].length, "one voice: updates");
        bool open = task.phase() >= Phase.Sampling;
        for (uint256 i = 1; open && i < seats.length; ++i) {
            for (uint256 j = 0; j < i; ++j) {
                VM.assertTrue(seats[i].account != seats[j].account, "one voice: one member in two seats");
            }
        }
    }

    /// @dev A vote and its weight are those of one seat, frozen when the round opened, whichever participant has it
    /// now.
    function votesAddUp() private view {
        if (tales[task].models[0] == 0) return; // not started
        (PointerTally[] memory tallies, Seat[] memory seats, bool weighted) =
            (task.tallies(), task.seats(), task.parameters().stakeWeighted);
        (uint256 silent, uint256 attesting,, uint256 whole) = tally(task.round(), 0);
        uint256 votes = silent;
        for (uint256 i = 0; i < tallies.length; ++i) {
            (uint256 cast,, uint256 weight,) = tally(task.round(), tallies[i].pointer);
            VM.assertEq(tallies[i].votes, cast, "one voice: votes for a pointer");
            VM.assertTrue(!weighted || tallies[i].weight == weight, "one voice: weight of a pointer");
            votes += cast;
        }
        VM.assertEq(votes, attesting, "one voice: every attestation is a vote");
        if (!weighted || whole == 0) return; // without seats, the weight of those before stays
        VM.assertEq(task.progress().totalAttestingWeight, whole, "one voice: weight of all attestations");
        for (uint256 i = firstAttesting(); i < seats.length; ++i) {
            VM.assertEq(seats[i].weight, tales[task].weights[task.round().number][i], "one voice: weight of a seat");
        }
    }

    // ------------------------------------------------------------------- ledger

    function theLedgerOnlyGrows() private view {
        for (uint256 i = 0; i <= uint256(task.round().number) + 2; ++i) {
            VM.assertEq(
                task.ledger(i), tales[task].models[i], "ledger: a model that was never written, or changed since"
            );
        }
    }

    // ------------------------------------------------------------ frozen counts

    function countsAreRight() private view {
        (Roster memory roster, Round memory r) = (task.roster(), task.round());
        (uint256 active, uint256 enrolled) = (0, 0);
        for (uint256 i = 0; i < members.length; ++i) {
            Participant memory m = task.participant(members[i]);
            if (m.number > 0) ++enrolled;
            if (m.number > 0 && !m.retired && m.suspendedUntil <= r.number) ++active;
            if (m.number == 0) continue;
            VM.assertEq(task.enrolledAt(m.number), members[i], "frozen counts: enrolment numbers");
            VM.assertEq(m.stake, 1 + tales[task].earned[members[i]], "frozen counts: a stake is 1 and what was earned");
        }
        VM.assertEq(federation.memberCount(), membersNow(), "members of the federation");
        VM.assertEq(roster.enrolled, enrolled, "frozen counts: enrolled");
        VM.assertEq(roster.active, active, "frozen counts: active");
        if (tales[task].models[0] == 0) return; // not started
        (Tale storage tale, RoundProgress memory progress) = (tales[task], task.progress());
        bool sampling = r.milestone == Milestone.Seated;
        VM.assertEq(r.eligible, tale.eligible, "frozen counts: eligible trainers are frozen when they are known");
        VM.assertEq(progress.sampled, tale.sampledCount, "frozen counts: sampled trainers");
        VM.assertTrue(
            !sampling || tale.sampledCount < tale.eligible, "frozen counts: sampling lasts while some are left"
        );
        VM.assertEq(r.seats, tale.seats, "frozen counts: seats are frozen when the round opens");
        VM.assertEq(progress.aggregators, tale.aggregators, "frozen counts: so are aggregators");
        VM.assertEq(task.seats().length, tale.seats + tale.aggregators, "frozen counts: and there are no other seats");
    }

    // --------------------------------------------------- phase table, final end

    /// @dev At every second around every deadline, not only now.
    function thePhaseIsDerived() private {
        (Round memory r, Parameters memory p, uint256 today) = (task.round(), task.parameters(), block.timestamp);
        uint256[] memory deadlines = allDeadlines();
        require(task.phase() == Judge.phase(r, p, today, block.number), "phase table: the phase now");
        for (uint256 i = 0; i < deadlines.length; ++i) {
            if (deadlines[i] == 0) continue;
            for (uint256 time = deadlines[i] - 1; time <= deadlines[i] + 1; ++time) {
                VM.warp(time);
                VM.assertTrue(
                    task.phase() == Judge.phase(r, p, time, block.number), "phase table: the phase at a deadline"
                );
            }
        }
        VM.warp(today);
    }

    /// @dev Of one task at a time: what changed stays changed.
    function theEndIsFinal() private {
        if (tasks.length == 1) return;
        ITask ended = tasks[random(0) % (tasks.length - 1)];
        VM.assertTrue(ended.phase() > Phase.Paused, "final end: an ended task goes on");
        VM.assertEq(fingerprint(ended), tales[ended].last, "final end: an ended task changed");
    }

    // --------------------------------------------------------- proportional pay

    function paymentsAreBounded() private view {
        uint256 share = task.budget() / task.parameters().totalRounds;
        for (uint256 round = 0; round <= task.round().number; ++round) {
            VM.assertLe(tales[task].paid[round], share, "proportional pay: a round paid more than its share");
        }
        VM.assertLe(tales[task].paidInAll, task.budget(), "proportional pay: a task paid more than its budget");
    }

    // ----------------------------------------------------------------- progress

    /// @dev Participants with a role stop acting; time and calls that anyone can make are left. What is done here is
    /// forgotten afterwards.
    function progressIsPossible() private {
        Round memory r = task.round();
        uint256 left = 4 * uint256(task.parameters().maxAttempts) + 2 * (uint256(r.submitted) + task.seats().length);
        left += 2 * task.roster().enrolled; // for the draws; and departures may cost an election a call
        while (task.phase() != Phase.Proposed && task.phase() <= Phase.Paused && task.round().number == r.number) {
            VM.assertTrue(left > 0, "progress: the round does not end");
            --left;
            VM.warp(block.timestamp + 400 days);
            VM.roll(block.number + 10);
            nudge(task.phase());
        }
    }

    /// @dev Who has left counts until it is retired, so it may stand in the way of both.
    function startOrExpire() private {
        (bool started,) = address(task).call(abi.encodeCall(ITask.start, ()));
        if (started) return;
        for (uint256 i = 0; i < members.length; ++i) {
            Participant memory m = task.participant(members[i]);
            if (m.number > 0 && !m.retired && !federation.isMember(members[i])) task.retire(members[i]);
        }
        task.expire();
    }

    function nudge(Phase phase) private {
        if (phase == Phase.Enrolling) startOrExpire();
        else if (phase == Phase.Sampling) task.sampleTrainers(8);
        else if (phase == Phase.Settling) task.settle(1);
        else if (phase == Phase.Closing) task.close(1);
        else task.recover();
    }
}
