// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ITask} from "../interfaces/ITask.sol";

/// @title The models of a task
library Ledger {
    function writeModel(
        mapping(uint256 model => bytes32 pointer) storage ledger,
        uint256 round,
        uint256 model,
        bytes32 pointer
    ) internal {
        ledger[model] = pointer;
        emit ITask.ModelBlockWritten(round, model, pointer);
    }

    /// @notice Ends a round with the same model as model `from`.
    function copyModel(mapping(uint256 model => bytes32 pointer) storage ledger, uint256 round, uint256 from) internal {
        writeModel(ledger, round, round + 1, ledger[from]);
    }
}
