// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Candidate} from "../types/Candidate.sol";

// Rules are stateless. A task calls them statically with fixed gas and reads a bounded answer; a rule that reverts, runs
// out of gas or answers out of bounds is skipped. `parameters` is the word pinned in the task for that rule.

/// @notice What seats measure of an update, in basis points.
enum Metric {
    Accuracy, // on their own data
    Availability // 10000 if it can be fetched and is well formed, else 0
}

/// @notice What a score means for its update.
enum Judgement {
    Fault, // it would harm the model; its author is struck
    Rejected,
    Passed // it may enter the round's aggregate
}

/// @title Judges updates
interface IScoreRule {
    /// @notice What seats have to measure.
    function metric() external view returns (Metric);

    /// @notice One score for an update from all seats' judgements, 0 to 10000.
    /// @param baselines Accuracy of the current model on each seat's data, basis points; 10000 where it did not reveal.
    /// @param scores Accuracy of the update on each seat's data, basis points; 0 where it did not reveal.
    function score(uint256[] calldata baselines, uint256[] calldata scores, bytes32 parameters)
        external
        view
        returns (uint256);

    /// @notice What an update's score means.
    /// @param baseline The median baseline, basis points.
    /// @param best The round's best score, basis points.
    function judge(uint256 score, uint256 baseline, uint256 best, bytes32 parameters) external view returns (Judgement);
}

/// @title Chooses the next committee, and the aggregators where these are others
interface IElectionRule {
    /// @notice Indices into `candidates`, all different, as many as there are seats or candidates, whichever is less: the
    /// committee first.
    function elect(Candidate[] calldata candidates, uint256 seats, bytes32 seed, bytes32 parameters)
        external
        view
        returns (uint256[] memory);
}

/// @title Shares out a round's pay
interface IRewardRule {
    /// @notice One weight for each accepted update, then that of each seat that revealed and that of each that attests
    /// what is agreed, all below 2^24. A round's pay is shared in proportion; a member's stake grows by its weights.
    /// @param scores Of the accepted updates, best first, basis points.
    /// @param samples Claimed sample counts in the same order.
    /// @param updates Submitted in the round.
    /// @param revealed Seats that judged them.
    function weights(
        uint256[] calldata scores,
        uint256[] calldata samples,
        uint256 updates,
        uint256 revealed,
        bytes32 parameters
    ) external view returns (uint256[] memory);
}
