// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice How close a candidate is to the work of the round, worst first. An election rule may order the providers by
/// any key; vacancies always go down this list.
enum Standing {
    Stranger, // enrolled, never accepted
    Tired, // filled vacancies for `maxTerms` consecutive rounds, or was struck in this round
    Proven, // accepted in an earlier round
    Sitting, // had a seat in this round and did its duty
    Provider // has an accepted update in this round
}

/// @notice What an election rule learns of a candidate, in one word, so that a rule can compare a thousand of them:
/// bits 0-47 the stake, 48-63 the score, 64-71 the presence, 72-87 the reputation, 88-95 the standing, from 96 on the
/// enrolment number.
type Candidate is uint256;

using Candidates for Candidate global;

/// @title Reading and writing candidates
library Candidates {
    /// @param standing_ A `Standing`; a higher one is seated first.
    /// @param score_ Of its accepted update, basis points; 0 without one.
    /// @param stake_ 1 + the reward weights it has earned in the task, below 2^48.
    /// @param presence_ Rounds since its last absence from a seat, at most 10.
    /// @param reputation_ Moving average of its accepted scores, a strike counting as 0; basis points.
    /// @param number_ Its enrolment number, the key of every draw: who else is a candidate does not change it.
    /// @dev Does not check that the values fit their bits.
    function pack(
        uint256 number_,
        uint256 standing_,
        uint256 score_,
        uint256 stake_,
        uint256 presence_,
        uint256 reputation_
    ) internal pure returns (Candidate) {
        return Candidate.wrap(
            stake_ | score_ << 48 | presence_ << 64 | reputation_ << 72 | standing_ << 88 | number_ << 96
        );
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
        return uint8(Candidate.unwrap(c) >> 88);
    }

    function number(Candidate c) internal pure returns (uint256) {
        return Candidate.unwrap(c) >> 96;
    }
}
