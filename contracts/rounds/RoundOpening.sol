// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IErrors} from "../interfaces/IErrors.sol";
import {ITask} from "../interfaces/ITask.sol";
import {Deadlines} from "../libraries/Deadlines.sol";
import {Heap} from "../libraries/Heap.sol";
import {TaskArgs} from "../libraries/ImmutableArgs.sol";
import {
    FULL_PARTICIPATION,
    MIN_COMMITTEE,
    Milestone,
    Parameters,
    Participant,
    Phase,
    Round,
    RoundProgress,
    Seat
} from "../types/TaskTypes.sol";
import {State} from "./State.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @notice Who holds the seats of a round: `committee` judging ones first, then aggregators.
struct SeatPlan {
    address[] accounts;
    bool[] fillers; // seats that are vacancies
    uint256 committee;
}

/// @title From one round to the next
library RoundOpening {
    uint256 private constant MEDIAN_WEIGHT = 1_000; // of an attestation with the median stake

    // ------------------------------------------------------------- next round

    /// @notice Leaves round `round`, the running one: opens the next one with these seats, or finishes the task if
    /// there is none.
    /// @param seed Of the next round, from `nextSeed`.
    /// @param emptyRounds Rounds in a row, this one included, that ended without a new model.
    /// @param plan Not read after the last round.
    function advance(
        State storage s,
        TaskArgs memory args,
        uint256 round,
        bytes32 seed,
        uint256 emptyRounds,
        SeatPlan memory plan
    ) internal {
        (s.roster.emptyRounds, s.seed) = (uint8(emptyRounds), seed);
        if (isLast(args.parameters, round, emptyRounds)) finish(s, args);
        else open(s, args.parameters, round + 1, plan);
    }

    /// @notice Whether the task ends with round `round`.
    function isLast(Parameters memory p, uint256 round, uint256 emptyRounds) internal pure returns (bool) {
        return emptyRounds >= p.maxEmptyRounds || round + 1 == p.totalRounds;
    }

    /// @dev Never from `prevrandao` or a block hash, which validators choose. The last seat to reveal can choose
    /// between two seeds by withholding its salt. Without the attempt, or who lets a round stall could choose, too.
    function nextSeed(State storage s) internal view returns (bytes32) {
        return keccak256(abi.encode(s.round.salts, address(this), s.round.number, s.seed));
    }

    /// @dev The unspent budget returns to the pool.
    function finish(State storage s, TaskArgs memory args) private {
        s.round.milestone = Milestone.Finished;
        uint256 released = args.federation.treasury().release();
        emit ITask.TaskFinished(s.round.number, released);
    }

    // ---------------------------------------------------------------- opening

    /// @dev A vacancy filler serves one more of its terms.
    function open(State storage s, Parameters memory p, uint256 number, SeatPlan memory plan) internal {
        Round storage r = s.round;
        (address[] memory seated, uint256 committee) = (plan.accounts, plan.committee);
        (r.number, r.submitted, r.committed, r.revealed, r.attempt) = (uint16(number), 0, 0, 0, 0);
        r.seats = uint16(committee);
        restartProgress(s, seated.length - committee);
        uint256[] memory weights = new uint256[](seated.length);
        if (p.stakeWeighted) weigh(s, seated, seated.length > committee ? committee : 0, weights);
        for (uint256 i = 0; i < seated.length; ++i) {
            seat(s, number, i, seated[i], plan.fillers[i], weights[i]);
        }
        (uint256 eligible, bool sampled) = countTrainers(s, p, number, seated.length);
        emit ITask.RoundOpened(number, seated, committee, plan.fillers, eligible, sampled);
        if (sampled) r.milestone = Milestone.Seated;
        else Deadlines.schedule(r, p, Phase.Training, Math.max(block.timestamp, r.pausedUntil));
    }

    /// @dev What the last round found stays until it is overwritten: a slot that turns zero is paid for again.
    function restartProgress(State storage s, uint256 aggregators) private {
        RoundProgress storage x = s.progress;
        (x.pages, x.closed, x.accepted, x.scoreRuleFailed, x.electionRuleFailed) = (0, 0, 0, false, false);
        (x.aggregators, x.sampled, x.draws) = (uint16(aggregators), 0, 0);
    }

    /// @dev Fixes how many train, and whether these are fewer than could, so that they are sampled. All `seated` ones
    /// are active.
    function countTrainers(State storage s, Parameters memory p, uint256 number, uint256 seated)
        private
        returns (uint256 eligible, bool sampled)
    {
        uint256 active = uint256(s.roster.active) + s.returning[number];
        if (p.seatsTrain) seated = 0;
        uint256 able = active - seated;
        eligible = Math.ceilDiv(active * p.activeShare, FULL_PARTICIPATION);
        eligible = Math.max(eligible > seated ? eligible - seated : 0, p.minUpdates);
        eligible = Math.min(eligible, Math.min(able, p.maxUpdates));
        sampled = eligible < able;
        (s.round.eligible, s.round.sampled) = (uint16(eligible), sampled);
        s.roster.active = uint16(active);
    }

    // ------------------------------------------------------------------ seats

    /// @notice The largest number of seats: committee and aggregators.
    function seatsOf(Parameters memory p) internal pure returns (uint256) {
        return uint256(p.committee) + p.aggregators;
    }

    /// @notice Seats for these accounts, the first `p.committee` of whom judge.
    function planOf(Parameters memory p, address[] memory accounts) internal pure returns (SeatPlan memory) {
        return SeatPlan({
            accounts: accounts, fillers: new bool[](accounts.length), committee: Math.min(accounts.length, p.committee)
        });
    }

    /// @notice How many of the largest number of seats can be given to so many accounts: of both roles none at all, or
    /// enough to decide.
    function seatsFor(Parameters memory p, uint256 accounts) internal pure returns (uint256) {
        uint256 seats = Math.min(seatsOf(p), accounts);
        return seats < uint256(p.committee) + MIN_COMMITTEE ? Math.min(seats, p.committee) : seats;
    }

    /// @dev Does not check that its members are enrolled: that is checked when they are seated.
    function requireCommittee(Parameters memory p, address[] calldata committee) internal pure {
        uint256 size = committee.length;
        uint256 most = seatsFor(p, size);
        require(size >= MIN_COMMITTEE && size == most, IErrors.CommitteeOutOfBounds(size, MIN_COMMITTEE, most));
        uint256[] memory keys = new uint256[](size);
        for (uint256 i = 0; i < size; ++i) {
            keys[i] = uint160(committee[i]);
        }
        keys = Heap.largest(keys, size);
        for (uint256 i = 1; i < size; ++i) {
            require(keys[i] != keys[i - 1], IErrors.DuplicateMember(address(uint160(keys[i]))));
        }
    }

    /// @notice The seats that attest: from `first` on and before `end`, which is the number of all seats.
    function attesting(State storage s, Parameters memory p, Round memory r)
        internal
        view
        returns (uint256 first, uint256 end)
    {
        end = r.seats;
        if (p.aggregators == 0) return (0, end);
        uint256 aggregators = s.progress.aggregators;
        return aggregators == 0 ? (0, end) : (end, end + aggregators);
    }

    /// @dev Fixes the weights of attestations: the stake relative to the lower median, at most twice that.
    function weigh(State storage s, address[] memory seated, uint256 first, uint256[] memory weights) private {
        uint256[] memory keys = new uint256[](seated.length - first);
        if (keys.length == 0) return;
        for (uint256 i = first; i < seated.length; ++i) {
            weights[i] = keys[i - first] = s.participants[seated[i]].stake;
        }
        uint256 middle = keys.length / 2;
        uint256 median = Heap.largest(keys, middle + 1)[middle];
        uint256 total = 0;
        for (uint256 i = first; i < seated.length; ++i) {
            uint256 stake = weights[i];
            weights[i] = stake < 2 * median ? stake * MEDIAN_WEIGHT / median : 2 * MEDIAN_WEIGHT;
            total += weights[i];
        }
        s.progress.totalAttestingWeight = uint24(total);
    }

    function seat(State storage s, uint256 round, uint256 index, address account, bool filler, uint256 weight)
        internal
    {
        Participant storage m = s.participants[account];
        if (filler) {
            // The mark of the round before is `round`; a second seat in one round serves no second term.
            (uint256 filledIn, uint256 terms) = (m.filledIn, m.terms);
            if (filledIn < round) terms = 1;
            else if (filledIn == round && terms < type(uint8).max) ++terms;
            (m.filledIn, m.terms) = (uint16(round + 1), uint8(terms));
        }
        (m.seatedIn, m.seat) = (uint16(round + 1), uint16(index));
        Seat storage x = s.seats[index];
        (x.account, x.baseline, x.tally, x.weight) = (account, 0, 0, uint16(weight));
        (x.committedIn, x.attestedIn, x.revealed, x.excused, x.seatedAttempt) = (0, 0, false, false, 0);
    }
}
