// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {MAX_SCORE} from "../types/TaskTypes.sol";

/// @title Sixteen scores in one word
/// @notice In lanes of 16 bits, from the lowest on. All lanes are looked at together, because a round has many votes.
library Lanes {
    uint256 internal constant ONES = type(uint256).max / type(uint16).max; // 1 in each lane
    uint256 private constant HIGHEST_BITS = ONES << 15;

    function at(uint256 word, uint256 lane) internal pure returns (uint256) {
        return uint16(word >> 16 * lane);
    }

    /// @notice Whether a lane holds neither a score nor `ABSTAINED`.
    /// @dev A lane below 2^15 is too large iff it reaches 2^15 with what 10000 lacks of that; any other has to be
    /// `ABSTAINED`, whose lower bits reach 2^15 with one more.
    function haveInvalid(uint256 word) internal pure returns (bool) {
        uint256 low = word & ~HIGHEST_BITS;
        uint256 abstained = low + ONES;
        uint256 tooLarge = low + ONES * (2 ** 15 - 1 - MAX_SCORE);
        return ((word & ~abstained) | (~word & tooLarge)) & HIGHEST_BITS != 0;
    }

    /// @notice All bits of the lanes that hold `ABSTAINED`, in a word of valid scores: only there the highest is set.
    function missing(uint256 word) internal pure returns (uint256 mask) {
        return (word >> 15 & ONES) * type(uint16).max;
    }

    /// @notice The word with `score` in the lanes of `mask`.
    function filled(uint256 word, uint256 mask, uint256 score) internal pure returns (uint256) {
        return (word & ~mask) | (ONES * score & mask);
    }

    /// @notice All bits of one lane.
    function only(uint256 lane) internal pure returns (uint256 mask) {
        return uint256(type(uint16).max) << 16 * lane;
    }

    /// @notice All bits of the first `count` lanes, of 1 to 16.
    function first(uint256 count) internal pure returns (uint256 mask) {
        return type(uint256).max >> 16 * (16 - count);
    }
}
