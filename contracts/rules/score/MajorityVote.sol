// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IScoreRule, Judgement, Metric} from "../../interfaces/IScoreRule.sol";
import {Lanes} from "../../libraries/Lanes.sol";

/// @title A majority votes on each update (PoS-BFL, Algorithm 1)
/// @notice A seat votes for an update iff its accuracy is at most a threshold below that of the current model. An
/// accuracy of 0, which means that a seat cannot use the update, is a vote against. The score is the share of votes for
/// it. With at least half of them it passes; with fewer its author is struck: repeated negative votes put it on the
/// blacklist.
/// @dev Parameters: bits 0-15 the threshold `vh`, basis points.
contract MajorityVote is IScoreRule {
    /// @inheritdoc IScoreRule
    function metric() external pure returns (Metric) {
        return Metric.Accuracy;
    }

    /// @inheritdoc IScoreRule
    function scores(uint256[] calldata baselines, uint256[] calldata votes, uint256 updates, bytes32 parameters)
        external
        pure
        returns (uint256[] memory shares)
    {
        (uint256 seats, uint256 threshold) = (baselines.length, uint16(uint256(parameters)));
        shares = new uint256[](updates);
        for (uint256 i = 0; i < shares.length; ++i) {
            uint256 positive = 0;
            for (uint256 seat = 0; seat < seats; ++seat) {
                uint256 vote = Lanes.at(votes[seat], i);
                if (vote > 0 && vote + threshold >= baselines[seat]) ++positive;
            }
            shares[i] = positive * 10_000 / seats;
        }
    }

    /// @inheritdoc IScoreRule
    function judge(uint256[] calldata scores_, uint256, uint256, bytes32)
        external
        pure
        returns (Judgement[] memory judgements)
    {
        judgements = new Judgement[](scores_.length);
        for (uint256 i = 0; i < scores_.length; ++i) {
            judgements[i] = scores_[i] >= 5_000 ? Judgement.Passed : Judgement.Fault;
        }
    }
}
