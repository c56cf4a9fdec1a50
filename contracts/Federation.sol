// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Treasury} from "./Treasury.sol";
import {IFederation} from "./interfaces/IFederation.sol";
import {ITreasury} from "./interfaces/ITreasury.sol";
import {TaskArgs} from "./libraries/ImmutableArgs.sol";
import {ParameterBounds} from "./libraries/ParameterBounds.sol";
import {ManagerSet, Quorum} from "./libraries/Quorum.sol";
import {Account, Membership} from "./types/Membership.sol";
import {Parameters} from "./types/TaskTypes.sol";
import {Clones} from "@openzeppelin/contracts/proxy/Clones.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";
import {EnumerableSet} from "@openzeppelin/contracts/utils/structs/EnumerableSet.sol";

/// @title Participants, managers and the task registry
contract Federation is IFederation {
    using EnumerableSet for EnumerableSet.AddressSet;
    using Quorum for ManagerSet;
    using SafeCast for uint256;

    /// @dev A fee that is low now is not paid for longer than this, so that it is not hoarded before it rises.
    uint256 private constant MAX_PERIODS_AHEAD = 2;
    /// @dev Names and addresses are only emitted. They are bounded because readers of the log keep and show them.
    uint256 private constant MAX_NAME_BYTES = 64;
    uint256 private constant MAX_PEERS_BYTES = 1_024; // some ten multiaddresses

    /// @inheritdoc IFederation
    ITreasury public immutable treasury;
    /// @inheritdoc IFederation
    address public immutable taskImplementation;

    ManagerSet private _managers;
    /// @inheritdoc IFederation
    uint256 public permissionFee;
    /// @inheritdoc IFederation
    uint256 public membershipPeriod;
    /// @inheritdoc IFederation
    uint256 public minBlocks;

    mapping(address account => Account) private _accounts;
    /// @inheritdoc IFederation
    uint256 public memberCount;
    /// @inheritdoc IFederation
    uint256 public departureCount;
    mapping(address account => bytes) private _publicKeys;
    address[] private _applicants;

    address[] private _tasks;
    /// @inheritdoc IFederation
    mapping(address account => bool) public isTask;

    constructor(
        address[] memory managers_,
        uint256 quorum_,
        uint256 fee,
        uint256 period_,
        uint256 minBlocks_,
        IERC20 token,
        address taskImplementation_
    ) {
        require(taskImplementation_.code.length > 0, ZeroAddress());
        for (uint256 i = 0; i < managers_.length; ++i) {
            _managers.add(managers_[i]);
        }
        _managers.setQuorum(quorum_);
        taskImplementation = taskImplementation_;
        treasury = new Treasury(token);
        _setFee(fee);
        _setMembershipPeriod(period_);
        _setMinBlocks(minBlocks_);
    }

    // ----------------------------------------------------------------- members

    /// @inheritdoc IFederation
    function applyForMembership(bytes calldata publicKey, string calldata name) external returns (uint256 application) {
        _requireFree(msg.sender);
        _requireKeyOf(msg.sender, publicKey);
        _requireShort(name);
        _applicants.push(msg.sender);
        application = _applicants.length;
        uint256 fee = permissionFee;
        _accounts[msg.sender] = Account({
            membership: Membership.Applied,
            application: uint48(application),
            period: uint32(membershipPeriod),
            paidUntil: 0,
            fee: uint128(fee)
        });
        _publicKeys[msg.sender] = publicKey;
        emit MembershipApplied(application, msg.sender, publicKey, name, fee, membershipPeriod);
        treasury.escrow(msg.sender, fee);
    }

    /// @inheritdoc IFederation
    function withdrawApplication() external {
        uint256 application = _accounts[msg.sender].application;
        Account storage account = _openApplication(application);
        account.membership = Membership.None;
        emit ApplicationWithdrawn(application, msg.sender);
        treasury.refund(msg.sender, account.fee);
    }

    /// @inheritdoc IFederation
    function renew(uint256 maxFee, uint256 minPeriod) external {
        require(isMember(msg.sender), NotMember(msg.sender));
        Account storage account = _accounts[msg.sender];
        require(account.paidUntil > 0, MembershipNeverExpires(msg.sender));
        (uint256 fee, uint256 period) = (permissionFee, membershipPeriod);
        bool lasts = period == 0 || (minPeriod > 0 && period >= minPeriod);
        require(fee <= maxFee && lasts, TermsNotAccepted(fee, period));
        uint40 paidUntil = _paidUntil(Math.max(account.paidUntil, block.timestamp), period);
        uint256 latest = block.timestamp + MAX_PERIODS_AHEAD * period;
        require(paidUntil <= latest, PaidTooFarAhead(paidUntil, latest));
        account.paidUntil = paidUntil;
        emit MembershipRenewed(msg.sender, fee, paidUntil);
        treasury.escrow(msg.sender, fee);
        treasury.collect(fee);
    }

    /// @inheritdoc IFederation
    function announcePeers(string calldata addresses) external {
        require(isMember(msg.sender), NotMember(msg.sender));
        require(bytes(addresses).length <= MAX_PEERS_BYTES, AddressesTooLong(bytes(addresses).length, MAX_PEERS_BYTES));
        emit PeersAnnounced(msg.sender, addresses);
    }

    /// @inheritdoc IFederation
    function leave() external {
        require(isMember(msg.sender), NotMember(msg.sender));
        _leave(msg.sender);
    }

    /// @inheritdoc IFederation
    function expireMembership(address account) external {
        require(isMember(account), NotMember(account));
        uint256 paidUntil = _accounts[account].paidUntil;
        require(paidUntil > 0 && paidUntil <= block.timestamp, NotPastDue(account, paidUntil));
        emit MembershipExpired(account, paidUntil);
        _leave(account);
    }

    /// @inheritdoc IFederation
    function proposeTask(string calldata name, Parameters calldata parameters) external returns (address task) {
        require(isMember(msg.sender) || isManager(msg.sender), NotMember(msg.sender));
        _requireShort(name);
        ParameterBounds.check(parameters, minBlocks);
        TaskArgs memory terms = TaskArgs({federation: this, proposer: msg.sender, parameters: parameters});
        task = Clones.cloneWithImmutableArgs(taskImplementation, abi.encode(terms));
        isTask[task] = true;
        _tasks.push(task);
        emit TaskProposed(_tasks.length - 1, task, msg.sender, name, parameters);
    }

    // ---------------------------------------------------------------- managers

    /// @inheritdoc IFederation
    function admit(uint256 application) external {
        Account storage account = _openApplication(application);
        if (!_confirmed()) return;
        uint40 paidUntil = _paidUntil(block.timestamp, account.period);
        (account.membership, account.paidUntil) = (Membership.Admitted, paidUntil);
        ++memberCount;
        emit MemberAdmitted(application, applicant(application), paidUntil);
        treasury.collect(account.fee);
    }

    /// @inheritdoc IFederation
    function reject(uint256 application) external {
        Account storage account = _openApplication(application);
        if (!_confirmed()) return;
        account.membership = Membership.None;
        _refund(account);
    }

    /// @inheritdoc IFederation
    function ban(address account_) external {
        Account storage account = _accounts[account_];
        require(account.membership != Membership.Banned, WrongMembership(account_, Membership.Banned));
        if (!_confirmed()) return;
        bool applied = account.membership == Membership.Applied;
        if (account.membership == Membership.Admitted) --memberCount;
        account.membership = Membership.Banned;
        ++departureCount;
        emit MemberBanned(account_);
        if (applied) _refund(account);
    }

    /// @inheritdoc IFederation
    function unban(address account_) external {
        Account storage account = _accounts[account_];
        require(account.membership == Membership.Banned, WrongMembership(account_, account.membership));
        if (!_confirmed()) return;
        account.membership = Membership.None;
        emit MemberUnbanned(account_);
    }

    /// @inheritdoc IFederation
    function replaceMember(address member, address successor, bytes calldata publicKey) external {
        require(isMember(member), NotMember(member));
        _requireFree(successor);
        _requireKeyOf(successor, publicKey);
        if (!_confirmed()) return;
        Account memory account = _accounts[member];
        _accounts[successor] = account;
        _publicKeys[successor] = publicKey;
        _applicants[account.application - 1] = successor;
        delete _accounts[member];
        ++memberCount;
        emit MemberReplaced(member, successor, publicKey);
        _leave(member);
        treasury.reassign(member, successor);
    }

    /// @inheritdoc IFederation
    function setFee(uint256 fee) external {
        if (_confirmed()) _setFee(fee);
    }

    /// @inheritdoc IFederation
    function setMembershipPeriod(uint256 period_) external {
        if (_confirmed()) _setMembershipPeriod(period_);
    }

    /// @inheritdoc IFederation
    function setMinBlocks(uint256 blocks) external {
        if (_confirmed()) _setMinBlocks(blocks);
    }

    /// @inheritdoc IFederation
    function addManager(address manager) external {
        if (_confirmed()) _managers.add(manager);
    }

    /// @inheritdoc IFederation
    function removeManager(address manager) external {
        if (_confirmed()) _managers.remove(manager);
    }

    /// @inheritdoc IFederation
    function replaceManager(address manager, address successor) external {
        if (_confirmed()) _managers.replace(manager, successor);
    }

    /// @inheritdoc IFederation
    function setQuorum(uint256 quorum_) external {
        if (_confirmed()) _managers.setQuorum(quorum_);
    }

    /// @inheritdoc IFederation
    function revoke(bytes32 action) external {
        _managers.revoke(msg.sender, action);
    }

    /// @inheritdoc IFederation
    function confirm(address manager, bytes calldata call) external returns (bool) {
        require(isTask[msg.sender], NotTask(msg.sender));
        return _managers.confirm(manager, msg.sender, call);
    }

    // ------------------------------------------------------------------- views

    /// @inheritdoc IFederation
    function quorum() external view returns (uint256) {
        return _managers.quorum;
    }

    /// @inheritdoc IFederation
    function managers() external view returns (address[] memory) {
        return _managers.managers.values();
    }

    /// @inheritdoc IFederation
    function isManager(address account) public view returns (bool) {
        return _managers.managers.contains(account);
    }

    /// @inheritdoc IFederation
    function isMember(address account) public view returns (bool) {
        return _accounts[account].membership == Membership.Admitted;
    }

    /// @inheritdoc IFederation
    function members(uint256 from, uint256 count) external view returns (address[] memory list) {
        uint256 left = from < _applicants.length ? _applicants.length - from : 0;
        list = new address[](Math.min(count, left));
        uint256 found = 0;
        for (uint256 i = 0; i < list.length; ++i) {
            address account = _applicants[from + i];
            // One that applied again is found by its last application only.
            if (isMember(account) && _accounts[account].application == from + i + 1) list[found++] = account;
        }
        assembly ("memory-safe") {
            mstore(list, found) // Shortens the array; its tail is never read again.
        }
    }

    /// @inheritdoc IFederation
    function accountOf(address account) external view returns (Account memory) {
        return _accounts[account];
    }

    /// @inheritdoc IFederation
    function publicKeyOf(address account) external view returns (bytes memory) {
        return _publicKeys[account];
    }

    /// @inheritdoc IFederation
    function applicant(uint256 number) public view returns (address) {
        return number > 0 && number <= _applicants.length ? _applicants[number - 1] : address(0);
    }

    /// @inheritdoc IFederation
    function applications() external view returns (uint256) {
        return _applicants.length;
    }

    /// @inheritdoc IFederation
    function taskAt(uint256 number) external view returns (address) {
        return number < _tasks.length ? _tasks[number] : address(0);
    }

    /// @inheritdoc IFederation
    function taskCount() external view returns (uint256) {
        return _tasks.length;
    }

    /// @inheritdoc IFederation
    function confirmers(bytes32 action) external view returns (address[] memory) {
        return _managers.confirmers(action);
    }

    /// @inheritdoc IFederation
    function actionOf(address target, bytes calldata call) external view returns (bytes32) {
        return _managers.actionOf(target, call);
    }

    function _confirmed() private returns (bool) {
        return _managers.confirm(msg.sender, address(this), msg.data);
    }

    function _requireFree(address account) private view {
        Membership current = _accounts[account].membership;
        bool free = current == Membership.None || current == Membership.Left;
        require(free, WrongMembership(account, current));
    }

    function _requireKeyOf(address account, bytes calldata publicKey) private pure {
        address derived = address(uint160(uint256(keccak256(publicKey))));
        require(publicKey.length == 64 && derived == account, InvalidPublicKey(account, derived));
    }

    function _requireShort(string calldata name) private pure {
        require(bytes(name).length <= MAX_NAME_BYTES, NameTooLong(bytes(name).length, MAX_NAME_BYTES));
    }

    function _openApplication(uint256 application) private view returns (Account storage account) {
        account = _accounts[applicant(application)];
        bool open = account.membership == Membership.Applied && account.application == application;
        require(open, ApplicationNotOpen(application));
    }

    function _paidUntil(uint256 from, uint256 period_) private pure returns (uint40) {
        return period_ == 0 ? 0 : (from + period_).toUint40();
    }

    function _leave(address account) private {
        _accounts[account].membership = Membership.Left;
        --memberCount;
        ++departureCount;
        emit MemberLeft(account);
    }

    function _refund(Account storage account) private {
        address member = applicant(account.application);
        emit ApplicationRejected(account.application, member);
        treasury.refund(member, account.fee);
    }

    function _setFee(uint256 fee) private {
        require(fee <= type(uint128).max, InvalidParameter("fee", fee, "below 2^128"));
        permissionFee = fee;
        emit FeeChanged(fee);
    }

    function _setMinBlocks(uint256 blocks) private {
        require(blocks <= ParameterBounds.MAX_BLOCKS, InvalidParameter("minBlocks", blocks, "0 to 100"));
        minBlocks = blocks;
        emit MinBlocksChanged(blocks);
    }

    function _setMembershipPeriod(uint256 period_) private {
        require(period_ <= type(uint32).max, InvalidParameter("period", period_, "below 2^32"));
        membershipPeriod = period_;
        emit MembershipPeriodChanged(period_);
    }
}
