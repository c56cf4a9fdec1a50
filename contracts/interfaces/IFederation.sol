// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Account} from "../types/Membership.sol";
import {Parameters} from "../types/TaskTypes.sol";
import {IErrors} from "./IErrors.sol";
import {ITreasury} from "./ITreasury.sol";

/// @title Members, managers and the task registry
/// @notice Managers act together: an action executes once `quorum` managers have sent the same call.
/// @dev Units: times are seconds since 1970, periods are seconds, fees are in the fee token's smallest unit.
/// @dev Warning: one organisation may hold several memberships; only the managers can tell.
interface IFederation is IErrors {
    // ------------------------------------------------------ events of managers

    /// @notice `manager` confirmed `call` on `target`, until `expires`. Another manager confirms the action by sending
    /// the same call to `target`; `action` names it for `revoke`.
    /// @param confirmations Managers that confirm it now, out of the `quorum` needed.
    event ActionConfirmed(
        bytes32 indexed action,
        address indexed manager,
        address target,
        bytes call,
        uint256 confirmations,
        uint256 quorum,
        uint256 expires
    );
    /// @notice `manager` took its confirmation of `action` back.
    event ActionRevoked(bytes32 indexed action, address indexed manager);
    /// @notice A quorum confirmed `action`, and `target` executed it.
    event ActionExecuted(bytes32 indexed action, address target);
    /// @notice `manager` is a manager now.
    event ManagerAdded(address indexed manager);
    /// @notice `manager` is no longer a manager.
    event ManagerRemoved(address indexed manager);
    /// @notice Actions now need `quorum` confirmations.
    event QuorumChanged(uint256 quorum);
    /// @notice Later applications and renewals cost `fee`.
    event FeeChanged(uint256 fee);
    /// @notice Later applications and renewals pay for `period` seconds; 0 does not expire.
    event MembershipPeriodChanged(uint256 period);
    /// @notice Each window of a task that is proposed from now on lasts at least `blocks` blocks.
    event MinBlocksChanged(uint256 blocks);

    // ------------------------------------------------------- events of members

    /// @notice `member`, which calls itself `name`, applied and escrowed `fee`, which pays for `period` seconds from the
    /// admission on.
    event MembershipApplied(
        uint256 indexed application, address indexed member, bytes publicKey, string name, uint256 fee, uint256 period
    );
    /// @notice `member` withdrew its application; the treasury owes it the fee.
    event ApplicationWithdrawn(uint256 indexed application, address indexed member);
    /// @notice The managers admitted `member`, paid until `paidUntil`; 0 does not expire.
    event MemberAdmitted(uint256 indexed application, address indexed member, uint256 paidUntil);
    /// @notice The managers rejected the application or banned the applicant; the treasury owes it the fee.
    event ApplicationRejected(uint256 indexed application, address indexed member);
    /// @notice `member` paid `fee` and is paid until `paidUntil`; 0 does not expire.
    event MembershipRenewed(address indexed member, uint256 fee, uint256 paidUntil);
    /// @notice A membership that was past due since `paidUntil` was ended; `MemberLeft` follows.
    event MembershipExpired(address indexed member, uint256 paidUntil);
    /// @notice The managers put `successor` in the place of `member`; `MemberLeft` follows.
    event MemberReplaced(address indexed member, address indexed successor, bytes publicKey);
    /// @notice `member` is no longer a member.
    event MemberLeft(address indexed member);
    /// @notice The managers excluded `member`, which need not have been one.
    event MemberBanned(address indexed member);
    /// @notice The nodes of `member`'s blob store are at these multiaddresses, one a line; they replace earlier ones.
    event PeersAnnounced(address indexed member, string addresses);
    /// @notice `member` may apply again.
    event MemberUnbanned(address indexed member);

    // --------------------------------------------------------- events of tasks

    /// @notice `proposer` created task number `number`, from 0, at `task`, and calls it `name`.
    event TaskProposed(
        uint256 indexed number, address indexed task, address indexed proposer, string name, Parameters parameters
    );

    // ----------------------------------------------------------------- members

