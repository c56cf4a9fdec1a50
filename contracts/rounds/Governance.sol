// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IErrors} from "../interfaces/IErrors.sol";
import {ITask} from "../interfaces/ITask.sol";
import {Deadlines} from "../libraries/Deadlines.sol";
import {ImmutableArgs, TaskArgs} from "../libraries/ImmutableArgs.sol";
import {Ledger} from "../libraries/Ledger.sol";
import {Phases} from "../libraries/Phases.sol";
import {Milestone, Parameters, Phase, Round} from "../types/TaskTypes.sol";
import {Participants} from "./Participants.sol";
import {RoundOpening} from "./RoundOpening.sol";
import {State} from "./State.sol";

/// @title What managers may do to an approved task
/// @notice Adding to its budget, pausing and resuming it, rolling it back. `call` is what a manager sent; it executes
/// once a quorum has sent the same.
library Governance {
    /// @notice What `ITask.fund` says.
    function fund(State storage s, bytes calldata call, uint256 amount) external {
        TaskArgs memory args = ImmutableArgs.reader()();
        Milestone m = s.round.milestone;
        bool running = Phases.isRunning(m);
        require(
            running || m == Milestone.Approved || m == Milestone.Enrolled,
            IErrors.TaskNotRunning(Phases.current(s.round, args.parameters))
        );
        require(amount > 0, IErrors.ZeroAmount());
        require(m != Milestone.Agreed || s.progress.closed == 0, IErrors.RoundClosing(s.round.number));
        uint256 total = s.roster.budget + amount;
        require(total <= type(uint128).max, IErrors.InvalidParameter("budget", total, "below 2^128 in all"));
        if (!args.federation.confirm(msg.sender, call)) return;
        s.roster.budget = uint128(total);
        emit ITask.TaskFunded(amount, total);
        if (running) args.federation.treasury().fund(amount);
    }

    /// @notice What `ITask.pause` says.
    function pause(State storage s, bytes calldata call, uint256 duration) external {
        TaskArgs memory args = ImmutableArgs.reader()();
        uint256 round = requireRunning(s, args.parameters);
        uint256 maxPause = args.parameters.maxPause;
        require(duration > 0 && duration <= maxPause, IErrors.PauseOutOfBounds(duration, maxPause));
        require(block.timestamp >= s.round.pausedUntil, IErrors.AlreadyPaused(s.round.pausedUntil));
        if (!args.federation.confirm(msg.sender, call)) return;
        uint256 until = block.timestamp + duration;
        (Phase phase, bool young) = Phases.youth(s.round, args.parameters);
        // Blocks of the pause count, so a window that has not had its own begins again after it.
        if (young) Deadlines.schedule(s.round, args.parameters, phase, until);
        else Deadlines.shift(s.round, int256(duration));
        s.round.pausedUntil = uint32(until);
        emit ITask.TaskPaused(round, until);
    }

    /// @notice What `ITask.resume` says.
    function resume(State storage s, bytes calldata call, uint256 until) external {
        TaskArgs memory args = ImmutableArgs.reader()();
        Round memory r = Phases.requirePhase(s.round, args.parameters, Phase.Paused);
        require(until == r.pausedUntil, IErrors.WrongPause(until, r.pausedUntil));
        if (!args.federation.confirm(msg.sender, call)) return;
        Deadlines.shift(s.round, int256(block.timestamp) - int256(until));
        s.round.pausedUntil = 0;
        emit ITask.TaskResumed(r.number);
    }

    /// @notice What `ITask.rollback` says.
    function rollback(State storage s, bytes calldata call, uint256 model, address[] calldata committee) external {
        TaskArgs memory args = ImmutableArgs.reader()();
        Parameters memory p = args.parameters;
        uint256 round = requireRunning(s, p);
        require(s.round.milestone != Milestone.Agreed, IErrors.CannotRollBack(round));
        require(model <= round, IErrors.UnknownModel(model));
        RoundOpening.requireCommittee(p, committee);
        for (uint256 i = 0; i < committee.length; ++i) {
            Participants.requireActive(s.participants[committee[i]], args.federation, committee[i], round + 1);
        }
        if (!args.federation.confirm(msg.sender, call)) return;

        emit ITask.RoundRolledBack(round, model, committee);
        Ledger.copyModel(s.ledger, round, model);
        RoundOpening.advance(s, args, round, RoundOpening.nextSeed(s), 0, RoundOpening.planOf(p, committee));
    }

    /// @return The running round.
    function requireRunning(State storage s, Parameters memory p) private view returns (uint256) {
        require(Phases.isRunning(s.round.milestone), IErrors.TaskNotRunning(Phases.current(s.round, p)));
        return s.round.number;
    }
}
