// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ITask} from "../../../contracts/interfaces/ITask.sol";
import {Phase} from "../../../contracts/types/TaskTypes.sol";
import {Handler} from "./Handler.sol";
import {Log, VM} from "./Vm.sol";

/// @title One state, left in two ways
/// @notice Each way is played in a call that reverts with what came of it, so that nothing of it stays.
abstract contract Branches is Handler {
    uint256 private constant AT_ONCE = 1_000; // steps, and the size of a page
    bytes32 private constant DEPENDS = "depends on pages";

    error Outcome(bytes32 state, address[] chosen);

    // -------------------------------------------------------- page independence

    /// @dev From where several calls have begun, they lead to what was true then: who left since keeps its seat.
    function pagesDoNotMatter() internal {
        Phase phase = task.phase();
        bool paged = phase == Phase.Sampling || phase == Phase.Settling || phase == Phase.Closing;
        if (midway || !(paged || phase == Phase.Stalled)) return;
        (bytes32 atOnce,) = outcome(abi.encodeCall(this.endPhase, (AT_ONCE)));
        (bytes32 inPages,) = outcome(abi.encodeCall(this.endPhase, (1 + random(0) % 3)));
        if (inPages == DEPENDS) return;
        VM.assertEq(atOnce, inPages, "page independence: several calls come to something else than one");
    }

    function endPhase(uint256 page) external {
        VM.fee(page);
        (Phase phase, uint256 attempt) = (task.phase(), task.round().attempt);
        VM.recordLogs();
        drive(phase, page);
        bool depends = phase == Phase.Stalled && filledInPages(task.round().attempt <= attempt);
        revert Outcome(depends ? DEPENDS : state(), sitting());
    }

    /// @dev What the specification excepts: seats that were filled before the round was carried nevertheless, and seats
    /// for those who lost theirs by an earlier call.
    function filledInPages(bool carried) private returns (bool) {
        Log[] memory logs = VM.getRecordedLogs();
        address[] memory losers = new address[](logs.length);
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].topics[0] != ITask.SeatFilled.selector) continue;
            if (carried || isIn(losers, address(uint160(uint256(logs[i].topics[3]))))) return true;
            losers[i] = abi.decode(logs[i].data, (address));
        }
        return false;
    }

    function step(Phase phase, uint256 page) private {
        if (phase == Phase.Sampling) task.sampleTrainers(page);
        else if (phase == Phase.Settling) task.settle(page);
        else if (phase == Phase.Closing) task.close(page);
        else task.recover();
    }

    /// @dev All that the task knows, and what its members are owed.
    function state() private view returns (bytes32 record) {
        record = keccak256(abi.encode(fingerprint(task), task.roster()));
        for (uint256 i = 0; i < members.length; ++i) {
            bool retired = task.participant(members[i]).retired;
            record = keccak256(abi.encode(record, treasury.owedTo(members[i]), retired));
        }
    }

    // --------------------------------------------------------- non-interference

    /// @dev Everybody enrols who can, some leave, and all is done in the smallest steps. More enrolled can mean more
    /// seats, and fewer members fewer; the order of those who are left stays.
    function nobodyElectsOthers() internal {
        Phase phase = task.phase();
        bool revealed = phase == Phase.Settling || phase == Phase.Aggregating || phase == Phase.Closing;
        if (midway || !(revealed || phase == Phase.Sampling)) return;
        address[] memory gone = new address[](comparesStakes || phase == Phase.Sampling ? 0 : random(0) % 4);
        for (uint256 i = 0; i < gone.length; ++i) {
            gone[i] = members[random(i) % members.length];
        }
        (, address[] memory quiet) = outcome(abi.encodeCall(this.elect, (gone, false)));
        (, address[] memory disturbed) = outcome(abi.encodeCall(this.elect, (gone, true)));
        VM.assertTrue(gone.length > 0 || quiet.length <= disturbed.length, "non-interference: seats are lost");
        (quiet, disturbed) = (without(quiet, gone), without(disturbed, gone));
        for (uint256 i = 0; i < quiet.length && i < disturbed.length; ++i) {
            VM.assertEq(quiet[i], disturbed[i], "non-interference: others are chosen");
        }
    }

    /// @dev Without those who will be gone in any case, all who have a seat agree.
    function elect(address[] calldata gone, bool disturbed) external {
        (bool samples, uint256 page) = (task.phase() == Phase.Sampling, disturbed ? 1 : AT_ONCE);
        VM.fee(page);
        if (task.phase() == Phase.Settling) drive(Phase.Settling, page);
        else if (samples) task.sampleTrainers(page);
        for (uint256 i = 0; disturbed && i < members.length; ++i) {
            if (mayEnrol(members[i])) enrolAs(members[i]);
            if (!isIn(gone, members[i]) || !federation.isMember(members[i])) continue;
            VM.prank(members[i]);
            federation.leave();
        }
        attestWithout(gone);
        drive(samples ? Phase.Sampling : Phase.Closing, page);
        revert Outcome(0, samples ? sampled() : sitting());
    }

    function drive(Phase phase, uint256 page) private {
        while (task.phase() == phase) {
            step(phase, page);
        }
    }

    function attestWithout(address[] calldata gone) private {
        (uint256 round, bytes32 pointer, address[] memory seats) = (task.round().number, nextModel(), sitting());
        for (uint256 i = 0; i < seats.length && task.phase() == Phase.Aggregating; ++i) {
            if (isIn(gone, seats[i]) || !mayAttest(seats[i], i)) continue;
            VM.prank(seats[i]);
            task.attest(round, i, pointer);
        }
    }

    function sampled() private view returns (address[] memory list) {
        list = new address[](members.length);
        for (uint256 i = 0; i < list.length; ++i) {
            if (task.participant(members[i]).sampledIn == task.round().number + 1) list[i] = members[i];
        }
    }

    function without(address[] memory list, address[] memory gone) private pure returns (address[] memory left) {
        left = new address[](list.length);
        uint256 count = 0;
        for (uint256 i = 0; i < list.length; ++i) {
            if (!isIn(gone, list[i])) left[count++] = list[i];
        }
        assembly ("memory-safe") {
            mstore(left, count) // Shortens the array; its tail is never read again.
        }
    }

    // -------------------------------------------------------------------- calls

    function outcome(bytes memory way) private returns (bytes32 state_, address[] memory chosen) {
        uint256 page = block.basefee;
        (, bytes memory reason) = address(this).call(way);
        VM.fee(page);
        if (bytes4(reason) != Outcome.selector) VM.assertTrue(false, string(reason));
        assembly ("memory-safe") {
            mstore(add(reason, 4), sub(mload(reason), 4)) // Cuts off the selector.
            reason := add(reason, 4)
        }
        return abi.decode(reason, (bytes32, address[]));
    }
}
