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
            sink(keys, i - 1, size, keys[i - 1]);
        }
        top = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) {
            top[i] = keys[0];
            --size;
            sink(keys, 0, size, keys[size]);
        }
    }

    /// @dev Puts `key` where it belongs in the heap of the first `size` keys, from the free place `hole` downwards: the
    /// larger child moves up, all the way down, then `key` rises from there. It comes from the end of the heap, so it
    /// seldom rises far, and need not be compared at every level. Assembly, because checked indices triple the cost of
    /// ranking and seating. `hole` is below `keys.length`, children below `size`; only elements of `keys` are touched.
    function sink(uint256[] memory keys, uint256 hole, uint256 size, uint256 key) private pure {
        assembly ("memory-safe") {
            let first := add(keys, 32)
            let top := hole
            let child := add(mul(hole, 2), 1)
            for {} lt(add(child, 1), size) { child := add(mul(hole, 2), 1) } {
                let place := add(first, mul(child, 32))
                let value := mload(place)
                let other := mload(add(place, 32))
                if gt(other, value) {
                    value := other
                    child := add(child, 1)
                }
                mstore(add(first, mul(hole, 32)), value)
                hole := child
            }
            if lt(child, size) {
                mstore(add(first, mul(hole, 32)), mload(add(first, mul(child, 32))))
                hole := child
            }
            for {} gt(hole, top) {} {
                let parent := div(sub(hole, 1), 2)
                let value := mload(add(first, mul(parent, 32)))
                if iszero(lt(value, key)) { break }
                mstore(add(first, mul(hole, 32)), value)
                hole := parent
            }
            mstore(add(first, mul(hole, 32)), key)
        }
    }
}
