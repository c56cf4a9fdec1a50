// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IScoreRule, Judgement, Metric} from "../../interfaces/IScoreRule.sol";

/// @title A majority votes on each update (PoS-BFL, Algorithm 1)
/// @notice A seat votes for an update iff its accuracy is at most a threshold below that of the current model. An
/// accuracy of 0, which means that a seat cannot use the update, is a vote against. The score is the share of votes for
/// it. With at least half of them it passes; with fewer its author is struck: repeated negative votes put it on the
/// blacklist.
/// @dev Parameters: bits 0-15 the threshold `vh`, basis points. A seat that did not reveal votes against.
contract MajorityVote is IScoreRule {
    /// @inheritdoc IScoreRule
    function metric() external pure returns (Metric) {
        return Metric.Accuracy;
    }

    /// @inheritdoc IScoreRule
    function score(uint256[] calldata baselines, uint256[] calldata scores, bytes32 parameters)
        external
        pure
        returns (uint256)
    {
        uint256 threshold = uint16(uint256(parameters));
        uint256 positive = 0;
        for (uint256 i = 0; i < scores.length; ++i) {
            if (scores[i] > 0 && scores[i] + threshold >= baselines[i]) ++positive;
        }
        return positive * 10_000 / scores.length;
    }

    /// @inheritdoc IScoreRule
    function judge(uint256 score_, uint256, uint256, bytes32) external pure returns (Judgement) {
        return score_ >= 5_000 ? Judgement.Passed : Judgement.Fault;
    }
}
