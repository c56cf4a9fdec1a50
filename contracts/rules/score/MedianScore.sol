// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IScoreRule, Judgement, Metric} from "../../interfaces/IScoreRule.sol";
import {Median} from "../../libraries/Median.sol";

/// @title The median accuracy is the score (BFLC, section III-B)
/// @notice An update passes iff its score is above 0, at least a ratio of the round's best, and at least the median
/// baseline less a tolerance. Below half of the median baseline it would ruin the model.
/// @dev Parameters: bits 0-15 the ratio, bits 16-31 the tolerance, both in basis points; a tolerance of 10000 or more
/// turns that condition off, because under label skew an honest local model often scores below the current global one.
contract MedianScore is IScoreRule {
    /// @inheritdoc IScoreRule
    function metric() external pure returns (Metric) {
        return Metric.Accuracy;
    }

    /// @inheritdoc IScoreRule
    /// @dev The lower middle of an even count: doubt lowers a score.
    function scores(uint256[] calldata, uint256[] calldata votes, uint256 updates, bytes32)
        external
        pure
        returns (uint256[] memory medians)
    {
        uint256[] memory words = votes;
        medians = new uint256[](updates);
        for (uint256 i = 0; i < updates; ++i) {
            medians[i] = Median.lower(words, i);
        }
    }

    /// @inheritdoc IScoreRule
    function judge(uint256[] calldata scores_, uint256 baseline, uint256 best, bytes32 parameters)
        external
        pure
        returns (Judgement[] memory judgements)
    {
        uint256 ratio = uint16(uint256(parameters));
        uint256 tolerance = uint16(uint256(parameters) >> 16);
        judgements = new Judgement[](scores_.length);
        for (uint256 i = 0; i < scores_.length; ++i) {
            uint256 score = scores_[i];
            bool enters = score > 0 && score * 10_000 >= best * ratio && score + tolerance >= baseline;
            judgements[i] = enters ? Judgement.Passed : Judgement.Rejected;
            if (2 * score < baseline) judgements[i] = Judgement.Fault;
        }
    }
}