    /// @notice Applies for membership and escrows the fee, for which the treasury needs an allowance. Anyone that is
    /// not a member, an applicant or banned.
    /// @param publicKey The 64 bytes of the sender's secp256k1 key, which hash to its address.
    /// @param name What the sender calls its organisation, UTF-8, at most 64 bytes; may be empty. Only emitted.
    /// @return application Its number, from 1.
    /// @dev Reverts with `WrongMembership`, `InvalidPublicKey`, `NameTooLong`, `FeeOnTransfer`, and the token's own error
    /// if the transfer fails. A fee of 0 moves nothing.
    /// @dev Does not check who the applicant is: the managers do. Neither that names differ, nor that they are UTF-8.
    function applyForMembership(bytes calldata publicKey, string calldata name) external returns (uint256 application);
    /// @notice Withdraws the sender's application; the fee can be withdrawn from the treasury. Only applicants.
    /// @dev Reverts with `ApplicationNotOpen`.
    function withdrawApplication() external;
    /// @notice Pays the current fee for the current period, for which the treasury needs an allowance. Only members
    /// whose membership expires, also past due. It then lasts from the end of what is paid, or from now if that is
    /// past, and at most for two current periods from now; if the current period is 0 it no longer expires.
    /// @param maxFee The most that the sender pays.
    /// @param minPeriod The shortest period that the sender accepts; 0 accepts only one that does not expire.
    /// @dev Reverts with `NotMember`, `MembershipNeverExpires`, `TermsNotAccepted`, `PaidTooFarAhead`, `FeeOnTransfer`,
    /// and the token's own error.
    function renew(uint256 maxFee, uint256 minPeriod) external;
    /// @notice Tells the other members where the nodes of the sender's blob store are. Only members.
    /// @param addresses Multiaddresses, one a line, at most 1,024 bytes; empty if there are none any more. Only emitted.
    /// @dev Reverts with `NotMember` and `AddressesTooLong`.
    function announcePeers(string calldata addresses) external;
    /// @notice Ends the sender's membership. Only members. The fee is not returned.
    /// @dev Reverts with `NotMember`.
    /// @dev Tasks count it out later, see `ITask.retire`; what it has earned stays owed.
    function leave() external;
    /// @notice Ends the membership of `account`, which is past due, as if it left. Anyone.
    /// @dev Reverts with `NotMember`, and `NotPastDue` before `paidUntil` and if it does not expire.
    /// @dev A member that is past due stays one until this call.
    function expireMembership(address account) external;
    /// @notice Proposes a task. Only members and managers.
    /// @param name What the task is called, UTF-8, at most 64 bytes; may be empty. Only emitted.
    /// @return task A clone of `taskImplementation`, in Phase.Proposed.
    /// @dev Reverts with `NotMember`, `NameTooLong`, and `InvalidParameter` for the first parameter out of bounds (see
    /// `ParameterBounds`).
    /// @dev Does not check that blobs exist or that rules behave: managers do before they approve. Nor that `name` is the
    /// descriptor's.
    function proposeTask(string calldata name, Parameters calldata parameters) external returns (address task);

    // ---------------------------------------------------------------- managers
    // Only managers: `NotManager` otherwise. Each call counts as a confirmation of itself with these arguments. A
    // confirmation lasts 7 days, ends with its sender's term as a manager, and is renewed by sending the call again.
    // The confirmation that completes the quorum executes the call; if that reverts, so does the confirmation. After
    // an execution the same call is a new action, which starts without confirmations.

