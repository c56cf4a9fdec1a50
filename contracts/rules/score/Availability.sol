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
    function scores(uint256[] calldata baselines, uint256[] calldata votes, bytes32)
        external
        pure
        returns (uint256[] memory shares)
    {
        uint256 seats = baselines.length;
        shares = new uint256[](votes.length / seats);
        for (uint256 i = 0; i < shares.length; ++i) {
            uint256 available = 0;
            for (uint256 seat = 0; seat < seats; ++seat) {
                if (votes[i * seats + seat] > 0) ++available;
            }
            shares[i] = available * 10_000 / seats;
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
            judgements[i] = scores_[i] > 5_000 ? Judgement.Passed : Judgement.Fault;
        }
    }
}
