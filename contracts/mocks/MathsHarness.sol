// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Heap} from "../libraries/Heap.sol";
import {Median} from "../libraries/Median.sol";

/// @title The pure maths, opened to tests
contract MathsHarness {
    function lowerMedian(uint256[] memory values) external pure returns (uint256) {
        return Median.lower(values, 0);
    }

    function upperMedian(uint256[] memory values) external pure returns (uint256) {
        return Median.upper(values);
    }

    function largest(uint256[] memory keys, uint256 count) external pure returns (uint256[] memory) {
        return Heap.largest(keys, count);
    }
}
