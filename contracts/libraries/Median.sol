// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {MAX_SCORE} from "../types/TaskTypes.sol";

/// @title Medians of basis points
/// @notice The cost does not depend on the order or size of the values, so no seat can make it expensive.
library Median {
    /// @dev Up to this many values, trying each is cheaper than bisection.
    uint256 private constant MAX_BY_TRIAL = 12;
    /// @dev Values are compared 16 at once, in lanes of 16 bits: one in each, the highest bit of each, and all but that.
    /// Written out, because assembly takes no expressions.
    uint256 private constant ONES = 0x0001000100010001000100010001000100010001000100010001000100010001;
    uint256 private constant HIGHEST = 0x8000800080008000800080008000800080008000800080008000800080008000;
    uint256 private constant LARGEST = 0x7fff7fff7fff7fff7fff7fff7fff7fff7fff7fff7fff7fff7fff7fff7fff7fff;

    /// @dev The lower of the two middles of an even count, of the values in one of the sixteen lanes of each word (see
    /// `Lanes`). There must be one; none may exceed 10000.
    function lower(uint256[] memory words, uint256 lane) internal pure returns (uint256) {
        return nthSmallest(words, 16 * lane, (words.length + 1) / 2);
    }

    /// @dev The upper of the two middles of an even count. `values` must not be empty nor exceed 10000.
    function upper(uint256[] memory values) internal pure returns (uint256) {
        return nthSmallest(values, 0, values.length / 2 + 1);
    }

    /// @dev The smallest value that at least `n` values do not exceed, of those `shift` bits up in the words. Assembly,
    /// because it is much of what settling a round costs. It writes to free memory only, and leaves it free.
    function nthSmallest(uint256[] memory list, uint256 shift, uint256 n) private pure returns (uint256 low) {
        uint256 high = MAX_SCORE;
        assembly ("memory-safe") {
            let value := add(list, 32)
            let last := add(value, mul(mload(list), 32))
            let words := mload(0x40)
            let end := words
            for {} lt(value, last) { end := add(end, 32) } {
                let word := LARGEST // no limit reaches lanes that no value takes
                let next := add(value, 512)
                if gt(next, last) { next := last }
                for {} lt(value, next) { value := add(value, 32) } {
                    word := or(shl(16, word), and(shr(shift, mload(value)), 0xffff))
                }
                mstore(end, word)
            }

            function countUpTo(limit, word, past) -> count {
                let limits := add(HIGHEST, mul(limit, ONES))
                for {} lt(word, past) { word := add(word, 32) } {
                    // No lane borrows; its highest bit outlasts the subtraction iff its value is within the limit.
                    count := add(count, shr(15, and(sub(limits, mload(word)), HIGHEST)))
                }
                count := shr(240, mul(count, ONES)) // the lanes' sum
            }

            switch gt(mload(list), MAX_BY_TRIAL)
            case 0 {
                for { value := add(list, 32) } lt(value, last) { value := add(value, 32) } {
                    let trial := and(shr(shift, mload(value)), 0xffff)
                    if and(lt(trial, high), iszero(lt(countUpTo(trial, words, end), n))) { high := trial }
                }
                low := high
            }
            default {
                for {} lt(low, high) {} {
                    let middle := shr(1, add(low, high))
                    switch lt(countUpTo(middle, words, end), n)
                    case 1 { low := add(middle, 1) }
                    default { high := middle }
                }
            }
        }
    }
}
