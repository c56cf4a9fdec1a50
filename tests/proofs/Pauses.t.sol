// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Task} from "../../contracts/Task.sol";
import {IFederation} from "../../contracts/interfaces/IFederation.sol";
import {TaskArgs} from "../../contracts/libraries/ImmutableArgs.sol";
import {Phases} from "../../contracts/libraries/Phases.sol";
import {Milestone, Parameters, Phase, Round} from "../../contracts/types/TaskTypes.sol";
import {VM} from "../forge/support/Vm.sol";
import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";

/// @notice A pause takes away its own time and nothing else, whatever a task stores, and whatever its parameters are
/// that can be proposed.
/// @dev The proof is the task's federation, whose managers agree to everything. Times end with 32 bits, in 2106.
contract PausesProof {
    address private immutable implementation = address(new Task());

    /// @dev The phase is again what it was. A window that has not had its blocks begins again, as a whole.
    function prove_a_pause_moves_what_is_to_come_by_its_length(
        Parameters memory p,
        uint32 start,
        uint32 length,
        uint32 number
    ) external {
        Task task = create(p, start, length, number);
        Round memory before = task.round();
        task.pause(length);
        (Round memory r, Phase phase) = (task.round(), Phases.phaseAt(before, p, start, number));
        assert(r.pausedUntil == start + length);
        assert(Phases.phaseAt(r, p, r.pausedUntil, number) == phase);
        bool judging = phase == Phase.Training || phase == Phase.Committing || phase == Phase.Revealing;
        if ((judging || phase == Phase.Aggregating) && number < before.endBlock) {
            assert(r.deadline == r.pausedUntil + windows(p, phase));
            assert(p.minBlocks == 0 || r.endBlock > number + p.minBlocks);
        } else {
            assert(
                r.deadline == (before.deadline > start && isTimed(before) ? before.deadline + length : before.deadline)
            );
            assert(r.endBlock == before.endBlock);
        }
        assert(r.deadline <= start || r.deadline > r.pausedUntil || !isTimed(before));
    }

    /// @dev Of any pause that is as the first proof says in its last line: then that proof holds of the time paused.
    function prove_resuming_moves_it_back_by_the_rest(Parameters memory p, uint32 time, uint32 number) external {
        Task task = create(p, time, 0, number);
        Round memory before = task.round();
        VM.assume(task.phase() == Phase.Paused);
        VM.assume(before.deadline <= time || before.deadline > before.pausedUntil || !isTimed(before));
        try task.resume(before.pausedUntil) {}
        catch {
            assert(false);
        }
        Round memory r = task.round();
        uint256 rest = before.pausedUntil - time;
        assert(r.deadline == (before.deadline > time && isTimed(before) ? before.deadline - rest : before.deadline));
        assert(r.endBlock == before.endBlock && r.pausedUntil == 0);
        assert(Phases.phaseAt(r, p, time, number) == Phases.phaseAt(before, p, before.pausedUntil, number));
    }

    function refute_a_pause_moves_any_deadline(Parameters memory p, uint32 start, uint32 length) external {
        Task task = create(p, start, length, 1);
        Round memory before = task.round();
        task.pause(length);
        assert(task.round().deadline == before.deadline + length);
    }

    function confirm(address, bytes calldata) external pure returns (bool) {
        return true;
    }

    function create(Parameters memory p, uint32 start, uint32 length, uint32 number) private returns (Task task) {
        TaskArgs memory arguments = TaskArgs(IFederation(address(this)), address(0), p);
        task = Task(Clones.cloneWithImmutableArgs(implementation, abi.encode(arguments)));
        VM.setArbitraryStorage(address(task));
        VM.warp(start);
        VM.roll(number);
        VM.assume(p.trainingWindow > 0);
        VM.assume(p.committingWindow > 0);
        VM.assume(p.revealingWindow > 0);
        VM.assume(p.aggregatingWindow > 0);
        VM.assume(uint256(start) + length + windows(p, Phase.Training) + p.aggregatingWindow <= type(uint32).max);
        VM.assume(uint256(task.round().deadline) + length <= type(uint32).max);
        VM.assume(uint256(number) + p.minBlocks < type(uint32).max);
    }

    /// @dev Sampling and closing have no deadline.
    function isTimed(Round memory r) private pure returns (bool) {
        return r.milestone != Milestone.Seated && r.milestone != Milestone.Agreed;
    }

    /// @dev From a phase to the deadline, seconds.
    function windows(Parameters memory p, Phase phase) private pure returns (uint256 time) {
        if (phase == Phase.Aggregating) return p.aggregatingWindow;
        time = p.revealingWindow;
        if (phase != Phase.Revealing) time += p.committingWindow;
        if (phase == Phase.Training) time += p.trainingWindow;
    }
}
