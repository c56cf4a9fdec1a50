// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Shares out a round's pay
/// @notice A rule is stateless and chosen by a task's proposer. A task calls it statically, with limited gas, and reads
/// a bounded answer (see `RuleCall`). Its `parameters` are one word from the task's parameters.
/// @dev A call that reverts, runs out of gas or answers out of bounds fails the rule for the round: all weights are 0.
interface IRewardRule {
    /// @notice Weighs contributions. A round's pay is shared in proportion, and a participant's stake grows by its
    /// weights. A task gives 60,000 gas and 2,500 for each accepted update.
    /// @param scores Of the accepted updates, best first, basis points.
    /// @param samples Claimed sample counts in the same order.
    /// @param updates Number of updates submitted in the round.
    /// @param revealed Number of seats that revealed.
    /// @return One weight for each accepted update, then that of each seat that revealed, then that of each seat that
    /// attests the agreed pointer. Another length, or a weight of 2^24 or more, fails the rule.
    function weights(
        uint256[] calldata scores,
        uint256[] calldata samples,
        uint256 updates,
        uint256 revealed,
        bytes32 parameters
    ) external view returns (uint256[] memory);
}
