// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IScoreRule, Judgement, Metric} from "../../interfaces/IScoreRule.sol";
import {Lanes} from "../../libraries/Lanes.sol";

/// @title Every available update counts (Bift, and federated averaging without a defence)
/// @notice The score is the share of seats that could fetch a well-formed update. More than half of them let it pass;
/// else its author is struck.
contract Availability is IScoreRule {
    /// @inheritdoc IScoreRule
    function metric() external pure returns (Metric) {
        return Metric.Availability;
    }

    /// @inheritdoc IScoreRule
    function scores(uint256[] calldata, uint256[] calldata votes, uint256 updates, bytes32)
        external
        pure
        returns (uint256[] memory shares)
    {
        shares = new uint256[](updates);
        for (uint256 i = 0; i < updates; ++i) {
            uint256 available = 0;
            for (uint256 seat = 0; seat < votes.length; ++seat) {
                if (Lanes.at(votes[seat], i) > 0) ++available;
            }
            shares[i] = available * 10_000 / votes.length;
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
