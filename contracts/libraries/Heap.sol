// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title The largest keys, in order
/// @notice A heap, because its worst case is its usual case: OpenZeppelin's quicksort turns quadratic on sorted keys,
/// and members choose when their updates arrive.
library Heap {
    /// @dev Returns the `count` largest of `keys`, largest first (all of them if there are fewer). Destroys `keys`.
    function largest(uint256[] memory keys, uint256 count) internal pure returns (uint256[] memory top) {
        uint256 size = keys.length;
        if (count > size) count = size;
        for (uint256 i = size / 2; i > 0; --i) {
            sink(keys, i - 1, size);
        }
        top = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) {
            top[i] = keys[0];
            keys[0] = keys[--size];
            sink(keys, 0, size);
        }
    }

    function sink(uint256[] memory keys, uint256 i, uint256 size) private pure {
        uint256 key = keys[i];
        while (true) {
            uint256 child = 2 * i + 1;
            if (child >= size) break;
            if (child + 1 < size && keys[child + 1] > keys[child]) ++child;
            if (keys[child] <= key) break;
            keys[i] = keys[child];
            i = child;
        }
        keys[i] = key;
    }
}
