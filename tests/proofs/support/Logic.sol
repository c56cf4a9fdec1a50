// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @dev `a && b` without a branch: each branch would double what has to be proved.
function both(bool a, bool b) pure returns (bool result) {
    assembly ("memory-safe") {
        result := and(a, b)
    }
}
