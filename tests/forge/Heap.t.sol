// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Heap} from "../../contracts/libraries/Heap.sol";
import {Judge} from "./support/Judge.sol";
import {VM} from "./support/Vm.sol";

contract HeapTest {
    function testFuzz_takes_the_largest_first(uint256[] memory keys, uint256 count) external pure {
        shorten(keys);
        requireLargest(keys, count % (keys.length + 2));
    }

    function testFuzz_repeated_keys(uint256[] memory keys, uint256 count) external pure {
        shorten(keys);
        for (uint256 i = 0; i < keys.length; ++i) {
            keys[i] %= 4;
        }
        requireLargest(keys, count % (keys.length + 2));
    }

    /// @dev Participants choose when their updates arrive, so every order must do.
    function test_sorted_keys() external pure {
        for (uint256 size = 0; size <= 40; ++size) {
            uint256[] memory rising = new uint256[](size);
            uint256[] memory falling = new uint256[](size);
            for (uint256 i = 0; i < size; ++i) {
                (rising[i], falling[i]) = (i, size - i);
            }
            requireLargest(rising, size);
            requireLargest(falling, size / 2);
        }
    }

    function test_no_keys_or_none_wanted() external pure {
        VM.assertEq(Heap.largest(new uint256[](0), 5).length, 0, "no keys");
        VM.assertEq(Heap.largest(new uint256[](5), 0).length, 0, "none wanted");
    }

    /// @dev Memory behind the keys stays as it is.
    function testFuzz_touches_nothing_else(uint256[] memory keys, uint256 count) external pure {
        uint256[] memory behind = new uint256[](3);
        (behind[0], behind[1], behind[2]) = (1, type(uint256).max, 3);
        Heap.largest(keys, count % (keys.length + 1));
        VM.assertTrue(behind[0] == 1 && behind[1] == type(uint256).max && behind[2] == 3, "memory behind");
        VM.assertEq(behind.length, 3, "length of what is behind");
    }

    function requireLargest(uint256[] memory keys, uint256 count) private pure {
        uint256[] memory sorted = Judge.sorted(keys);
        uint256[] memory top = Heap.largest(keys, count);
        VM.assertEq(top.length, count < sorted.length ? count : sorted.length, "how many");
        for (uint256 i = 0; i < top.length; ++i) {
            VM.assertEq(top[i], sorted[sorted.length - 1 - i], "which");
        }
    }

    /// @dev To five levels of the heap at most.
    function shorten(uint256[] memory keys) private pure {
        if (keys.length <= 31) return;
        assembly ("memory-safe") {
            mstore(keys, 31)
        }
    }
}
