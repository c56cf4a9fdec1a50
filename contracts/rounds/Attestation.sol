// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IErrors} from "../interfaces/IErrors.sol";
import {ITask} from "../interfaces/ITask.sol";
import {ImmutableArgs, TaskArgs} from "../libraries/ImmutableArgs.sol";
import {Phases} from "../libraries/Phases.sol";
import {Milestone, Phase, PointerTally, Round, Seat} from "../types/TaskTypes.sol";
import {Enrolment} from "./Enrolment.sol";
import {RoundOpening} from "./RoundOpening.sol";
import {Scoring} from "./Scoring.sol";
import {State, isSmall} from "./State.sol";

/// @title Agreeing on the next model
library Attestation {
    /// @dev More than closing a small round takes, with rules that waste their gas; for each of the enrolled besides.
    uint256 private constant CLOSING_GAS = 3_500_000;
    uint256 private constant CLOSING_GAS_EACH = 15_000;

    /// @dev Once a majority agrees, the others may still join it, until the round begins to close.
    /// @return closes Whether all seats of a small round have attested, which is to be closed with it.
    function attest(State storage s, uint256 round, uint256 index, bytes32 pointer) internal returns (bool closes) {
        TaskArgs memory args = ImmutableArgs.reader()();
        Round memory r = Phases.requireRound(s.round, args.parameters, round, phaseOf(s));
        (uint256 first, uint256 end) = RoundOpening.attesting(s, args.parameters, r);
        Seat storage seat = Scoring.requireSeat(s, args.federation, round, index, end);
        require(index >= first, IErrors.SeatDoesNotAttest(index, first, end));
        require(seat.attestedIn != r.attempt + 1, IErrors.AlreadyAttested(msg.sender, r.attempt));
        require(pointer != 0, IErrors.ZeroBytes32());
        if (r.milestone == Milestone.Agreed) requireAgreed(s, pointer);

        (uint256 tally, uint256 votes) = vote(s, r, pointer);
        (seat.attestedIn, seat.tally) = (r.attempt + 1, uint16(tally));
        emit ITask.AggregateAttested(round, msg.sender, r.attempt, pointer);
        bool agreed = Phases.isMajority(votes, end - first);
        if (args.parameters.stakeWeighted) {
            uint256 weight = addWeight(s.tallies[tally], votes, seat.weight);
            if (!Phases.isMajority(weight, s.progress.totalAttestingWeight)) agreed = false;
        }
        if (agreed && r.milestone != Milestone.Agreed) {
            s.round.milestone = Milestone.Agreed;
            s.progress.agreed = uint16(tally);
            emit ITask.AggregateAgreed(round, pointer, votes);
        }
        return s.round.milestone == Milestone.Agreed && isSmall(r.submitted, end) && haveAll(s, r, end - first)
            && canPayClosing(s.roster.enrolled);
    }

    /// @dev Who sends too little gas only attests: nobody can make it the last, and its transaction fail, by attesting
    /// just before it.
    function canPayClosing(uint256 enrolled) private view returns (bool) {
        return enrolled <= Enrolment.MAX_SINGLE_CALL && gasleft() >= CLOSING_GAS + CLOSING_GAS_EACH * enrolled;
    }

    function haveAll(State storage s, Round memory r, uint256 seats) private view returns (bool) {
        for (uint256 i = 0; isCurrent(s.tallies[i], r); ++i) {
            seats -= s.tallies[i].votes;
        }
        return seats == 0;
    }

    function phaseOf(State storage s) private view returns (Phase) {
        bool late = s.round.milestone == Milestone.Agreed && s.progress.closed == 0;
        return late ? Phase.Closing : Phase.Aggregating;
    }

    function requireAgreed(State storage s, bytes32 pointer) private view {
        bytes32 agreed = s.tallies[s.progress.agreed].pointer;
        require(pointer == agreed, IErrors.AnotherAgreed(agreed));
    }

    /// @dev The tallies of this attempt come first, one for each pointer; the first stale one is free.
    function vote(State storage s, Round memory r, bytes32 pointer) private returns (uint256 index, uint256 votes) {
        while (isCurrent(s.tallies[index], r) && s.tallies[index].pointer != pointer) ++index;
        PointerTally storage tally = s.tallies[index];
        votes = isCurrent(tally, r) ? tally.votes + 1 : 1;
        if (votes == 1) tally.pointer = pointer;
        (tally.votes, tally.round, tally.attempt) = (uint16(votes), r.number, r.attempt);
    }

    /// @dev Adds the weight of the last of `votes`; the first one overwrites what a stale tally left.
    function addWeight(PointerTally storage tally, uint256 votes, uint256 added) private returns (uint256 weight) {
        weight = votes == 1 ? added : tally.weight + added;
        tally.weight = uint24(weight);
    }

    function current(State storage s) internal view returns (PointerTally[] memory list) {
        Round memory r = s.round;
        uint256 count = 0;
        while (isCurrent(s.tallies[count], r)) ++count;
        list = new PointerTally[](count);
        for (uint256 i = 0; i < count; ++i) {
            list[i] = s.tallies[i];
        }
    }

    function isCurrent(PointerTally storage tally, Round memory r) private view returns (bool) {
        (uint256 votes, uint256 round, uint256 attempt) = (tally.votes, tally.round, tally.attempt);
        return votes > 0 && round == r.number && attempt == r.attempt;
    }
}
