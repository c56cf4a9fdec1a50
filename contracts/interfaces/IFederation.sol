// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Parameters} from "../types/TaskTypes.sol";
import {ITreasury} from "./ITreasury.sol";

/// @notice What the federation knows of an address.
enum Membership {
    None,
    Applied,
    Admitted,
    Left,
    Banned
}

struct Account {
    Membership membership;
    uint48 application; // number of its last application, from 1
    uint32 period; // seconds that its fee pays for from the admission on; 0 is for ever
    uint40 paidUntil; // as a member; 0 is for ever
    uint128 fee; // escrowed with that application
}

/// @title Participants, managers and the task registry
/// @notice Managers act together: the same call with the same arguments by `quorum` of them executes it.
/// @dev Warning: one organisation may hold several memberships; the managers are who can tell.
interface IFederation {
    /// @notice `manager` confirmed `call` on `target`; `action` names it for `revoke`. Whoever wants the same sends the
    /// same call.
    event ActionConfirmed(
        bytes32 indexed action,
        address indexed manager,
        address target,
        bytes call,
        uint256 confirmations,
        uint256 quorum,
        uint256 expires
    );
    event ActionRevoked(bytes32 indexed action, address indexed manager);
    event ActionExecuted(bytes32 indexed action, address target);

    event MembershipApplied(
        uint256 indexed application, address indexed member, bytes publicKey, uint256 fee, uint256 period
    );
    event ApplicationWithdrawn(uint256 indexed application, address indexed member);
    event MemberAdmitted(uint256 indexed application, address indexed member, uint256 paidUntil);
    event ApplicationRejected(uint256 indexed application, address indexed member);
    event MembershipRenewed(address indexed member, uint256 fee, uint256 paidUntil);
    /// @notice Somebody ended a membership that was past due; `MemberLeft` follows.
    event MembershipExpired(address indexed member, uint256 paidUntil);
    event MemberLeft(address indexed member);
    event MemberBanned(address indexed member);
    event MemberUnbanned(address indexed member);
    event FeeChanged(uint256 fee);
    event MembershipPeriodChanged(uint256 period);
    event ManagerAdded(address indexed manager);
    event ManagerRemoved(address indexed manager);
    event QuorumChanged(uint256 quorum);
    event TaskProposed(uint256 indexed number, address indexed task, address indexed proposer, Parameters parameters);

    // -------------------------------------------------------------- members

    /// @notice Asks for admission and escrows the fee, for which the treasury needs an allowance.
    /// @param publicKey The 64 bytes of the sender's secp256k1 key, which hash to its address.
    function applyForMembership(bytes calldata publicKey) external returns (uint256 application);
    /// @notice Takes the sender's application back; the fee can be withdrawn from the treasury.
    function withdrawApplication() external;
    /// @notice Pays the fee in force, at once, for the period in force: from the end of what is paid, or from now if
    /// that is past. While the period is 0 it pays for ever. Only members that have not paid for ever; one past due may
    /// renew until somebody ends its membership.
    function renew() external;
    /// @notice Ends the sender's membership. The fee is not returned.
    function leave() external;
    /// @notice Ends the membership of `account`, which is past due, as if it left. Anyone may.
    /// @dev A member that is past due stays one until then.
    function expireMembership(address account) external;
    /// @notice Proposes a task. Only members and managers.
    function proposeTask(Parameters calldata parameters) external returns (address task);

    // ------------------------------------------------------------- managers

    function admit(uint256 application) external;
    function reject(uint256 application) external;
    /// @notice Excludes `account`; an open application of it is rejected.
    function ban(address account) external;
    function unban(address account) external;
    /// @notice Sets the fee of later applications and renewals.
    function setFee(uint256 fee) external;
    /// @notice Sets how many seconds the fee of later applications and renewals pays for; 0 is for ever. What was paid
    /// before holds as it was paid.
    function setMembershipPeriod(uint256 period) external;
    function addManager(address manager) external;
    function removeManager(address manager) external;
    function replaceManager(address manager, address successor) external;
    function setQuorum(uint256 quorum) external;
    /// @notice Takes the sender's confirmation of `action` back.
    function revoke(bytes32 action) external;

    // ---------------------------------------------------------------- tasks

    /// @notice Counts `manager`'s confirmation of `call` on the calling task.
    /// @return Whether a quorum stands behind it, so that the task executes it now.
    function confirm(address manager, bytes calldata call) external returns (bool);

    // ---------------------------------------------------------------- views

    function treasury() external view returns (ITreasury);
    function taskImplementation() external view returns (address);
    function permissionFee() external view returns (uint256);
    /// @notice Seconds that the fee pays for; 0 is for ever.
    function membershipPeriod() external view returns (uint256);
    function quorum() external view returns (uint256);
    function managers() external view returns (address[] memory);
    function isManager(address account) external view returns (bool);
    function isMember(address account) external view returns (bool);
    /// @notice How often a member has left or was banned; while it stands still, whoever was a member is one.
    function departureCount() external view returns (uint256);
    function isTask(address account) external view returns (bool);
    function accountOf(address account) external view returns (Account memory);
    function publicKeyOf(address account) external view returns (bytes memory);
    /// @notice Who sent application `number`, from 1.
    function applicant(uint256 number) external view returns (address);
    function applications() external view returns (uint256);
    /// @notice Task `number`, from 0.
    function taskAt(uint256 number) external view returns (address);
    function taskCount() external view returns (uint256);
    /// @notice Managers who stand behind `action` now.
    function confirmers(bytes32 action) external view returns (address[] memory);
    /// @notice The name of `call` on `target` while it waits for a quorum.
    function actionOf(address target, bytes calldata call) external view returns (bytes32);
}
