// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {PAGE} from "../../../contracts/rounds/State.sol";

/// @dev As they are revealed: 16 bits each, 16 a word, the first in the lowest bits.
function packed(uint256[] memory scores) pure returns (uint256[] memory words) {
    words = new uint256[]((scores.length + PAGE - 1) / PAGE);
    for (uint256 i = 0; i < scores.length; ++i) {
        words[i / PAGE] |= scores[i] << (16 * (i % PAGE));
    }
}

function unpacked(uint256[] memory words, uint256 count) pure returns (uint256[] memory scores) {
    scores = new uint256[](count);
    for (uint256 i = 0; i < count; ++i) {
        scores[i] = uint16(words[i / PAGE] >> (16 * (i % PAGE)));
    }
}
