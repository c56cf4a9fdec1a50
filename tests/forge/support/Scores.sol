// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @dev As they are revealed: 16 bits each, 16 a word, the first in the lowest bits.
function packed(uint256[] memory scores) pure returns (uint256[] memory words) {
    words = new uint256[]((scores.length + 15) / 16);
    for (uint256 i = 0; i < scores.length; ++i) {
        words[i / 16] |= scores[i] << (16 * (i % 16));
    }
}

function unpacked(uint256[] memory words, uint256 count) pure returns (uint256[] memory scores) {
    scores = new uint256[](count);
    for (uint256 i = 0; i < count; ++i) {
        scores[i] = uint16(words[i / 16] >> (16 * (i % 16)));
    }
}
