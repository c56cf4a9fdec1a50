// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Candidates} from "../interfaces/IRules.sol";
import {Fault, ITask, Member, Milestone, Parameters, Phase, Round, Seat} from "../interfaces/ITask.sol";
import {Clock, MIN_COMMITTEE} from "./Clock.sol";
import {Closing} from "./Closing.sol";
import {Members} from "./Members.sol";
import {Rounds} from "./Rounds.sol";
import {Seating, Slate} from "./Seating.sol";
import {Progress, State} from "./State.sol";
import {Pinned, Terms} from "./Terms.sol";
import {VacancyOrder} from "./VacancyOrder.sol";

/// @title The way out of a stalled round
/// @notice Absent seats are struck and refilled, and the phase that stalled starts again as a fresh attempt; or the
/// old model is carried forward without pay.
library Recovery {
    /// @dev Vacant seats that one call strikes and refills. A larger committee takes several calls, and one more to go on.
    uint256 private constant AT_ONCE = 64;

    function recover(State storage s) external {
        Terms memory t = Pinned.terms();
        Round memory r = Rounds.requirePhase(s, t.parameters, Phase.Stalled);
        if (!Members.retireDeparted(s, t.federation)) return;
        Phase stalled = Clock.stalledPhase(r, t.parameters.minUpdates);
        bool hopeless = isHopeless(s, t.parameters, r, stalled);
        Progress memory done = progressOf(s, r);
        (, uint256 seats) = Rounds.attesting(s, t.parameters, r);
        if (done.passed < seats) {
            refill(s, t, r, stalled, done, hopeless);
            if (seats > AT_ONCE) {
                s.recovery = done;
                return;
            }
        }
        if (hopeless || isTooFew(r, done)) carry(s, t, r);
        else restart(s, t.parameters, r, stalled);
    }

    function progressOf(State storage s, Round memory r) private view returns (Progress memory done) {
        done = s.recovery;
        if (done.round == r.number && done.attempt == r.attempt) return done;
        return Progress({round: r.number, attempt: r.attempt, passed: 0, unfilled: 0});
    }

    // ------------------------------------------------------------------ seats

    /// @dev A seat that nobody can take stays with its holder: the number of seats never falls.
    function refill(State storage s, Terms memory t, Round memory r, Phase stalled, Progress memory done, bool hopeless)
        private
    {
        uint256[] memory vacant = strikeAbsent(s, t, r, stalled, done);
        address[] memory successors = successorsOf(s, t.parameters, r, hopeless ? 0 : vacant.length);
        for (uint256 i = successors.length; i < vacant.length; ++i) {
            if (vacant[i] < r.seats) ++done.unfilled;
        }
        if (isTooFew(r, done)) return;
        for (uint256 i = 0; i < successors.length; ++i) {
            fill(s, r, vacant[i], successors[i]);
        }
    }

    function isTooFew(Round memory r, Progress memory done) private pure returns (bool) {
        return r.seats < MIN_COMMITTEE + done.unfilled;
    }

    /// @return vacant The seats of those who were absent, or are still needed and may not act any more.
    function strikeAbsent(State storage s, Terms memory t, Round memory r, Phase stalled, Progress memory done)
        private
        returns (uint256[] memory vacant)
    {
        vacant = new uint256[](AT_ONCE);
        (uint256 first, uint256 end) = Rounds.attesting(s, t.parameters, r);
        (uint256 count, uint256 i) = (0, done.passed);
        for (; i < end && count < AT_ONCE; ++i) {
            Seat memory seat = s.seats[i];
            (bool judges, bool attests) = (i < r.seats, i >= first);
            bool absent =
                stalled == Phase.Aggregating ? attests && isAbsent(s, seat, r) : judges && isSilent(seat, r, stalled);
            if (absent) Members.strike(s, t.parameters, seat.account, Fault.Absence);
            bool needed = stalled == Phase.Aggregating ? attests : !judges || !seat.revealed;
            if (absent || (needed && !Members.isActive(s.members[seat.account], r.number))) vacant[count++] = i;
        }
        done.passed = uint16(i);
        assembly ("memory-safe") {
            mstore(vacant, count) // Shortens the array; its tail is never read again.
        }
    }

    /// @dev Nobody is absent from Training: trainers are free to stay away.
    function isSilent(Seat memory seat, Round memory r, Phase stalled) private pure returns (bool) {
        if (stalled == Phase.Committing) return !seat.revealed && seat.committedIn != r.attempt + 1;
        return stalled == Phase.Revealing && !seat.revealed;
    }

    function isAbsent(State storage s, Seat memory seat, Round memory r) private view returns (bool) {
        return s.settlement.accepted > 0 && seat.attestedIn != r.attempt + 1;
    }

    function fill(State storage s, Round memory r, uint256 index, address successor) private {
        emit ITask.SeatFilled(r.number, index, successor, s.seats[index].account);
        Rounds.seat(s, index, successor, true, s.seats[index].weight);
        (s.seats[index].excused, s.seats[index].filledIn) = (r.milestone == Milestone.Settled, r.attempt + 1);
    }

    // ------------------------------------------------------------- successors

    /// @notice First members who did not submit, then authors, whose own updates the other seats judge.
    function successorsOf(State storage s, Parameters memory p, Round memory r, uint256 seats)
        private
        view
        returns (address[] memory list)
    {
        if (seats == 0) return list;
        address[] memory free = choose(s, slateOf(s, p, r, false), seats);
        if (free.length == seats) return free;
        address[] memory authors = choose(s, slateOf(s, p, r, true), seats - free.length);
        list = new address[](free.length + authors.length);
        for (uint256 i = 0; i < list.length; ++i) {
            list[i] = i < free.length ? free[i] : authors[i - free.length];
        }
    }

    function choose(State storage s, Slate memory slate, uint256 seats) private view returns (address[] memory list) {
        uint256[] memory chosen = VacancyOrder.seat({
            candidates: slate.candidates, providerKeys: new uint256[](0), seed: s.seed, seats: seats
        });
        list = new address[](chosen.length);
        for (uint256 i = 0; i < chosen.length; ++i) {
            list[i] = slate.accounts[chosen[i]];
        }
    }

    function slateOf(State storage s, Parameters memory p, Round memory r, bool authors)
        private
        view
        returns (Slate memory slate)
    {
        slate = Seating.emptySlate(s.roll.enrolled);
        for (uint256 i = 1; i <= s.roll.enrolled; ++i) {
            address account = s.enrolled[i];
            Member storage m = s.members[account];
            bool author = m.submittedIn == r.number + 1;
            if (author != authors || Seating.isSitting(s, m, account) || !Members.isActive(m, r.number)) continue;
            uint256 standing = uint256(Seating.standingOf(s, p, m, r.number + 1, r.number));
            Seating.push(slate, account, Candidates.pack(standing, 0, m.stake, 0, 0));
        }
        Seating.truncate(slate);
    }

    // ---------------------------------------------------------------- outcome

    /// @dev Trying again cannot help: nothing was accepted, too few can ever train, or the attempts are used up.
    function isHopeless(State storage s, Parameters memory p, Round memory r, Phase stalled)
        private
        view
        returns (bool)
    {
        if (uint256(r.attempt) + 1 >= p.maxAttempts) return true;
        if (stalled == Phase.Training) return s.roll.eligible < p.minUpdates;
        return stalled == Phase.Aggregating && s.settlement.accepted == 0;
    }

    /// @dev Updates and revealed scores stay; whoever has not revealed commits afresh. Attestations start anew.
    function restart(State storage s, Parameters memory p, Round memory r, Phase stalled) private {
        s.round.attempt = r.attempt + 1;
        s.round.committed = r.revealed;
        emit ITask.RoundRecovered(r.number, r.attempt + 1, stalled);
        Rounds.schedule(s, p, stalled == Phase.Revealing ? Phase.Committing : stalled, block.timestamp);
    }

    function carry(State storage s, Terms memory t, Round memory r) private {
        if (r.milestone == Milestone.Settled && !Closing.strikeCarried(s, t, r)) return;
        bytes32 seed = Rounds.nextSeed(s);
        uint256 next = uint256(s.round.number) + 1;
        uint256 empty = uint256(s.roll.emptyRounds) + 1;
        bool last = empty >= t.parameters.maxEmptyRounds || next == t.parameters.totalRounds;
        (bool done, address[] memory seated, bool[] memory fillers) =
            last ? Seating.nobody() : Seating.elect(s, t, seed);
        if (!done) return;
        (s.roll.emptyRounds, s.seed) = (uint8(empty), seed);
        emit ITask.RoundCarried(next - 1, empty);
        Rounds.writeModel(s, t.parameters, next, Rounds.modelAt(s, t.parameters, next - 1));
        if (last) Rounds.finish(s, t);
        else Rounds.open(s, t, next, seated, fillers);
    }
}
