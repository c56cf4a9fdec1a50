// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice What seats measure of an update, in basis points.
enum Metric {
    Accuracy, // on their own data
    Availability // 10000 if it can be fetched and is well formed, else 0
}

/// @notice What a score means for its update.
enum Judgement {
    Fault, // harmful; its author is struck
    Rejected, // not good enough; no consequences
    Passed // may enter the round's aggregate
}

/// @title Judges updates
/// @notice A rule is stateless and chosen by a task's proposer. A task calls it statically, with limited gas, and reads
/// a bounded answer (see `RuleCall`). Its `parameters` are one word from the task's parameters.
/// @dev A call that reverts, runs out of gas or answers out of bounds fails the rule for the round: no update is
/// accepted.
interface IScoreRule {
    /// @notice What seats have to measure. Workers read it; tasks do not.
    function metric() external view returns (Metric);

    /// @notice One score for an update from the seats' scores, 0 to 10000. A task gives 60,000 gas and 2,500 for each
    /// seat.
    /// @param baselines Score of the current model by each seat, basis points; 10000 where it did not reveal.
    /// @param scores Score of the update by each seat, in the same order, basis points; 0 where it did not reveal. An
    /// author that holds a seat is left out of both, and one silent seat with it.
    /// @return A score above 10000 fails the rule.
    function score(uint256[] calldata baselines, uint256[] calldata scores, bytes32 parameters)
        external
        view
        returns (uint256);

    /// @notice What an update's score means. A task gives 60,000 gas.
    /// @param score From the function above, basis points.
    /// @param baseline The round's upper median baseline, basis points.
    /// @param best The round's best score, basis points.
    /// @return Another word than a `Judgement` fails the rule.
    function judge(uint256 score, uint256 baseline, uint256 best, bytes32 parameters) external view returns (Judgement);
}
