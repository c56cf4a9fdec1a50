// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ITask, Member, Milestone, Parameters, Phase, Round, Seat} from "../interfaces/ITask.sol";
import {Clock, MIN_COMMITTEE} from "./Clock.sol";
import {
    AlreadyPaused,
    CannotRollBack,
    CommitteeOutOfBounds,
    DuplicateMember,
    InvalidParameter,
    NotProposer,
    PauseOutOfBounds,
    StartStillPossible,
    StartTooLate,
    TaskNotRunning,
    TooFewTrainers,
    UnknownModel,
    WrongRound,
    ZeroAmount
} from "./Errors.sol";
import {Heap} from "./Heap.sol";
import {Members} from "./Members.sol";
import {Rounds} from "./Rounds.sol";
import {State} from "./State.sol";
import {Pinned, Terms} from "./Terms.sol";

/// @title Before, around and beside the rounds
/// @notice Approval, start and expiry, and what managers may do to a running task. `call` is what a manager sent; it
/// executes once a quorum has sent the same.
library Steering {
    // ------------------------------------------------------- before the rounds

    function cancel(State storage s) external {
        Terms memory t = Pinned.terms();
        Rounds.requirePhase(s, t.parameters, Phase.Proposed);
        require(msg.sender == t.proposer, NotProposer(msg.sender, t.proposer));
        s.round.milestone = Milestone.Cancelled;
        emit ITask.TaskCancelled();
    }

    function approve(State storage s, bytes calldata call, uint256 budget, address[] calldata committee) external {
        Terms memory t = Pinned.terms();
        Rounds.requirePhase(s, t.parameters, Phase.Proposed);
        requireCommittee(t.parameters, committee);
        require(budget <= type(uint128).max, InvalidParameter("budget", budget));
        if (!t.federation.confirm(msg.sender, call)) return;
        (s.round.milestone, s.round.seats) = (Milestone.Approved, uint16(committee.length));
        uint256 seats = Rounds.seatsOf(t.parameters);
        // Seats beyond the named ones are not read; an election that had to write them first could cost too much gas.
        for (uint256 i = 0; i < seats; ++i) {
            s.seats[i].account = committee[i % committee.length];
        }
        uint256 startBy = block.timestamp + t.parameters.enrollingWindow;
        (s.roll.budget, s.roll.startBy) = (uint128(budget), uint32(startBy));
        emit ITask.TaskApproved(budget, committee, startBy);
    }

    function start(State storage s) external {
        Terms memory t = Pinned.terms();
        Parameters memory p = t.parameters;
        Round memory r = Rounds.requirePhase(s, p, Phase.Enrolling);
        require(block.timestamp < s.roll.startBy, StartTooLate(s.roll.startBy));
        address[] memory committee = new address[](r.seats);
        for (uint256 i = 0; i < r.seats; ++i) {
            committee[i] = s.seats[i].account;
            Members.requireActive(s.members[committee[i]], t.federation, committee[i], 0);
        }
        uint256 trainers = s.roll.active - r.seats;
        require(trainers >= p.minUpdates, TooFewTrainers(p.minUpdates, trainers));

        s.seed = keccak256(abi.encode(block.chainid, address(this)));
        emit ITask.TaskStarted(s.seed);
        Rounds.writeModel(s, p, 0, p.model);
        Rounds.open(s, t, 0, committee, new bool[](r.seats));
        t.federation.treasury().fund(s.roll.budget);
    }

    function expire(State storage s) external {
        Terms memory t = Pinned.terms();
        Rounds.requirePhase(s, t.parameters, Phase.Enrolling);
        require(block.timestamp >= s.roll.startBy, StartStillPossible(s.roll.startBy));
        s.round.milestone = Milestone.Expired;
        emit ITask.TaskExpired();
    }

    // ------------------------------------------------------- beside the rounds

    function fund(State storage s, bytes calldata call, uint256 amount) external {
        Terms memory t = Pinned.terms();
        Milestone m = s.round.milestone;
        bool running = isRunning(s);
        require(running || m == Milestone.Approved, TaskNotRunning(Rounds.phase(s, t.parameters)));
        require(amount > 0, ZeroAmount());
        uint256 total = s.roll.budget + amount;
        require(total <= type(uint128).max, InvalidParameter("budget", total));
        if (!t.federation.confirm(msg.sender, call)) return;
        s.roll.budget = uint128(total);
        emit ITask.TaskFunded(amount, total);
        if (running) t.federation.treasury().fund(amount);
    }

    function pause(State storage s, bytes calldata call, uint256 round, uint256 until) external {
        Terms memory t = Pinned.terms();
        requireRunning(s, t.parameters, round);
        uint256 latest = block.timestamp + t.parameters.maxPause;
        require(until > block.timestamp && until <= latest, PauseOutOfBounds(until, latest));
        require(block.timestamp >= s.round.pausedUntil, AlreadyPaused(s.round.pausedUntil));
        if (!t.federation.confirm(msg.sender, call)) return;
        shift(s, int256(until) - int256(block.timestamp));
        s.round.pausedUntil = uint32(until);
        emit ITask.TaskPaused(round, until);
    }

    function resume(State storage s, bytes calldata call, uint256 round) external {
        Terms memory t = Pinned.terms();
        Rounds.requireRound(s, t.parameters, round, Phase.Paused);
        if (!t.federation.confirm(msg.sender, call)) return;
        shift(s, int256(block.timestamp) - int256(uint256(s.round.pausedUntil)));
        s.round.pausedUntil = 0;
        emit ITask.TaskResumed(round);
    }

    /// @dev Deadlines that had passed when the pause began stay: they lie before now then and later.
    function shift(State storage s, int256 by) private {
        Round storage r = s.round;
        if (r.trainingEnds > block.timestamp) r.trainingEnds = moved(r.trainingEnds, by);
        if (r.committingEnds > block.timestamp) r.committingEnds = moved(r.committingEnds, by);
        if (r.revealingEnds > block.timestamp) r.revealingEnds = moved(r.revealingEnds, by);
        if (r.aggregatingEnds > block.timestamp) r.aggregatingEnds = moved(r.aggregatingEnds, by);
        Rounds.announce(s);
    }

    function moved(uint32 deadline, int256 by) private pure returns (uint32) {
        return uint32(uint256(int256(uint256(deadline)) + by));
    }

    function rollback(State storage s, bytes calldata call, uint256 round, uint256 model, address[] calldata committee)
        external
    {
        Terms memory t = Pinned.terms();
        Parameters memory p = t.parameters;
        requireRunning(s, p, round);
        require(s.round.milestone != Milestone.Agreed, CannotRollBack(round));
        require(model <= round, UnknownModel(model));
        requireCommittee(p, committee);
        for (uint256 i = 0; i < committee.length; ++i) {
            Members.requireActive(s.members[committee[i]], t.federation, committee[i], round + 1);
        }
        if (!t.federation.confirm(msg.sender, call)) return;

        emit ITask.RoundRolledBack(round, model, committee);
        Rounds.writeModel(s, p, round + 1, Rounds.modelAt(s, p, model));
        s.seed = Rounds.nextSeed(s);
        s.roll.emptyRounds = 0;
        if (round + 1 == p.totalRounds) Rounds.finish(s, t);
        else Rounds.open(s, t, round + 1, committee, new bool[](committee.length));
    }

    // ------------------------------------------------------------------ checks

    function isRunning(State storage s) private view returns (bool) {
        Milestone m = s.round.milestone;
        return m == Milestone.Seated || m == Milestone.Open || m == Milestone.Settled || m == Milestone.Agreed;
    }

    function requireRunning(State storage s, Parameters memory p, uint256 round) private view {
        require(isRunning(s), TaskNotRunning(Rounds.phase(s, p)));
        require(round == s.round.number, WrongRound(round, s.round.number));
    }

    /// @dev Whether its members are enrolled is checked when they are seated.
    function requireCommittee(Parameters memory p, address[] calldata committee) private pure {
        uint256 size = committee.length;
        uint256 seats = Rounds.seatsOf(p);
        require(size >= MIN_COMMITTEE && size <= seats, CommitteeOutOfBounds(size, MIN_COMMITTEE, seats));
        uint256[] memory keys = new uint256[](size);
        for (uint256 i = 0; i < size; ++i) {
            keys[i] = uint160(committee[i]);
        }
        keys = Heap.largest(keys, size);
        for (uint256 i = 1; i < size; ++i) {
            require(keys[i] != keys[i - 1], DuplicateMember(address(uint160(keys[i]))));
        }
    }
}
