// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IErrors} from "./IErrors.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title Holds the fee token
/// @notice Every amount is in the token's smallest unit and in exactly one account: escrow (applications), the pool, a
/// task's budget, or owed to an account. `token.balanceOf(treasury)` is never less than their sum.
/// @dev Functions that move tokens revert with the token's own error if it refuses, `SafeERC20FailedOperation` if it
/// returns false, and `ReentrancyGuardReentrantCall` if it calls back.
/// @dev It is deployed for a token that answers `totalSupply` with at most 2^128 - 1, and reverts with `NotToken` or
/// `SupplyTooLarge` for another. Budgets and what is owed have 128 bits: where a supply grows beyond, what would not
/// fit reverts.
/// @dev Warning: tokens that reach the treasury by a plain transfer belong to no account and cannot be withdrawn. A
/// token that takes fees on transfers, changes balances by itself or freezes accounts does not suit.
interface ITreasury is IErrors {
    /// @notice `member` paid a fee, which is in escrow now.
    event Escrowed(address indexed member, uint256 amount);
    /// @notice `from` added to the pool.
    event Deposited(address indexed from, uint256 amount);
    /// @notice A fee moved from escrow to the pool.
    event FeeCollected(uint256 amount);
    /// @notice A fee moved from escrow to what `member` is owed.
    event Refunded(address indexed member, uint256 amount);
    /// @notice What `from` was owed is owed to `to` now.
    event Reassigned(address indexed from, address indexed to, uint256 amount);
    /// @notice `amount` moved from the pool to the budget of `task`.
    event BudgetMoved(address indexed task, uint256 amount);
    /// @notice The rest of the budget of `task` returned to the pool.
    event BudgetReleased(address indexed task, uint256 amount);
    /// @notice For what it did in `round` of `task`, `amounts[i]` moved from that task's budget to what `accounts[i]` is
    /// owed. An account may occur twice.
    event Credited(address indexed task, uint256 indexed round, address[] accounts, uint256[] amounts);
    /// @notice `account` withdrew what it was owed.
    event Withdrawn(address indexed account, uint256 amount);

    // -------------------------------------------------------------- federation
    // Only the federation: `NotFederation` otherwise.

    /// @notice Pulls the fee of an application or a renewal from `member` into escrow. Does nothing if it is 0.
    /// @dev Reverts with `FeeOnTransfer` if less arrives. Needs an allowance of `member`.
    function escrow(address member, uint256 amount) external;
    /// @notice Moves a fee from escrow to the pool.
    /// @dev Panics if escrow holds less, which the federation never asks for.
    function collect(uint256 amount) external;
    /// @notice Moves a fee from escrow to what `member` is owed.
    /// @dev Panics if escrow holds less, which the federation never asks for.
    function refund(address member, uint256 amount) external;
    /// @notice Moves all that `from` is owed to what `to` is owed. Does nothing if it is 0.
    function reassign(address from, address to) external;

    // ------------------------------------------------------------------- tasks
    // Only tasks of the federation: `NotTask` otherwise. A task can spend its own budget only.

    /// @notice Moves `amount` from the pool to the calling task's budget.
    /// @dev Reverts with `InsufficientPool`.
    function fund(uint256 amount) external;
    /// @notice Moves `amounts[i]` from the calling task's budget to what `accounts[i]` is owed for `round`.
    /// @dev Panics if the budget holds less, or if there are fewer amounts than accounts.
    function credit(uint256 round, address[] calldata accounts, uint256[] calldata amounts) external;
    /// @notice Returns the rest of the calling task's budget to the pool.
    /// @return amount What was left.
    function release() external returns (uint256 amount);

    // ------------------------------------------------------------------ anyone

    /// @notice Adds `amount` of the sender's tokens to the pool. Anyone; needs an allowance. It cannot be taken back.
    /// @dev Reverts with `ZeroAmount`, and `FeeOnTransfer` if less arrives.
    function deposit(uint256 amount) external;
    /// @notice Sends the sender all it is owed. Anyone that is owed something, members or not.
    /// @return amount What was sent.
    /// @dev Reverts with `NothingOwed`.
    function withdraw() external returns (uint256 amount);

    // ------------------------------------------------------------------- views
    // Anyone may read; none reverts.

    /// @notice The fee token.
    function token() external view returns (IERC20);
    /// @notice Fees of open applications.
    function escrowed() external view returns (uint256);
    /// @notice What no task has been given yet.
    function pool() external view returns (uint256);
    /// @notice All tasks' budgets together.
    function budgets() external view returns (uint256);
    /// @notice What all accounts are owed together.
    function owed() external view returns (uint256);
    /// @notice What is left of the budget of `task`.
    function budgetOf(address task) external view returns (uint256);
    /// @notice What `account` can withdraw.
    function owedTo(address account) external view returns (uint256);
}
