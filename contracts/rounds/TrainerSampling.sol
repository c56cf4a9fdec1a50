// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IErrors} from "../interfaces/IErrors.sol";
import {ITask} from "../interfaces/ITask.sol";
import {Deadlines} from "../libraries/Deadlines.sol";
import {ImmutableArgs, TaskArgs} from "../libraries/ImmutableArgs.sol";
import {Phases} from "../libraries/Phases.sol";
import {Parameters, Participant, Phase, Round} from "../types/TaskTypes.sol";
import {Participants} from "./Participants.sol";
import {State} from "./State.sol";

/// @title Sampling the trainers of a round
/// @notice Draw i of a round yields enrolment number keccak256(abi.encode(seed, i)) mod maxEnrolled, plus 1. A number
/// that is not given, and a participant that is sampled already, has a seat that keeps it from training or may not act,
/// is passed over.
/// @dev The modulus is not the count of numbers given so far: a member that enrols meanwhile would change the sample.
library TrainerSampling {
    /// @dev Ends the sampling if too few are left to find, because participants left meanwhile.
    uint256 private constant MAX_DRAWS_PER_NUMBER = 8;

    /// @notice What `ITask.sampleTrainers` says.
    function sample(State storage s, uint256 steps) external {
        TaskArgs memory args = ImmutableArgs.reader()();
        require(steps > 0, IErrors.ZeroAmount());
        Round memory r = Phases.requirePhase(s.round, args.parameters, Phase.Sampling);
        uint256 wanted = r.eligible;
        uint256 before = s.progress.sampled;
        (address[] memory trainers, bool exhausted) = draw(s, args.parameters, steps, wanted - before);
        uint256 sampled = before + trainers.length;
        if (exhausted) wanted = sampled;
        s.progress.sampled = uint16(sampled);
        emit ITask.TrainersSampled(r.number, trainers, wanted - sampled);
        if (sampled < wanted) return;
        s.round.eligible = uint16(wanted);
        Deadlines.schedule(s.round, args.parameters, Phase.Training, block.timestamp);
    }

    /// @return trainers At most `wanted` of them, from at most `steps` draws.
    /// @return exhausted Whether the last possible draw was made.
    function draw(State storage s, Parameters memory p, uint256 steps, uint256 wanted)
        private
        returns (address[] memory trainers, bool exhausted)
    {
        (uint256 round, uint256 draws, bytes32 seed) = (s.round.number, s.progress.draws, s.seed);
        uint256 last = p.maxEnrolled * MAX_DRAWS_PER_NUMBER;
        trainers = new address[](steps < wanted ? steps : wanted);
        uint256 count = 0;
        for (; count < trainers.length && steps > 0 && draws < last; --steps) {
            address account = s.enrolled[uint256(keccak256(abi.encode(seed, draws++))) % p.maxEnrolled + 1];
            if (mark(s.participants[account], p, round)) trainers[count++] = account;
        }
        s.progress.draws = uint16(draws);
        assembly ("memory-safe") {
            mstore(trainers, count) // Shortens the array; its tail is never read again.
        }
        exhausted = draws == last;
    }

    function mark(Participant storage m, Parameters memory p, uint256 round) private returns (bool) {
        if (m.sampledIn == round + 1 || (m.seatedIn == round + 1 && !p.seatsTrain)) return false;
        if (!Participants.isActive(m, round)) return false;
        m.sampledIn = uint16(round + 1);
        return true;
    }
}
