// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ITask, Member, Milestone, Parameters, Phase, Round, Seat, Settlement} from "../interfaces/ITask.sol";
import {Clock} from "./Clock.sol";
import {WrongPhase, WrongRound} from "./Errors.sol";
import {State} from "./State.sol";
import {Terms} from "./Terms.sol";

/// @title Opening, timing and ending rounds
library Rounds {
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

    /// @dev `committee` is seated in this order; who fills a vacancy serves one more of its terms.
    function open(State storage s, Terms memory t, uint256 number, address[] memory committee, bool[] memory fillers)
        internal
    {
        Round storage r = s.round;
        (r.number, r.submitted, r.committed, r.revealed, r.attempt) = (uint16(number), 0, 0, 0, 0);
        (r.seats, r.aggregatingEnds, r.milestone) = (uint16(committee.length), 0, Milestone.Open);
        restartSettlement(s);
        for (uint256 i = 0; i < committee.length; ++i) {
            seat(s, i, committee[i], fillers[i]);
        }
        s.roll.active += uint16(s.returning[number]);
        // Everybody seated is active.
        uint256 eligible = s.roll.active - committee.length;
        s.roll.eligible = uint16(eligible);
        emit ITask.RoundOpened(number, committee, fillers, eligible);
        schedule(s, t.parameters, Phase.Training, block.timestamp < r.pausedUntil ? r.pausedUntil : block.timestamp);
    }

    /// @dev What the last round found stays until it is overwritten: a slot that turns zero is paid for again.
    function restartSettlement(State storage s) private {
        Settlement storage x = s.settlement;
        (x.pages, x.closed, x.accepted, x.scoreRuleFailed, x.electionRuleFailed) = (0, 0, 0, false, false);
    }

    function seat(State storage s, uint256 index, address account, bool filler) internal {
        Member storage m = s.members[account];
        uint256 round = s.round.number;
        if (filler) {
            // The mark of the round before is `round`; who is seated twice in one round serves one term.
            if (m.filledIn != round) m.terms = m.filledIn == round + 1 ? m.terms : 1;
            else if (m.terms < type(uint8).max) m.terms += 1;
            m.filledIn = uint16(round + 1);
        }
        (m.seatedIn, m.seat) = (uint16(round + 1), uint16(index));
        Seat storage x = s.seats[index];
        (x.account, x.baseline, x.ballot) = (account, 0, 0);
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
