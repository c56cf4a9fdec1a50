// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IFederation} from "../interfaces/IFederation.sol";
import {Parameters} from "../types/TaskTypes.sol";

/// @notice What a task is created with, stored in its clone's code: it cannot change, and reading it costs no storage.
struct TaskArgs {
    IFederation federation; // that created the task
    address proposer; // who called `proposeTask`
    Parameters parameters; // as proposed
}

/// @title The immutable arguments of a task's clone
library ImmutableArgs {
    uint256 private constant CODE_LENGTH = 45; // of OpenZeppelin's clones with immutable arguments
    uint256 private constant ARGS_LENGTH = 1_088; // two addresses and 32 parameters

    /// @notice The function that reads them: `ImmutableArgs.reader()()`.
    /// @dev A function that is declared to return a struct first fills one with zeros, here 33 words in every
    /// transaction. Only its declared type differs from `locate`, whose word is the place of a struct.
    function reader() internal pure returns (function() view returns (TaskArgs memory) typed) {
        function() view returns (uint256) untyped = locate;
        assembly ("memory-safe") {
            typed := untyped
        }
    }

    /// @dev Of the clone that runs, which are behind the 45 bytes of its own code; the federation wrote them with
    /// `abi.encode`. A static struct has the same layout in memory as in its encoding, so they are pointed at, not
    /// decoded: that would cost 6,000 gas in every transaction. A pointer to the parameters is put before these.
    function locate() private view returns (uint256 place) {
        assembly ("memory-safe") {
            place := mload(0x40)
            extcodecopy(address(), add(place, 32), CODE_LENGTH, ARGS_LENGTH)
            mstore(place, mload(add(place, 32)))
            mstore(add(place, 32), mload(add(place, 64)))
            mstore(add(place, 64), add(place, 96))
            mstore(0x40, add(place, add(ARGS_LENGTH, 32)))
        }
    }
}
