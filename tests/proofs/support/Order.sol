// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {both} from "./Logic.sol";

/// @title Plain definitions of places in an order
/// @dev They count without branches: each would double what has to be proved.
library Order {
    /// @notice The smallest of `values` that at least `n` of them do not exceed.
    function nthSmallest(uint256[] memory values, uint256 n) internal pure returns (uint256 smallest) {
        smallest = type(uint256).max;
        for (uint256 i = 0; i < values.length; ++i) {
            uint256 value = values[i];
            uint256 count = values.length - countAbove(values, value);
            assembly ("memory-safe") {
                let better := and(iszero(lt(count, n)), lt(value, smallest))
                smallest := xor(smallest, and(sub(0, better), xor(smallest, value)))
            }
        }
    }

    function countAbove(uint256[] memory values, uint256 threshold) internal pure returns (uint256 count) {
        for (uint256 i = 0; i < values.length; ++i) {
            uint256 value = values[i];
            assembly ("memory-safe") {
                count := add(count, gt(value, threshold))
            }
        }
    }

    /// @notice Whether no value is larger than the one before it.
    function falls(uint256[] memory values) internal pure returns (bool does) {
        does = true;
        for (uint256 i = 1; i < values.length; ++i) {
            does = both(does, values[i - 1] >= values[i]);
        }
    }
}
