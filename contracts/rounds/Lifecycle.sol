// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IErrors} from "../interfaces/IErrors.sol";
import {ITask} from "../interfaces/ITask.sol";
import {ImmutableArgs, TaskArgs} from "../libraries/ImmutableArgs.sol";
import {Ledger} from "../libraries/Ledger.sol";
import {ParameterBounds} from "../libraries/ParameterBounds.sol";
import {Phases} from "../libraries/Phases.sol";
import {Candidates, Standing} from "../types/Candidate.sol";
import {MAX_SCORE, MIN_COMMITTEE, Milestone, Parameters, Phase, Round, Seat} from "../types/TaskTypes.sol";
import {Elections, Slate} from "./Elections.sol";
import {Participants} from "./Participants.sol";
import {RoundOpening} from "./RoundOpening.sol";
import {Scoring} from "./Scoring.sol";
import {State} from "./State.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title Before the first round and after the last
/// @notice Cancelling, approving, starting and expiring a task; scoring its final model.
library Lifecycle {
    /// @dev Seats of a first committee that is drawn: one call of 16,000,000 gas can write them.
    uint256 private constant MAX_DRAWN = 64;

    /// @notice What `ITask.cancel` says.
    /// @dev The proposer alone before the approval, the managers until the start. `call` as in `approve`.
    function cancel(State storage s, bytes calldata call) external {
        TaskArgs memory args = ImmutableArgs.reader()();
        bool proposed = Phases.current(s.round, args.parameters) == Phase.Proposed;
        if (!proposed) Phases.requirePhase(s.round, args.parameters, Phase.Enrolling);
        bool alone = proposed && msg.sender == args.proposer;
        if (!alone && !args.federation.confirm(msg.sender, call)) return;
        s.round.milestone = Milestone.Cancelled;
        emit ITask.TaskCancelled();
    }

    /// @notice What `ITask.approve` says.
    /// @param call What the manager sent; it executes once a quorum has sent the same.
    function approve(State storage s, bytes calldata call, uint256 budget, address[] calldata committee) external {
        TaskArgs memory args = ImmutableArgs.reader()();
        Phases.requirePhase(s.round, args.parameters, Phase.Proposed);
        uint256 seats = RoundOpening.seatsOf(args.parameters);
        if (committee.length > 0) RoundOpening.requireCommittee(args.parameters, committee);
        else require(seats <= MAX_DRAWN, IErrors.CommitteeOutOfBounds(0, MIN_COMMITTEE, seats));
        for (uint256 i = 0; i < committee.length; ++i) {
            require(args.federation.isMember(committee[i]), IErrors.NotMember(committee[i]));
        }
        requireMembers(args, committee.length);
        require(budget <= type(uint128).max, IErrors.InvalidParameter("budget", budget, "below 2^128"));
        requirePool(args, budget);
        if (!args.federation.confirm(msg.sender, call)) return;
        (s.round.milestone, s.round.seats) = (Milestone.Approved, uint16(committee.length));
        // Seats beyond the named ones are not read; an election that had to write them first could cost too much gas.
        for (uint256 i = 0; i < seats && committee.length > 0; ++i) {
            s.seats[i].account = committee[i % committee.length];
        }
        uint256 startBy = block.timestamp + args.parameters.enrollingWindow;
        (s.roster.budget, s.roster.startBy) = (uint128(budget), uint32(startBy));
        emit ITask.TaskApproved(budget, committee, startBy);
    }

    function requireMembers(TaskArgs memory args, uint256 committee) private view {
        (uint256 needed, uint256 members) = (leastActive(args.parameters, committee), args.federation.memberCount());
        require(members >= needed, IErrors.TooFewMembers(needed, members));
    }

    function requirePool(TaskArgs memory args, uint256 budget) private view {
        uint256 pool = args.federation.treasury().pool();
        require(budget <= pool, IErrors.InsufficientPool(budget, pool));
    }

    /// @notice What `ITask.start` says.
    /// @dev The first seed is not known while members enrol, and nobody can choose among several but the proposer of the
    /// block in which the enrolment ends. It decides who trains or fills a vacancy in round 0 and, where the managers named
    /// none, the first committee.
    function start(State storage s) external {
        TaskArgs memory args = ImmutableArgs.reader()();
        Parameters memory p = args.parameters;
        Round memory r = Phases.requirePhase(s.round, p, Phase.Enrolling);
        uint256 active = s.roster.active;
        uint256 needed = leastActive(p, r.seats);
        if (block.timestamp < s.roster.startBy) needed = Math.max(needed, p.minEnrolled);
        require(active >= needed, IErrors.TooFewEnrolled(needed, active));
        // Known for blocks before this one, the last 256 of them.
        bytes32 hash = r.milestone == Milestone.Enrolled ? blockhash(r.endBlock) : bytes32(0);
        bytes32 seed = keccak256(abi.encode(block.chainid, address(this), hash));
        address[] memory committee = r.seats > 0 ? named(s, args, r) : drawn(s, args, seed);
        if (hash == 0) return endEnrolment(s, args);

        s.seed = seed;
        emit ITask.TaskStarted(seed);
        Ledger.writeModel(s.ledger, 0, 0, p.model);
        RoundOpening.open(s, p, 0, RoundOpening.planOf(p, committee));
        args.federation.treasury().fund(s.roster.budget);
    }

    function endEnrolment(State storage s, TaskArgs memory args) private {
        requirePool(args, s.roster.budget);
        (s.round.milestone, s.round.endBlock) = (Milestone.Enrolled, uint32(block.number));
        emit ITask.EnrolmentClosed(block.number);
    }

    /// @notice What `ITask.expire` says.
    /// @dev For the enrolment's end. The managers may still add to a pool that is too small, but need not.
    function expire(State storage s) external {
        TaskArgs memory args = ImmutableArgs.reader()();
        Round memory r = Phases.requirePhase(s.round, args.parameters, Phase.Enrolling);
        require(block.timestamp >= s.roster.startBy, IErrors.EnrolmentOpen(s.roster.startBy));
        require(!canStart(s, args, r), IErrors.TaskCanStart());
        s.round.milestone = Milestone.Expired;
        emit ITask.TaskExpired();
    }

    /// @notice What `ITask.scoreModel` says.
    /// @dev The seats are those of the last round: what finishes a task leaves them as they are.
    function scoreModel(State storage s, uint256 index, uint256 score) external {
        TaskArgs memory args = ImmutableArgs.reader()();
        Round memory r = Phases.requirePhase(s.round, args.parameters, Phase.Finished);
        Seat storage seat = Scoring.requireSeat(s, args.federation, r.number, index, r.seats);
        require(!seat.scored, IErrors.AlreadyScored(msg.sender));
        require(score <= MAX_SCORE, IErrors.InvalidScore(score));
        seat.scored = true;
        emit ITask.ModelScored(r.number, uint256(r.number) + 1, msg.sender, score);
    }

    function canStart(State storage s, TaskArgs memory args, Round memory r) private view returns (bool) {
        if (s.roster.active < leastActive(args.parameters, r.seats)) return false;
        if (args.federation.treasury().pool() < s.roster.budget) return false;
        for (uint256 i = 0; i < r.seats; ++i) {
            address account = s.seats[i].account;
            if (!Participants.isActive(s.participants[account], 0) || !args.federation.isMember(account)) return false;
        }
        return r.seats > 0 || candidates(s, args).size >= MIN_COMMITTEE;
    }

    /// @param committee Seats that the managers named; 0 if it is drawn.
    function leastActive(Parameters memory p, uint256 committee) private pure returns (uint256) {
        return ParameterBounds.leastEnrolled(p.seatsTrain, Math.max(committee, MIN_COMMITTEE), p.minUpdates);
    }

    // -------------------------------------------------------- first committee

    function named(State storage s, TaskArgs memory args, Round memory r)
        private
        view
        returns (address[] memory committee)
    {
        committee = new address[](r.seats);
        for (uint256 i = 0; i < committee.length; ++i) {
            committee[i] = s.seats[i].account;
            Participants.requireActive(s.participants[committee[i]], args.federation, committee[i], 0);
        }
    }

    function drawn(State storage s, TaskArgs memory args, bytes32 seed)
        private
        view
        returns (address[] memory committee)
    {
        Slate memory slate = candidates(s, args);
        committee = Elections.inOrder(slate, seed, Elections.seatsFor(s, args.parameters, slate.size));
        require(committee.length >= MIN_COMMITTEE, IErrors.TooFewEnrolled(MIN_COMMITTEE, committee.length));
    }

    function candidates(State storage s, TaskArgs memory args) private view returns (Slate memory slate) {
        slate = Elections.emptySlate(s.roster.enrolled);
        for (uint256 i = 1; i <= s.roster.enrolled; ++i) {
            address account = s.enrolled[i];
            if (!Participants.isActive(s.participants[account], 0) || !args.federation.isMember(account)) continue;
            Elections.push(slate, account, Candidates.pack(i, uint256(Standing.Stranger), 0, 0, 0, 0));
        }
        Elections.truncate(slate);
    }
}
