// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ITask} from "../interfaces/ITask.sol";
import {EnrolmentClosed, EnrolmentOpen, InvalidParameter, NotProposer, TooFewTrainers} from "../libraries/Errors.sol";
import {ImmutableArgs, TaskArgs} from "../libraries/ImmutableArgs.sol";
import {Ledger} from "../libraries/Ledger.sol";
import {Phases} from "../libraries/Phases.sol";
import {Milestone, Parameters, Phase, Round} from "../types/TaskTypes.sol";
import {Participants} from "./Participants.sol";
import {RoundOpening} from "./RoundOpening.sol";
import {State} from "./State.sol";

/// @title Before the first round
/// @notice Cancelling, approving, starting and expiring a task.
library Lifecycle {
    function cancel(State storage s) external {
        TaskArgs memory args = ImmutableArgs.reader()();
        Phases.requirePhase(s.round, args.parameters, Phase.Proposed);
        require(msg.sender == args.proposer, NotProposer(msg.sender, args.proposer));
        s.round.milestone = Milestone.Cancelled;
        emit ITask.TaskCancelled();
    }

    /// @param call What the manager sent; it executes once a quorum has sent the same.
    function approve(State storage s, bytes calldata call, uint256 budget, address[] calldata committee) external {
        TaskArgs memory args = ImmutableArgs.reader()();
        Phases.requirePhase(s.round, args.parameters, Phase.Proposed);
        RoundOpening.requireCommittee(args.parameters, committee);
        require(budget <= type(uint128).max, InvalidParameter("budget", budget));
        if (!args.federation.confirm(msg.sender, call)) return;
        (s.round.milestone, s.round.seats) = (Milestone.Approved, uint16(committee.length));
        uint256 seats = RoundOpening.seatsOf(args.parameters);
        // Seats beyond the named ones are not read; an election that had to write them first could cost too much gas.
        for (uint256 i = 0; i < seats; ++i) {
            s.seats[i].account = committee[i % committee.length];
        }
        uint256 startBy = block.timestamp + args.parameters.enrollingWindow;
        (s.roster.budget, s.roster.startBy) = (uint128(budget), uint32(startBy));
        emit ITask.TaskApproved(budget, committee, startBy);
    }

    function start(State storage s) external {
        TaskArgs memory args = ImmutableArgs.reader()();
        Parameters memory p = args.parameters;
        Round memory r = Phases.requirePhase(s.round, p, Phase.Enrolling);
        require(block.timestamp < s.roster.startBy, EnrolmentClosed(s.roster.startBy));
        address[] memory committee = new address[](r.seats);
        for (uint256 i = 0; i < r.seats; ++i) {
            committee[i] = s.seats[i].account;
            Participants.requireActive(s.participants[committee[i]], args.federation, committee[i], 0);
        }
        uint256 trainers = s.roster.active - r.seats;
        require(trainers >= p.minUpdates, TooFewTrainers(p.minUpdates, trainers));

        s.seed = keccak256(abi.encode(block.chainid, address(this)));
        emit ITask.TaskStarted(s.seed);
        Ledger.writeModel(s.ledger, p.updatesPerRound, 0, p.model);
        RoundOpening.open(s, p, 0, committee, new bool[](r.seats));
        args.federation.treasury().fund(s.roster.budget);
    }

    function expire(State storage s) external {
        TaskArgs memory args = ImmutableArgs.reader()();
        Phases.requirePhase(s.round, args.parameters, Phase.Enrolling);
        require(block.timestamp >= s.roster.startBy, EnrolmentOpen(s.roster.startBy));
        s.round.milestone = Milestone.Expired;
        emit ITask.TaskExpired();
    }
}
