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
    /// @notice What seats have to measure: 0 Accuracy, 1 Availability. Workers read it; tasks do not.
    function metric() external view returns (Metric);

    /// @notice One score for each of up to 16 updates, from the seats' scores, 0 to 10000. A task gives 60,000 gas and
    /// 800 for each seat's score. It asks twice where a voice is missing (`ABSTAINED`, or a seat that did not reveal):
    /// with the worst in its place, which makes the updates' scores, and with the best, which tells a fault.
    /// @param baselines Score of the current model by each seat, basis points; in place of a missing one 10000, then 0.
    /// @param votes A word of each seat in the same order (see `Lanes`): its score of the first update in the lowest 16
    /// bits, of the next one in those above, basis points; in place of a missing one 0, then 10000. Nobody judges itself:
    /// the seat that an update's author holds counts as 10000, which leaves the median of the others, and without the
    /// lowest where their number is even.
    /// @param updates How many lanes have scores.
    /// @return Another number of scores, or one above 10000, fails the rule.
    function scores(uint256[] calldata baselines, uint256[] calldata votes, uint256 updates, bytes32 parameters)
        external
        view
        returns (uint256[] memory);

    /// @notice What each update's score means. A task gives 60,000 gas and 1,500 for each update. Where a voice is missing
    /// and an update may be a fault, it asks again, with the scores and the baseline that come of the best in its place;
    /// a fault is what is one both times.
    /// @param scores_ From the function above, basis points.
    /// @param baseline The round's upper median baseline, basis points.
    /// @param best The round's best score, basis points.
    /// @return One for each score. Another number of them, or another word than a `Judgement`, fails the rule.
    function judge(uint256[] calldata scores_, uint256 baseline, uint256 best, bytes32 parameters)
        external
        view
        returns (Judgement[] memory);
}
