// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Medians by bisection on the value
/// @notice The cost depends on the range of the values, never on their order, so nobody can make it expensive.
library Median {
    /// @dev The lower of the two middles of an even count. `values` must not be empty.
    function lower(uint256[] memory values) internal pure returns (uint256) {
        return nthSmallest(values, (values.length + 1) / 2);
    }

    /// @dev The upper of the two middles of an even count. `values` must not be empty.
    function upper(uint256[] memory values) internal pure returns (uint256) {
        return nthSmallest(values, values.length / 2 + 1);
    }

    /// @dev The smallest value that at least `n` values do not exceed.
    function nthSmallest(uint256[] memory values, uint256 n) internal pure returns (uint256) {
        (uint256 low, uint256 high) = range(values);
        while (low < high) {
            uint256 middle = (low + high) / 2;
            if (countUpTo(values, middle) < n) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    function range(uint256[] memory values) private pure returns (uint256 low, uint256 high) {
        low = type(uint256).max;
        for (uint256 i = 0; i < values.length; ++i) {
            if (values[i] < low) low = values[i];
            if (values[i] > high) high = values[i];
        }
    }

    function countUpTo(uint256[] memory values, uint256 limit) private pure returns (uint256 count) {
        for (uint256 i = 0; i < values.length; ++i) {
            if (values[i] <= limit) ++count;
        }
    }
}
