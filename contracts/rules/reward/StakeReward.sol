// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IRewardRule} from "../../interfaces/IRewardRule.sol";
import {Heap} from "../../libraries/Heap.sol";

/// @title Rewards by role (PoS-BFL, equations (1) to (3))
/// @notice A worker earns epochs * samples * r for an accepted update; a validator 2 * r for each update, whose
/// signature it verified and on which it voted; a miner r for each vote of each validator, which it verified.
/// @dev Parameters: bits 0-15 the epochs, 16-31 the unit reward r. Samples are claims: no more than twice the round's
/// lower median count.
contract StakeReward is IRewardRule {
    uint256 private constant MAX_WEIGHT = type(uint24).max;

    /// @inheritdoc IRewardRule
    function weights(
        uint256[] calldata scores,
        uint256[] calldata samples,
        uint256 updates,
        uint256 revealed,
        bytes32 parameters
    ) external pure returns (uint256[] memory list) {
        (uint256 epochs, uint256 unit) = (uint16(uint256(parameters)), uint16(uint256(parameters) >> 16));
        uint256 most = scores.length == 0 ? 0 : 2 * lowerMedian(samples);
        list = new uint256[](scores.length + 2);
        for (uint256 i = 0; i < scores.length; ++i) {
            list[i] = bounded(epochs * unit * (samples[i] < most ? samples[i] : most));
        }
        (list[scores.length], list[scores.length + 1]) =
        (bounded(2 * updates * unit), bounded(updates * revealed * unit));
    }

    function lowerMedian(uint256[] memory values) private pure returns (uint256) {
        uint256 middle = values.length / 2; // of the largest in order
        return Heap.largest(values, middle + 1)[middle];
    }

    function bounded(uint256 weight) private pure returns (uint256) {
        return weight < MAX_WEIGHT ? weight : MAX_WEIGHT;
    }
}
