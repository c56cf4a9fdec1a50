// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IRewardRule} from "../../interfaces/IRewardRule.sol";

/// @title Profit sharing by contribution (BFLC, section IV-A)
/// @notice Each accepted update weighs its score; seats earn nothing.
contract ScoreShareReward is IRewardRule {
    /// @inheritdoc IRewardRule
    function weights(uint256[] calldata scores, uint256[] calldata, uint256, uint256, bytes32)
        external
        pure
        returns (uint256[] memory list)
    {
        list = new uint256[](scores.length + 2);
        for (uint256 i = 0; i < scores.length; ++i) {
            list[i] = scores[i];
        }
    }
}
