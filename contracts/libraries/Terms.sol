// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IFederation} from "../interfaces/IFederation.sol";
import {Parameters} from "../interfaces/ITask.sol";

/// @notice What a task is bound to, kept in its clone's code: nobody can change it, and reading it costs no storage.
struct Terms {
    IFederation federation;
    address proposer;
    Parameters parameters;
}
