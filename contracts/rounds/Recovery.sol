// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ITask} from "../interfaces/ITask.sol";
import {Deadlines} from "../libraries/Deadlines.sol";
import {ImmutableArgs, TaskArgs} from "../libraries/ImmutableArgs.sol";
import {Ledger} from "../libraries/Ledger.sol";
import {Phases} from "../libraries/Phases.sol";
import {Candidates} from "../types/Candidate.sol";
import {
    MIN_COMMITTEE,
    Milestone,
    Parameters,
    Participant,
    Phase,
    Round,
    Seat,
    StrikeReason
} from "../types/TaskTypes.sol";
import {Closing} from "./Closing.sol";
import {Elections, Slate} from "./Elections.sol";
import {Enrolment} from "./Enrolment.sol";
import {Participants} from "./Participants.sol";
import {RoundOpening, SeatPlan} from "./RoundOpening.sol";
import {Cursor, State, cursorOf} from "./State.sol";

/// @title The way out of a stalled round
/// @notice Strikes absent seats, refills them and restarts the phase that stalled as a new attempt; or carries the old
/// model forward without pay.
library Recovery {
    /// @dev Vacant seats that one call strikes and refills. A larger committee takes several calls, and one more to go
    /// on.
    uint256 private constant MAX_PER_CALL = 64;

    /// @notice What `ITask.recover` says.
    function recover(State storage s) external {
        TaskArgs memory args = ImmutableArgs.reader()();
        Round memory r = Phases.requirePhase(s.round, args.parameters, Phase.Stalled);
        Phase stalled = Phases.stalledPhase(r, args.parameters.minUpdates);
        if (args.parameters.minBlocks > 0 && Phases.isUnseen(r, stalled)) {
            // Perhaps the chain stood still through all of it: nobody was absent.
            emit ITask.WindowReopened(r.number, r.attempt, stalled);
            return Deadlines.schedule(s.round, args.parameters, stalled, block.timestamp);
        }
        if (!Enrolment.retireDeparted(s, args.federation)) return;
        bool hopeless = isHopeless(s, args.parameters, r, stalled);
        Cursor memory done = cursorOf(s);
        (, uint256 seats) = RoundOpening.attesting(s, args.parameters, r);
        if (done.passed < seats) {
            refill(s, args, r, stalled, done, hopeless);
            if (seats > MAX_PER_CALL) {
                s.cursor = done;
                return;
            }
        }
        if (hopeless || isTooFew(r, done)) carry(s, args, r);
        else restart(s, args.parameters, r, stalled);
    }

    // ------------------------------------------------------------------ seats

    /// @dev A seat that no participant can take stays with its holder: the number of seats never falls.
    function refill(
        State storage s,
        TaskArgs memory args,
        Round memory r,
        Phase stalled,
        Cursor memory done,
        bool hopeless
    ) private {
        uint256[] memory vacant = strikeAbsent(s, args, r, stalled, done);
        address[] memory successors = successorsOf(s, args.parameters, r, stalled, hopeless ? 0 : vacant.length);
        for (uint256 i = successors.length; i < vacant.length; ++i) {
            if (vacant[i] < r.seats) ++done.unfilled;
        }
        if (isTooFew(r, done)) return;
        for (uint256 i = 0; i < successors.length; ++i) {
            fill(s, r, vacant[i], successors[i]);
        }
    }

    function isTooFew(Round memory r, Cursor memory done) private pure returns (bool) {
        return r.seats < MIN_COMMITTEE + done.unfilled;
    }

    /// @return vacant Seats whose holders were absent, or are still needed and may no longer act.
    function strikeAbsent(State storage s, TaskArgs memory args, Round memory r, Phase stalled, Cursor memory done)
        private
        returns (uint256[] memory vacant)
    {
        vacant = new uint256[](MAX_PER_CALL);
        (uint256 first, uint256 end) = RoundOpening.attesting(s, args.parameters, r);
        (uint256 count, uint256 i) = (0, done.passed);
        for (; i < end && count < MAX_PER_CALL; ++i) {
            Seat memory seat = s.seats[i];
            (bool judges, bool attests) = (i < r.seats, i >= first);
            bool absent =
                stalled == Phase.Aggregating ? attests && isAbsent(s, seat, r) : judges && isSilent(seat, r, stalled);
            if (absent) Participants.strike(s, args.parameters, seat.account, StrikeReason.Absence);
            bool needed = stalled == Phase.Aggregating ? attests : !judges || !seat.revealed;
            if (absent || (needed && !Participants.isActive(s.participants[seat.account], r.number))) {
                vacant[count++] = i;
            }
        }
        done.passed = uint16(i);
        assembly ("memory-safe") {
            mstore(vacant, count) // Shortens the array; its tail is never read again.
        }
    }

    /// @dev No seat is absent from Training, and trainers need not train.
    function isSilent(Seat memory seat, Round memory r, Phase stalled) private pure returns (bool) {
        if (stalled == Phase.Committing) return !seat.revealed && seat.committedIn != r.attempt + 1;
        return stalled == Phase.Revealing && !seat.revealed;
    }

    function isAbsent(State storage s, Seat memory seat, Round memory r) private view returns (bool) {
        return s.progress.accepted > 0 && seat.attestedIn != r.attempt + 1;
    }

    function fill(State storage s, Round memory r, uint256 index, address successor) private {
        emit ITask.SeatFilled(r.number, index, successor, s.seats[index].account);
        RoundOpening.seat(s, r.number, index, successor, true, s.seats[index].weight);
        (s.seats[index].excused, s.seats[index].seatedAttempt) = (r.milestone == Milestone.Settled, r.attempt + 1);
    }

    // ------------------------------------------------------------- successors

    /// @notice First participants without an update, then authors, whose own updates the other seats judge; while updates
    /// are missing, first authors: the others are still to train.
    function successorsOf(State storage s, Parameters memory p, Round memory r, Phase stalled, uint256 seats)
        private
        view
        returns (address[] memory list)
    {
        if (seats == 0) return list;
        bool authors = stalled == Phase.Training;
        address[] memory first = Elections.inOrder(slateOf(s, p, r, authors), s.seed, seats);
        if (first.length == seats) return first;
        address[] memory then = Elections.inOrder(slateOf(s, p, r, !authors), s.seed, seats - first.length);
        list = new address[](first.length + then.length);
        for (uint256 i = 0; i < list.length; ++i) {
            list[i] = i < first.length ? first[i] : then[i - first.length];
        }
    }

    function slateOf(State storage s, Parameters memory p, Round memory r, bool authors)
        private
        view
        returns (Slate memory slate)
    {
        slate = Elections.emptySlate(s.roster.enrolled);
        for (uint256 i = 1; i <= s.roster.enrolled; ++i) {
            address account = s.enrolled[i];
            Participant storage m = s.participants[account];
            bool author = m.submittedIn == r.number + 1;
            if (author != authors || Elections.isSitting(s, m, account) || !Participants.isActive(m, r.number)) {
                continue;
            }
            uint256 standing = uint256(Elections.standingOf(s, p, m, r.number + 1, r.number));
            Elections.push(slate, account, Candidates.pack(i, standing, 0, m.stake, 0, 0));
        }
        Elections.truncate(slate);
    }

    // ---------------------------------------------------------------- outcome

    /// @dev Trying again cannot help: nothing was accepted, too few can ever train, or the attempts are used up.
    function isHopeless(State storage s, Parameters memory p, Round memory r, Phase stalled)
        private
        view
        returns (bool)
    {
        if (uint256(r.attempt) + 1 >= p.maxAttempts) return true;
        if (stalled == Phase.Training) return r.eligible < p.minUpdates;
        return stalled == Phase.Aggregating && s.progress.accepted == 0;
    }

    /// @dev Updates and revealed scores stay; seats that have not revealed commit again. Attestations start anew.
    function restart(State storage s, Parameters memory p, Round memory r, Phase stalled) private {
        s.round.attempt = r.attempt + 1;
        s.round.committed = r.revealed;
        emit ITask.RoundRecovered(r.number, r.attempt + 1, stalled);
        Deadlines.schedule(s.round, p, stalled == Phase.Revealing ? Phase.Committing : stalled, block.timestamp);
    }

    function carry(State storage s, TaskArgs memory args, Round memory r) private {
        if (r.milestone == Milestone.Settled && !Closing.strikeCarried(s, args, r)) return;
        bytes32 seed = RoundOpening.nextSeed(s);
        uint256 empty = uint256(s.roster.emptyRounds) + 1;
        (bool done, SeatPlan memory plan) = Elections.elect(s, args, seed, empty);
        if (!done) return;
        emit ITask.RoundCarried(r.number, empty);
        Ledger.copyModel(s.ledger, r.number, r.number);
        RoundOpening.advance(s, args, r.number, seed, empty, plan);
    }
}
