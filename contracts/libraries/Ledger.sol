// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ITask} from "../interfaces/ITask.sol";

/// @title The blocks of a task
/// @notice With k updates a round, block t * (k + 1) is model t and the k blocks after it are the updates accepted in
/// round t, best first. A round with fewer than k leaves the rest at zero.
library Ledger {
    function numberOf(uint256 model, uint256 k) internal pure returns (uint256) {
        return model * (k + 1);
    }

    function writeModel(
        mapping(uint256 number => bytes32 pointer) storage blocks,
        uint256 k,
        uint256 round,
        uint256 model,
        bytes32 pointer
    ) internal {
        blocks[numberOf(model, k)] = pointer;
        emit ITask.ModelBlockWritten(round, model, pointer);
    }

    /// @notice Ends a round with the same model as model `from`.
    function copyModel(
        mapping(uint256 number => bytes32 pointer) storage blocks,
        uint256 k,
        uint256 round,
        uint256 from
    ) internal {
        writeModel(blocks, k, round, round + 1, blocks[numberOf(from, k)]);
    }
}
