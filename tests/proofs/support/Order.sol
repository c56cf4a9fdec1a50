// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {both} from "./Logic.sol";

/// @title Plain words about an order
/// @dev They count without branches: each would double what has to be proved.
library Order {
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
