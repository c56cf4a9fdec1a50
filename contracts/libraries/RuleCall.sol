// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IErrors} from "../interfaces/IErrors.sol";

/// @title Calls an untrusted rule
/// @notice A static call with fixed gas and a bounded answer. A rule can fail; it cannot stop, change or overcharge the
/// round. Assembly, because Solidity copies the whole answer, of any length, at the caller's cost.
library RuleCall {
    /// @dev Kept back for the task after a rule has burnt all of its gas.
    uint256 private constant RESERVE = 50_000;

    function word(address rule, uint256 allowance, bytes memory data) internal view returns (bool ok, uint256 value) {
        requireGas(allowance);
        assembly ("memory-safe") {
            // Scratch space holds the one word that is read.
            ok := staticcall(allowance, rule, add(data, 32), mload(data), 0, 32)
            ok := and(ok, gt(returndatasize(), 31))
            value := mload(0)
        }
    }

    /// @dev Not ok if the answer holds more than `maxLength` words or is no ABI-encoded array.
    function words(address rule, uint256 allowance, bytes memory data, uint256 maxLength)
        internal
        view
        returns (bool ok, uint256[] memory values)
    {
        requireGas(allowance);
        uint256 length = maxLength + 2;
        uint256[] memory answer = new uint256[](length); // offset, length, elements
        uint256 size;
        assembly ("memory-safe") {
            // At most the bytes of `answer`'s elements are written.
            ok := staticcall(allowance, rule, add(data, 32), mload(data), add(answer, 32), mul(length, 32))
            size := returndatasize()
        }
        ok = ok && size >= 64 && answer[0] == 32 && answer[1] <= maxLength && size >= 64 + 32 * answer[1];
        if (!ok) return (false, new uint256[](0));
        assembly ("memory-safe") {
            // The array inside the answer: its length is in the answer's second word.
            values := add(answer, 64)
        }
    }

    /// @dev The callee gets at most 63/64 of what is left; with less, the sender could make an honest rule fail.
    function requireGas(uint256 allowance) private view {
        uint256 needed = allowance + allowance / 63 + RESERVE;
        require(gasleft() >= needed, IErrors.NotEnoughGas(needed, gasleft()));
    }
}
