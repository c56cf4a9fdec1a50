// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice How close a candidate is to the work of the round, worst first. An election may order the providers by any
/// key; vacancies always go down this list.
enum Standing {
    Stranger, // enrolled, never accepted
    Tired, // filled vacancies for `maxTerms` rounds running, or was struck in this round
    Proven, // accepted in an earlier round
    Sitting, // sat in this round and did its duty
    Provider // has an accepted update in this round
}

/// @notice What an election may know of a candidate, in one word, so that a thousand of them can be compared: bits 0-47
/// the stake, 48-63 the score, 64-71 the presence, 72-87 the reputation, from 88 on the standing.
type Candidate is uint256;

using Candidates for Candidate global;

library Candidates {
    /// @param standing_ A `Standing`; a higher one is seated first.
    /// @param score_ Of its accepted update, basis points; 0 without one.
    /// @param presence_ Rounds since its last absence from a seat, at most 10.
    /// @param reputation_ Average of its scores, a strike counting as 0, basis points.
    function pack(uint256 standing_, uint256 score_, uint256 stake_, uint256 presence_, uint256 reputation_)
        internal
        pure
        returns (Candidate)
    {
        return Candidate.wrap(stake_ | score_ << 48 | presence_ << 64 | reputation_ << 72 | standing_ << 88);
    }

    function stake(Candidate c) internal pure returns (uint256) {
        return uint48(Candidate.unwrap(c));
    }

    function score(Candidate c) internal pure returns (uint256) {
        return uint16(Candidate.unwrap(c) >> 48);
    }

    function presence(Candidate c) internal pure returns (uint256) {
        return uint8(Candidate.unwrap(c) >> 64);
    }

    function reputation(Candidate c) internal pure returns (uint256) {
        return uint16(Candidate.unwrap(c) >> 72);
    }

    function standing(Candidate c) internal pure returns (uint256) {
        return Candidate.unwrap(c) >> 88;
    }
}

// Rules are stateless. A task calls them statically with fixed gas and reads a bounded answer; a rule that reverts, runs
// out of gas or answers out of bounds is skipped. `parameters` is the word pinned in the task for that rule.

/// @notice What seats measure of an update, in basis points.
enum Measure {
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
    function measure() external view returns (Measure);

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
