// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Ballot, ITask, Milestone, Phase, Round, Seat} from "../interfaces/ITask.sol";
import {Clock} from "./Clock.sol";
import {AlreadyAttested, SeatDoesNotAttest, ZeroWord} from "./Errors.sol";
import {Rounds} from "./Rounds.sol";
import {Scoring} from "./Scoring.sol";
import {State} from "./State.sol";
import {Pinned, Terms} from "./Terms.sol";

/// @title Agreeing on the next model
library Attesting {
    function attest(State storage s, uint256 round, uint256 index, bytes32 pointer) internal {
        Terms memory t = Pinned.terms();
        Round memory r = Rounds.requireRound(s, t.parameters, round, Phase.Aggregating);
        (uint256 first, uint256 end) = Rounds.attesting(s, t.parameters, r);
        Seat storage seat = Scoring.requireSeat(s, t.federation, round, index, end);
        require(index >= first, SeatDoesNotAttest(index, first, end));
        require(seat.attestedIn != r.attempt + 1, AlreadyAttested(msg.sender, r.attempt));
        require(pointer != 0, ZeroWord());

        (uint256 ballot, uint256 votes) = vote(s, r, pointer);
        (seat.attestedIn, seat.ballot) = (r.attempt + 1, uint16(ballot));
        emit ITask.AggregateAttested(round, msg.sender, r.attempt, pointer);
        bool heavy = !t.parameters.stakeWeighted || isHeavy(s, s.ballots[ballot], votes, seat.weight);
        if (heavy && Clock.isMajority(votes, end - first)) {
            s.round.milestone = Milestone.Agreed;
            s.settlement.agreed = uint16(ballot);
            emit ITask.AggregateAgreed(round, pointer, votes);
        }
    }

    /// @dev The ballots of this attempt stand in front, one for each pointer; the first stale one is free.
    function vote(State storage s, Round memory r, bytes32 pointer) private returns (uint256 index, uint256 votes) {
        while (isCurrent(s.ballots[index], r) && s.ballots[index].pointer != pointer) ++index;
        Ballot storage ballot = s.ballots[index];
        votes = isCurrent(ballot, r) ? ballot.votes + 1 : 1;
        if (votes == 1) ballot.pointer = pointer;
        (ballot.votes, ballot.round, ballot.attempt) = (uint16(votes), r.number, r.attempt);
    }

    /// @dev Adds one more vote's weight, and tells whether all of it is more than half.
    function isHeavy(State storage s, Ballot storage ballot, uint256 votes, uint256 added) private returns (bool) {
        uint256 weight = votes == 1 ? added : ballot.weight + added;
        ballot.weight = uint24(weight);
        return Clock.isMajority(weight, s.settlement.attestations);
    }

    function current(State storage s) internal view returns (Ballot[] memory list) {
        Round memory r = s.round;
        uint256 count = 0;
        while (isCurrent(s.ballots[count], r)) ++count;
        list = new Ballot[](count);
        for (uint256 i = 0; i < count; ++i) {
            list[i] = s.ballots[i];
        }
    }

    function isCurrent(Ballot storage ballot, Round memory r) private view returns (bool) {
        (uint256 votes, uint256 round, uint256 attempt) = (ballot.votes, ballot.round, ballot.attempt);
        return votes > 0 && round == r.number && attempt == r.attempt;
    }
}
