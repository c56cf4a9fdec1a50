// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Median} from "../../contracts/libraries/Median.sol";
import {Judge} from "./support/Judge.sol";
import {VM} from "./support/Vm.sol";

contract MedianTest {
    /// @dev Up to 12 values are tried one by one, more are bisected.
    function testFuzz_is_a_middle_of_few_and_of_many(uint256 seed) external pure {
        for (uint256 count = 1; count <= 15; ++count) {
            requireMiddles(randomValues(seed, count, 10_001));
        }
    }

    function testFuzz_of_a_large_committee(uint256 seed) external pure {
        requireMiddles(randomValues(seed, 51, 10_001));
        requireMiddles(randomValues(seed, 50, 3));
    }

    function testFuzz_arrival_does_not_matter(uint256 seed, uint256 by) external pure {
        uint256[] memory values = randomValues(seed, 2 + seed % 20, 50);
        uint256[] memory turned = new uint256[](values.length);
        for (uint256 i = 0; i < values.length; ++i) {
            turned[(i + by % values.length) % values.length] = values[i];
        }
        VM.assertEq(Median.lower(values, 0), Median.lower(turned, 0), "lower");
        VM.assertEq(Median.upper(values), Median.upper(turned), "upper");
    }

    function test_doubt_lowers_scores_and_raises_baselines() external pure {
        uint256[] memory values = new uint256[](4);
        (values[0], values[1], values[2], values[3]) = (9_000, 1_000, 10_000, 0);
        VM.assertEq(Median.lower(values, 0), 1_000, "lower");
        VM.assertEq(Median.upper(values), 9_000, "upper");
    }

    function test_extremes() external pure {
        for (uint256 count = 1; count <= 30; ++count) {
            uint256[] memory values = new uint256[](count);
            VM.assertEq(Median.lower(values, 0), 0, "nothing but zeros");
            for (uint256 i = 0; i < count; ++i) {
                values[i] = 10_000;
            }
            VM.assertEq(Median.upper(values), 10_000, "nothing but the best");
        }
    }

    function requireMiddles(uint256[] memory values) private pure {
        uint256[] memory sorted = Judge.sorted(values);
        VM.assertEq(Median.lower(values, 0), sorted[(values.length - 1) / 2], "lower");
        VM.assertEq(Median.upper(values), sorted[values.length / 2], "upper");
    }

    function randomValues(uint256 seed, uint256 count, uint256 below) private pure returns (uint256[] memory values) {
        values = new uint256[](count);
        for (uint256 i = 0; i < count; ++i) {
            values[i] = uint256(keccak256(abi.encode(seed, count, i))) % below;
        }
    }
}
