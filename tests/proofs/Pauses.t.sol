// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Task} from "../../contracts/Task.sol";
import {IFederation} from "../../contracts/interfaces/IFederation.sol";
import {TaskArgs} from "../../contracts/libraries/ImmutableArgs.sol";
import {Phases} from "../../contracts/libraries/Phases.sol";
import {Parameters, Phase, Round} from "../../contracts/types/TaskTypes.sol";
import {VM} from "../forge/support/Vm.sol";
import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";

/// @notice A pause takes away its own time and nothing else, whatever a task stores and whatever its parameters are.
/// @dev The proof is the task's federation, whose managers agree to everything. Times end with 32 bits, in 2106.
contract PausesProof {
    address private immutable implementation = address(new Task());

    function prove_a_pause_moves_what_is_to_come_by_its_length(
        Parameters memory p,
        uint32 start,
        uint32 length,
        uint32 number
    ) external {
        Task task = paused(p, start, length, number);
        Round memory before = task.round();
        task.pause(length);
        Round memory r = task.round();
        assert(r.deadline == (before.deadline > start ? before.deadline + length : before.deadline));
        assert(r.pausedUntil == start + length);
        assert(phaseAt(r, p, r.pausedUntil, number) == phaseAt(before, p, start, number));
    }

    function prove_resuming_moves_it_back_by_the_rest(
        Parameters memory p,
        uint32 start,
        uint32 length,
        uint32 rest,
        uint32 number
    ) external {
        VM.assume(rest > 0 && rest <= length);
        Task task = paused(p, start, length, number);
        Round memory before = task.round();
        task.pause(length);
        uint32 end = start + (length - rest);
        VM.warp(end);
        try task.resume(start + length) {}
        catch {
            assert(false);
        }
        Round memory r = task.round();
        assert(r.deadline == (before.deadline > start ? before.deadline + (end - start) : before.deadline));
        assert(r.endBlock == before.endBlock && r.pausedUntil == 0);
        assert(phaseAt(r, p, end, number) == phaseAt(before, p, start, number));
    }

    function refute_a_pause_moves_any_deadline(Parameters memory p, uint32 start, uint32 length) external {
        Task task = paused(p, start, length, 1);
        Round memory before = task.round();
        task.pause(length);
        assert(task.round().deadline == before.deadline + length);
    }

    function confirm(address, bytes calldata) external pure returns (bool) {
        return true;
    }

    function paused(Parameters memory p, uint32 start, uint32 length, uint32 number) private returns (Task task) {
        TaskArgs memory arguments = TaskArgs(IFederation(address(this)), address(0), p);
        task = Task(Clones.cloneWithImmutableArgs(implementation, abi.encode(arguments)));
        VM.setArbitraryStorage(address(task));
        VM.warp(start);
        VM.roll(number);
        VM.assume(uint256(start) + length <= type(uint32).max);
        VM.assume(uint256(task.round().deadline) + length <= type(uint32).max);
    }

    function phaseAt(Round memory r, Parameters memory p, uint256 time, uint256 number) private pure returns (Phase) {
        return Phases.phaseAt(r, p, time, number);
    }
}
