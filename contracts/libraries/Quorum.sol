// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IErrors} from "../interfaces/IErrors.sol";
import {IFederation} from "../interfaces/IFederation.sol";
import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";

/// @notice A manager's confirmation of an action. One slot.
struct Confirmation {
    uint128 expires; // seconds since 1970; 0 without one
    uint128 term; // terms that the manager had ended when it confirmed
}

/// @notice Managers and their confirmations.
struct ManagerSet {
    EnumerableSet.AddressSet managers;
    uint256 quorum;
    mapping(address manager => uint256) ended; // terms: how often it was removed
    mapping(bytes32 call => uint256) executions;
    mapping(bytes32 action => mapping(address manager => Confirmation)) confirmations;
}

/// @title m of n managers
/// @notice An action is a call with its arguments on one contract, and the number of its earlier executions. A
/// confirmation counts until it expires, or its sender's term as a manager ends.
library Quorum {
    using EnumerableSet for EnumerableSet.AddressSet;

    uint256 private constant CONFIRMATION_LIFE = 7 days;
    /// @dev Confirmations are counted in a loop.
    uint256 private constant MAX_MANAGERS = 64;

    // ------------------------------------------------------------ confirmations

    function confirm(ManagerSet storage s, address manager, address target, bytes calldata call)
        internal
        returns (bool reached)
    {
        requireManager(s, manager);
        bytes32 action = actionOf(s, target, call);
        uint256 expires = block.timestamp + CONFIRMATION_LIFE;
        s.confirmations[action][manager] = Confirmation({expires: uint128(expires), term: uint128(s.ended[manager])});
        uint256 count = confirmers(s, action).length;
        emit IFederation.ActionConfirmed(action, manager, target, call, count, s.quorum, expires);
        reached = count >= s.quorum;
        if (reached) {
            ++s.executions[keccak256(abi.encode(target, call))];
            emit IFederation.ActionExecuted(action, target);
        }
    }

    function revoke(ManagerSet storage s, address manager, bytes32 action) internal {
        requireManager(s, manager);
        require(counts(s, action, manager), IErrors.NothingToRevoke(action, manager));
        delete s.confirmations[action][manager];
        emit IFederation.ActionRevoked(action, manager);
    }

    function actionOf(ManagerSet storage s, address target, bytes calldata call) internal view returns (bytes32) {
        bytes32 key = keccak256(abi.encode(target, call));
        return keccak256(abi.encode(key, s.executions[key]));
    }

    function confirmers(ManagerSet storage s, bytes32 action) internal view returns (address[] memory list) {
        list = s.managers.values();
        uint256 count = 0;
        for (uint256 i = 0; i < list.length; ++i) {
            if (counts(s, action, list[i])) list[count++] = list[i];
        }
        assembly ("memory-safe") {
            mstore(list, count) // Shortens the array; its tail is never read again.
        }
    }

    /// @dev For managers only.
    function counts(ManagerSet storage s, bytes32 action, address manager) private view returns (bool) {
        Confirmation memory c = s.confirmations[action][manager];
        return c.expires > block.timestamp && c.term == s.ended[manager];
    }

    // ----------------------------------------------------------------- managers

    function add(ManagerSet storage s, address manager) internal {
        require(manager != address(0), IErrors.ZeroAddress());
        uint256 count = s.managers.length();
        require(count < MAX_MANAGERS, IErrors.InvalidParameter("managers", count + 1, "at most 64"));
        require(s.managers.add(manager), IErrors.AlreadyManager(manager));
        emit IFederation.ManagerAdded(manager);
    }

    function remove(ManagerSet storage s, address manager) internal {
        endTerm(s, manager);
        requireQuorum(s, s.quorum);
    }

    /// @dev Their number stays, so that the quorum still fits.
    function replace(ManagerSet storage s, address manager, address successor) internal {
        require(!s.managers.contains(successor), IErrors.AlreadyManager(successor));
        endTerm(s, manager);
        add(s, successor);
    }

    function endTerm(ManagerSet storage s, address manager) private {
        require(s.managers.remove(manager), IErrors.NotManager(manager));
        ++s.ended[manager];
        emit IFederation.ManagerRemoved(manager);
    }

    function setQuorum(ManagerSet storage s, uint256 quorum) internal {
        requireQuorum(s, quorum);
        s.quorum = quorum;
        emit IFederation.QuorumChanged(quorum);
    }

    function requireQuorum(ManagerSet storage s, uint256 quorum) private view {
        uint256 count = s.managers.length();
        require(quorum > 0 && quorum <= count, IErrors.QuorumOutOfBounds(quorum, count));
    }

    function requireManager(ManagerSet storage s, address account) internal view {
        require(s.managers.contains(account), IErrors.NotManager(account));
    }
}
