// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {MAX_SCORE} from "../types/TaskTypes.sol";

/// @title Medians of basis points
/// @notice The cost does not depend on the order or size of the values, so no seat can make it expensive.
library Median {
    /// @dev Up to this many values, trying each is cheaper than bisection.
    uint256 private constant MAX_BY_TRIAL = 12;

    /// @dev The lower of the two middles of an even count. `values` must not be empty nor exceed 10000.
    function lower(uint256[] memory values) internal pure returns (uint256) {
        return nthSmallest(values, (values.length + 1) / 2);
    }

    /// @dev The upper of the two middles of an even count. `values` must not be empty nor exceed 10000.
    function upper(uint256[] memory values) internal pure returns (uint256) {
        return nthSmallest(values, values.length / 2 + 1);
    }

    /// @dev The smallest value that at least `n` values do not exceed.
    function nthSmallest(uint256[] memory values, uint256 n) private pure returns (uint256) {
        return values.length <= MAX_BY_TRIAL ? byTrial(values, n) : byBisection(values, n);
    }

    function byTrial(uint256[] memory values, uint256 n) private pure returns (uint256 best) {
        best = type(uint256).max;
        for (uint256 i = 0; i < values.length; ++i) {
            if (values[i] < best && countUpTo(values, values[i]) >= n) best = values[i];
        }
    }

    function byBisection(uint256[] memory values, uint256 n) private pure returns (uint256 low) {
        uint256 high = MAX_SCORE;
        while (low < high) {
            uint256 middle = (low + high) / 2;
            if (countUpTo(values, middle) < n) low = middle + 1;
            else high = middle;
        }
    }

    /// @dev Assembly, because this loop is most of what settling a round costs (a fifth of the gas with bounds checks).
    /// It reads the elements of `values` and writes no memory.
    function countUpTo(uint256[] memory values, uint256 limit) private pure returns (uint256 count) {
        assembly ("memory-safe") {
            let element := add(values, 32)
            for { let end := add(element, mul(mload(values), 32)) } lt(element, end) { element := add(element, 32) } {
                count := add(count, iszero(gt(mload(element), limit)))
            }
        }
    }
}
