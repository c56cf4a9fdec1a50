// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ITask, Member, Milestone, Parameters, Phase, Round, Seat, Settlement} from "../interfaces/ITask.sol";
import {Clock} from "./Clock.sol";
import {WrongPhase, WrongRound} from "./Errors.sol";
import {Heap} from "./Heap.sol";
import {EVERYBODY, State} from "./State.sol";
import {Terms} from "./Terms.sol";

/// @title Opening, timing and ending rounds
library Rounds {
    uint256 private constant MEDIAN_WEIGHT = 1_000; // of an attestation with the median stake

    function phase(State storage s, Parameters memory p) internal view returns (Phase) {
        return Clock.phaseAt(s.round, p.minUpdates, block.timestamp);
    }

    function requirePhase(State storage s, Parameters memory p, Phase required) internal view returns (Round memory r) {
        r = s.round;
        requirePhase(r, p, required);
    }

    function requireRound(State storage s, Parameters memory p, uint256 round, Phase required)
        internal
        view
        returns (Round memory r)
    {
        r = s.round;
        require(round == r.number, WrongRound(round, r.number));
        requirePhase(r, p, required);
    }

    function requirePhase(Round memory r, Parameters memory p, Phase required) private view {
        Phase current = Clock.phaseAt(r, p.minUpdates, block.timestamp);
        require(current == required, WrongPhase(r.number, current, required));
    }

    /// @dev `seated` in this order, the committee first; who fills a vacancy serves one more of its terms.
    function open(State storage s, Terms memory t, uint256 number, address[] memory seated, bool[] memory fillers)
        internal
    {
        Parameters memory p = t.parameters;
        Round storage r = s.round;
        uint256 committee = seated.length < p.committee ? seated.length : p.committee;
        (r.number, r.submitted, r.committed, r.revealed, r.attempt) = (uint16(number), 0, 0, 0, 0);
        (r.seats, r.aggregatingEnds, r.milestone) = (uint16(committee), 0, Milestone.Open);
        restartSettlement(s, seated.length - committee);
        uint256[] memory weights = new uint256[](seated.length);
        if (p.stakeWeighted) weigh(s, seated, seated.length > committee ? committee : 0, weights);
        for (uint256 i = 0; i < seated.length; ++i) {
            seat(s, i, seated[i], fillers[i], weights[i]);
        }
        s.roll.active += uint16(s.returning[number]);
        uint256 eligible = trainers(s, p, seated.length);
        s.roll.eligible = uint16(eligible);
        emit ITask.RoundOpened(number, seated, fillers, eligible);
        if (p.activeShare != EVERYBODY && eligible > 0) r.milestone = Milestone.Seated;
        else schedule(s, p, Phase.Training, block.timestamp < r.pausedUntil ? r.pausedUntil : block.timestamp);
    }

    /// @dev What the last round found stays until it is overwritten: a slot that turns zero is paid for again.
    function restartSettlement(State storage s, uint256 aggregators) private {
        Settlement storage x = s.settlement;
        (x.pages, x.closed, x.accepted, x.scoreRuleFailed, x.electionRuleFailed) = (0, 0, 0, false, false);
        (x.aggregators, x.drawn, x.draws) = (uint16(aggregators), 0, 0);
    }

    /// @dev How many train. Everybody seated is active.
    function trainers(State storage s, Parameters memory p, uint256 seated) private view returns (uint256 count) {
        uint256 active = s.roll.active;
        if (p.activeShare == EVERYBODY) return active - seated;
        count = (active * p.activeShare + EVERYBODY - 1) / EVERYBODY;
        count = count > seated + p.minUpdates ? count - seated : p.minUpdates;
        if (count > active - seated) count = active - seated;
    }

    /// @notice The most that may sit: committee and aggregators.
    function seatsOf(Parameters memory p) internal pure returns (uint256) {
        return uint256(p.committee) + p.aggregators;
    }

    /// @notice The seats that attest: from `first` on and before `end`, which is the number of all seats.
    function attesting(State storage s, Parameters memory p, Round memory r)
        internal
        view
        returns (uint256 first, uint256 end)
    {
        end = r.seats;
        if (p.aggregators == 0) return (0, end);
        uint256 aggregators = s.settlement.aggregators;
        return aggregators == 0 ? (0, end) : (end, end + aggregators);
    }

    /// @dev Freezes the weights of attestations: the stake, relative to the lower median, and at most twice that.
    function weigh(State storage s, address[] memory seated, uint256 first, uint256[] memory weights) private {
        uint256[] memory keys = new uint256[](seated.length - first);
        if (keys.length == 0) return;
        for (uint256 i = first; i < seated.length; ++i) {
            weights[i] = keys[i - first] = s.members[seated[i]].stake;
        }
        uint256 middle = keys.length / 2;
        uint256 median = Heap.largest(keys, middle + 1)[middle];
        uint256 total = 0;
        for (uint256 i = first; i < seated.length; ++i) {
            uint256 stake = weights[i];
            weights[i] = stake < 2 * median ? stake * MEDIAN_WEIGHT / median : 2 * MEDIAN_WEIGHT;
            total += weights[i];
        }
        s.settlement.attestations = uint24(total);
    }

    function seat(State storage s, uint256 index, address account, bool filler, uint256 weight) internal {
        Member storage m = s.members[account];
        uint256 round = s.round.number;
        if (filler) {
            // The mark of the round before is `round`; who is seated twice in one round serves one term.
            (uint256 filledIn, uint256 terms) = (m.filledIn, m.terms);
            if (filledIn < round) terms = 1;
            else if (filledIn == round && terms < type(uint8).max) ++terms;
            (m.filledIn, m.terms) = (uint16(round + 1), uint8(terms));
        }
        (m.seatedIn, m.seat) = (uint16(round + 1), uint16(index));
        Seat storage x = s.seats[index];
        (x.account, x.baseline, x.ballot, x.weight) = (account, 0, 0, uint16(weight));
        (x.committedIn, x.attestedIn, x.revealed, x.excused, x.filledIn) = (0, 0, false, false, 0);
    }

    /// @dev Sets the deadlines of `from` and of the phases that follow it by time alone.
    function schedule(State storage s, Parameters memory p, Phase from, uint256 time) internal {
        Round storage r = s.round;
        if (from == Phase.Aggregating) {
            r.aggregatingEnds = uint32(time + p.aggregatingWindow);
        } else {
            if (from == Phase.Training) r.trainingEnds = uint32(time += p.trainingWindow);
            if (from != Phase.Revealing) r.committingEnds = uint32(time += p.committingWindow);
            r.revealingEnds = uint32(time + p.revealingWindow);
        }
        announce(s);
    }

    function announce(State storage s) internal {
        Round memory r = s.round;
        emit ITask.DeadlinesSet({
            round: r.number,
            attempt: r.attempt,
            trainingEnds: r.trainingEnds,
            committingEnds: r.committingEnds,
            revealingEnds: r.revealingEnds,
            aggregatingEnds: r.aggregatingEnds
        });
    }

    /// @dev Never from `prevrandao` or a block hash, which validators choose. Who reveals last and withholds chooses
    /// between two seeds.
    function nextSeed(State storage s) internal view returns (bytes32) {
        return keccak256(abi.encode(s.salts, address(this), s.round.number, s.round.attempt, s.seed));
    }

    function writeModel(State storage s, Parameters memory p, uint256 model, bytes32 pointer) internal {
        uint256 number = model * (uint256(p.updatesPerRound) + 1);
        s.ledger[number] = pointer;
        emit ITask.ModelBlockWritten(number, pointer);
    }

    function modelAt(State storage s, Parameters memory p, uint256 model) internal view returns (bytes32) {
        return s.ledger[model * (uint256(p.updatesPerRound) + 1)];
    }

    /// @dev The unspent budget returns to the pool.
    function finish(State storage s, Terms memory t) internal {
        s.round.milestone = Milestone.Finished;
        uint256 released = t.federation.treasury().release();
        emit ITask.TaskFinished(s.round.number, released);
    }
}
