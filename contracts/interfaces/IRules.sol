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
/// the stake, 48-63 the score, 64-71 the presence, from 72 on the standing.
type Candidate is uint256;

using Candidates for Candidate global;

library Candidates {
    /// @param standing_ A `Standing`; a higher one is seated first.
    /// @param score_ Of its accepted update, basis points; 0 without one.
    /// @param presence_ Rounds since its last absence from a seat, at most 10.
    function pack(uint256 standing_, uint256 score_, uint256 stake_, uint256 presence_)
        internal
        pure
        returns (Candidate)
    {
        return Candidate.wrap(stake_ | score_ << 48 | presence_ << 64 | standing_ << 72);
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

    function standing(Candidate c) internal pure returns (uint256) {
        return Candidate.unwrap(c) >> 72;
    }
}

// Rules are stateless. A task calls them statically with fixed gas and reads a bounded answer; a rule that reverts, runs
// out of gas or answers out of bounds is skipped. `parameters` is the word pinned in the task for that rule.

/// @title Judges updates
interface IScoreRule {
    /// @notice One score for an update from all seats' judgements, 0 to 10000.
    /// @param baselines Accuracy of the current model on each seat's data, basis points; 10000 where it did not reveal.
    /// @param scores Accuracy of the update on each seat's data, basis points; 0 where it did not reveal.
    function score(uint256[] calldata baselines, uint256[] calldata scores, bytes32 parameters)
        external
        view
        returns (uint256);

    /// @notice Whether an update with this score enters the round's aggregate.
    /// @param baseline The median baseline, basis points.
    /// @param best The round's best score, basis points.
    function accepts(uint256 score, uint256 baseline, uint256 best, bytes32 parameters) external view returns (bool);
}

/// @title Chooses the next committee
interface IElectionRule {
    /// @notice Indices into `candidates`, all different, as many as there are seats or candidates, whichever is less.
    function elect(Candidate[] calldata candidates, uint256 seats, bytes32 seed, bytes32 parameters)
        external
        view
        returns (uint256[] memory);
}

/// @title Shares out a round's pay
interface IRewardRule {
    /// @notice One weight for each accepted update, each below 2^24. A round's pay is shared in proportion.
    /// @param scores Median scores, best first, basis points.
    /// @param samples Claimed sample counts in the same order.
    function weights(uint256[] calldata scores, uint256[] calldata samples, bytes32 parameters)
        external
        view
        returns (uint256[] memory);
}
