// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IFederation} from "../interfaces/IFederation.sol";
import {Parameters} from "../interfaces/ITask.sol";
import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";

/// @notice What a task is bound to, kept in its clone's code: nobody can change it, and reading it costs no storage.
struct Terms {
    IFederation federation;
    address proposer;
    Parameters parameters;
}

library Pinned {
    /// @dev The terms of the clone that runs. A static struct lies in memory as it is encoded, so they are pointed at,
    /// not decoded: that would cost 6,000 gas in every transaction. The federation wrote them with `abi.encode`.
    function terms() internal view returns (Terms memory t) {
        bytes memory encoded = Clones.fetchCloneArgs(address(this));
        assembly ("memory-safe") {
            mstore(t, mload(add(encoded, 32)))
            mstore(add(t, 32), mload(add(encoded, 64)))
            mstore(add(t, 64), add(encoded, 96))
        }
    }
}
