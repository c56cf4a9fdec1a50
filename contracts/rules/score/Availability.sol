// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IScoreRule, Judgement, Metric} from "../../interfaces/IScoreRule.sol";

/// @title Every available update counts (Bift, and federated averaging without a defence)
/// @notice The score is the share of seats that could fetch a well-formed update. More than half of them let it pass;
/// else its author is struck.
contract Availability is IScoreRule {
    /// @inheritdoc IScoreRule
    function metric() external pure returns (Metric) {
        return Metric.Availability;
    }

    /// @inheritdoc IScoreRule
    function score(uint256[] calldata, uint256[] calldata scores, bytes32) external pure returns (uint256) {
        uint256 available = 0;
        for (uint256 i = 0; i < scores.length; ++i) {
            if (scores[i] > 0) ++available;
        }
        return available * 10_000 / scores.length;
    }

    /// @inheritdoc IScoreRule
    function judge(uint256 score_, uint256, uint256, bytes32) external pure returns (Judgement) {
        return score_ > 5_000 ? Judgement.Passed : Judgement.Fault;
    }
}
