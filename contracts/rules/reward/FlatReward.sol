// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IRewardRule} from "../../interfaces/IRewardRule.sol";

/// @title The same pay for all contributors (Bift, section III-B)
/// @notice Each accepted update weighs the same, and so do seats by what they do.
/// @dev Parameters: bits 0-15 the weight of an accepted update, 16-31 of a seat that revealed, 32-47 of one that
/// attested what was agreed. All zero: no pay.
contract FlatReward is IRewardRule {
    /// @inheritdoc IRewardRule
    function weights(uint256[] calldata scores, uint256[] calldata, uint256, uint256, bytes32 parameters)
        external
        pure
        returns (uint256[] memory list)
    {
        uint256 word = uint256(parameters);
        list = new uint256[](scores.length + 2);
        for (uint256 i = 0; i < scores.length; ++i) {
            list[i] = uint16(word);
        }
        (list[scores.length], list[scores.length + 1]) = (uint16(word >> 16), uint16(word >> 32));
    }
}
