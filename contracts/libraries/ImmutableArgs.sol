// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IFederation} from "../interfaces/IFederation.sol";
import {Parameters} from "../types/TaskTypes.sol";
import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";

/// @notice What a task is created with, stored in its clone's code: it cannot change, and reading it costs no storage.
struct TaskArgs {
    IFederation federation; // that created the task
    address proposer; // who called `proposeTask`
    Parameters parameters; // as proposed
}

/// @title The immutable arguments of a task's clone
library ImmutableArgs {
    /// @dev Of the clone that runs. A static struct has the same layout in memory as in its encoding, so the arguments
    /// are pointed at, not decoded: that would cost 6,000 gas in every transaction. The federation wrote them with
    /// `abi.encode`.
    function read() internal view returns (TaskArgs memory args) {
        bytes memory encoded = Clones.fetchCloneArgs(address(this));
        assembly ("memory-safe") {
            mstore(args, mload(add(encoded, 32)))
            mstore(add(args, 32), mload(add(encoded, 64)))
            mstore(add(args, 64), add(encoded, 96))
        }
    }
}
