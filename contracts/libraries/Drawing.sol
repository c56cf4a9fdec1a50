// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ITask, Member, Milestone, Parameters, Phase, Round} from "../interfaces/ITask.sol";
import {ZeroAmount} from "./Errors.sol";
import {Members} from "./Members.sol";
import {Rounds} from "./Rounds.sol";
import {State} from "./State.sol";
import {Pinned, Terms} from "./Terms.sol";

/// @title Drawing who trains
/// @notice Draw i of a round meets enrolment number keccak256(abi.encode(seed, i)) mod maxEnrolled, plus 1. A number
/// that nobody has, whom it met before, who has a seat and who may not act is passed over.
/// @dev Not of the numbers given so far: who enrols while it lasts would choose between two draws.
library Drawing {
    /// @dev So many draws for each number are the end of it, should members leave while it lasts.
    uint256 private constant PATIENCE = 8;

    function draw(State storage s, uint256 steps) external {
        Terms memory t = Pinned.terms();
        require(steps > 0, ZeroAmount());
        Round memory r = Rounds.requirePhase(s, t.parameters, Phase.Drawing);
        uint256 wanted = s.roll.eligible;
        uint256 before = s.settlement.drawn;
        (address[] memory trainers, bool exhausted) = meet(s, t.parameters, steps, wanted - before);
        uint256 drawn = before + trainers.length;
        if (exhausted) wanted = drawn;
        s.settlement.drawn = uint16(drawn);
        emit ITask.TrainersDrawn(r.number, trainers, wanted - drawn);
        if (drawn < wanted) return;
        (s.roll.eligible, s.round.milestone) = (uint16(wanted), Milestone.Open);
        Rounds.schedule(s, t.parameters, Phase.Training, block.timestamp);
    }

    /// @return trainers At most `wanted` of them, drawn in at most `steps` draws.
    function meet(State storage s, Parameters memory p, uint256 steps, uint256 wanted)
        private
        returns (address[] memory trainers, bool exhausted)
    {
        (uint256 round, uint256 draws, bytes32 seed) = (s.round.number, s.settlement.draws, s.seed);
        uint256 last = p.maxEnrolled * PATIENCE;
        trainers = new address[](steps < wanted ? steps : wanted);
        uint256 count = 0;
        for (; count < trainers.length && steps > 0 && draws < last; --steps) {
            address account = s.enrolled[uint256(keccak256(abi.encode(seed, draws++))) % p.maxEnrolled + 1];
            if (mark(s.members[account], round)) trainers[count++] = account;
        }
        s.settlement.draws = uint16(draws);
        assembly ("memory-safe") {
            mstore(trainers, count) // Shortens the array; its tail is never read again.
        }
        exhausted = draws == last;
    }

    function mark(Member storage m, uint256 round) private returns (bool) {
        if (m.drawnIn == round + 1 || m.seatedIn == round + 1 || !Members.isActive(m, round)) return false;
        m.drawnIn = uint16(round + 1);
        return true;
    }
}
