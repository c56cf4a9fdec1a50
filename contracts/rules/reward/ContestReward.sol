// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IRewardRule} from "../../interfaces/IRewardRule.sol";

/// @title A contest (Toyoda and Zhang, "Mechanism Design for an Incentive-Aware Blockchain-Enabled Federated Learning
/// Platform", 2019)
/// @notice Only the best are paid, by rank: the first of p prizes weighs p, the last 1.
/// @dev Parameters: bits 0-15 the number of prizes. Equal scores rank by arrival.
contract ContestReward is IRewardRule {
    /// @inheritdoc IRewardRule
    function weights(uint256[] calldata scores, uint256[] calldata, uint256, uint256, bytes32 parameters)
        external
        pure
        returns (uint256[] memory list)
    {
        uint256 prizes = uint16(uint256(parameters));
        list = new uint256[](scores.length + 2);
        for (uint256 i = 0; i < scores.length && i < prizes; ++i) {
            list[i] = prizes - i;
        }
    }
}