    /// @notice Admits the sender of an application; its fee moves to the pool.
    /// @dev Reverts with `ApplicationNotOpen`.
    function admit(uint256 application) external;
    /// @notice Rejects an application; its sender can withdraw the fee from the treasury.
    /// @dev Reverts with `ApplicationNotOpen`.
    function reject(uint256 application) external;
    /// @notice Excludes `account`, a member or not; an open application of it is rejected.
    /// @dev Reverts with `WrongMembership` if it is banned already.
    /// @dev Running tasks refuse its calls at once. What it has earned stays owed.
    function ban(address account) external;
    /// @notice Lets `account` apply again. It is not a member again.
    /// @dev Reverts with `WrongMembership` unless it is banned.
    function unban(address account) external;
    /// @notice Puts `successor` in the place of `member`, whose key is lost or stolen. The successor gets its
    /// application's number, its paid time, also if that is past, and what the treasury owes it. `member` has left.
    /// @param publicKey The 64 bytes of the successor's secp256k1 key, which hash to its address.
    /// @dev Reverts with `NotMember`, `WrongMembership` if the successor is a member, an applicant or banned, and
    /// `InvalidPublicKey`.
    /// @dev Running tasks count `member` out as one that left; the successor enrols as anyone else. What they credit to
    /// `member` afterwards is owed to `member`.
    function replaceMember(address member, address successor, bytes calldata publicKey) external;
    /// @notice Sets the fee of later applications and renewals.
    /// @dev Reverts on execution with `InvalidParameter("fee", …)` from 2^128 on.
    function setFee(uint256 fee) external;
    /// @notice Sets how many seconds the fee of later applications and renewals pays for; 0 does not expire. Earlier
    /// payments keep their period.
    /// @dev Reverts on execution with `InvalidParameter("period", …)` from 2^32 on.
    function setMembershipPeriod(uint256 period) external;
    /// @notice Sets the least `minBlocks` of tasks that are proposed from now on, at most 100. 0 suits a chain that makes
    /// a block only for a transaction.
    /// @dev Reverts on execution with `InvalidParameter("minBlocks", …)`.
    function setMinBlocks(uint256 blocks) external;
    /// @notice Adds a manager, at most 64 in all. What it confirmed in an earlier term does not count.
    /// @dev Reverts on execution with `ZeroAddress`, `InvalidParameter("managers", …)` and `AlreadyManager`.
    function addManager(address manager) external;
    /// @notice Removes a manager. At least `quorum` have to remain.
    /// @dev Reverts on execution with `NotManager` and `QuorumOutOfBounds`.
    function removeManager(address manager) external;
    /// @notice Removes `manager` and adds `successor`.
    /// @dev Reverts on execution with `NotManager`, `ZeroAddress` and `AlreadyManager`, also if both are the same.
    function replaceManager(address manager, address successor) external;
    /// @notice Sets the approval quorum, from 1 to the number of managers. It holds for open actions too.
    /// @dev Reverts on execution with `QuorumOutOfBounds`.
    function setQuorum(uint256 quorum) external;
    /// @notice Takes the sender's confirmation of `action` back. Needs no quorum.
    /// @dev Reverts with `NothingToRevoke` without a confirmation that counts.
    function revoke(bytes32 action) external;

    // ------------------------------------------------------------------- tasks

    /// @notice Counts `manager`'s confirmation of `call` on the calling task. Only tasks of this federation.
    /// @return Whether the quorum is reached, so that the task has to execute the call now.
    /// @dev Reverts with `NotTask` and `NotManager`.
    function confirm(address manager, bytes calldata call) external returns (bool);

    // ------------------------------------------------------------------- views
    // Anyone may read; none reverts.

    /// @notice Holds the federation's money.
    function treasury() external view returns (ITreasury);
    /// @notice The code that every task runs.
    function taskImplementation() external view returns (address);
    /// @notice The fee of an application or a renewal.
    function permissionFee() external view returns (uint256);
    /// @notice Seconds that the fee pays for; 0 does not expire.
    function membershipPeriod() external view returns (uint256);
    /// @notice The least `minBlocks` of a proposed task.
    function minBlocks() external view returns (uint256);
    /// @notice Confirmations that an action needs.
    function quorum() external view returns (uint256);
    /// @notice All managers, in no particular order.
    function managers() external view returns (address[] memory);
    /// @notice Whether `account` is a manager.
    function isManager(address account) external view returns (bool);
    /// @notice Whether `account` is a member, also if it is past due.
    function isMember(address account) external view returns (bool);
    /// @notice The members among `count` applications from index `from`, which begins at 0, in the order of these. Of
    /// all members: read on until `from` reaches `applications`.
    function members(uint256 from, uint256 count) external view returns (address[] memory);
    /// @notice How many members there are, past due ones included.
    function memberCount() external view returns (uint256);
    /// @notice How often an account left or was banned. While it stays the same, all members are still members.
    function departureCount() external view returns (uint256);
    /// @notice Whether this federation created `account` as a task.
    function isTask(address account) external view returns (bool);
    /// @notice The membership of `account`; all zero if it never applied. It is 0 None, 1 Applied, 2 Admitted, 3 Left, 4
    /// Banned.
    function accountOf(address account) external view returns (Account memory);
    /// @notice The 64 bytes of `account`'s last application, or given when it succeeded a member; empty without.
    function publicKeyOf(address account) external view returns (bytes memory);
    /// @notice Who sent application `number`, from 1, or succeeded whoever did; 0 if there is none.
    function applicant(uint256 number) external view returns (address);
    /// @notice Number of applications so far.
    function applications() external view returns (uint256);
    /// @notice Task number `number`, from 0; 0 if there is none.
    function taskAt(uint256 number) external view returns (address);
    /// @notice Number of tasks so far.
    function taskCount() external view returns (uint256);
    /// @notice The managers whose confirmation of `action` counts now.
    function confirmers(bytes32 action) external view returns (address[] memory);
    /// @notice The name of `call` on `target` until it executes the next time.
    /// @param call The whole calldata: selector and arguments.
    function actionOf(address target, bytes calldata call) external view returns (bytes32);
}
