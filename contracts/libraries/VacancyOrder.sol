// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Candidate, Standing} from "../types/Candidate.sol";
import {Heap} from "./Heap.sol";

/// @title The order in which candidates are seated
/// @notice Providers come first, by the election's own key. Vacancies go down the standings, within a standing by
/// stake, strangers by the seed; so a stranger is never seated before a proven member. Ties go to the earlier
/// candidate.
/// @dev Filling vacancies at random loses the committee to colluders within rounds; this order keeps an honest
/// majority.
library VacancyOrder {
    uint256 private constant MAX_KEY = type(uint128).max;

    /// @param providerKeys One for each candidate, read for providers only, below 2^128; the largest is seated first.
    function seat(Candidate[] memory candidates, uint256[] memory providerKeys, bytes32 seed, uint256 seats)
        internal
        pure
        returns (uint256[] memory chosen)
    {
        uint256[] memory keys = new uint256[](candidates.length);
        for (uint256 i = 0; i < keys.length; ++i) {
            Candidate c = candidates[i];
            uint256 standing = c.standing();
            uint256 key = c.stake();
            if (standing == uint256(Standing.Provider)) key = providerKeys[i];
            if (standing == uint256(Standing.Stranger)) key = randomKey(seed, c);
            keys[i] = standing << 144 | (key > MAX_KEY ? MAX_KEY : key) << 16 | (type(uint16).max - i);
        }
        chosen = Heap.largest(keys, seats);
        for (uint256 i = 0; i < chosen.length; ++i) {
            chosen[i] = type(uint16).max - uint16(chosen[i]);
        }
    }

    function randomKey(bytes32 seed, Candidate c) internal pure returns (uint256) {
        return uint128(uint256(keccak256(abi.encode(seed, c.number()))));
    }
}
