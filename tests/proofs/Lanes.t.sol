// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Lanes} from "../../contracts/libraries/Lanes.sol";

/// @notice What is found out about sixteen scores together is what is found out about each.
contract LanesProof {
    function prove_invalid_scores_are_found(uint256 word) external pure {
        uint256 invalid = 0;
        for (uint256 lane = 0; lane < 16; ++lane) {
            invalid |= isInvalid(Lanes.at(word, lane));
        }
        assert(Lanes.haveInvalid(word) == (invalid != 0));
    }

    function prove_missing_scores_are_found_and_filled(uint256 word, uint256 lane, uint16 score) external pure {
        if (Lanes.haveInvalid(word) || lane > 15 || score > 10_000) return;
        uint256 before = Lanes.at(word, lane);
        uint256 then = Lanes.at(Lanes.filled(word, Lanes.missing(word), score), lane);
        assert(then == (before == 0xffff ? score : before));
    }

    function refute_any_word_is_valid(uint256 word) external pure {
        assert(!Lanes.haveInvalid(word));
    }

    function isInvalid(uint256 score) private pure returns (uint256 answer) {
        assembly ("memory-safe") {
            answer := and(gt(score, 10000), iszero(eq(score, 0xffff)))
        }
    }
}
