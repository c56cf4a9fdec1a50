// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title Holds the fee token
/// @notice Every amount is in the token's smallest unit and in exactly one account: escrow (applications), pool,
/// a task's budget, or owed to somebody. `token.balanceOf(treasury)` is never less than their sum.
/// @dev Warning: tokens that reached the treasury by a plain transfer belong to no account and stay.
interface ITreasury {
    event Escrowed(address indexed member, uint256 amount);
    event Deposited(address indexed from, uint256 amount);
    event FeeCollected(uint256 amount);
    event Refunded(address indexed member, uint256 amount);
    event BudgetMoved(address indexed task, uint256 amount);
    event BudgetReleased(address indexed task, uint256 amount);
    event Credited(address indexed task, address[] accounts, uint256[] amounts);
    event Withdrawn(address indexed account, uint256 amount);

    // ----------------------------------------------------------- federation

    /// @notice Pulls the fee of an application or a renewal from `member`.
    function escrow(address member, uint256 amount) external;
    /// @notice Moves a fee from escrow to the pool.
    function collect(uint256 amount) external;
    /// @notice Moves a fee from escrow to what `member` is owed.
    function refund(address member, uint256 amount) external;

    // ---------------------------------------------------------------- tasks

    /// @notice Moves `amount` from the pool to the calling task's budget.
    function fund(uint256 amount) external;
    /// @notice Moves amounts from the calling task's budget to what accounts are owed.
    function credit(address[] calldata accounts, uint256[] calldata amounts) external;
    /// @notice Returns what is left of the calling task's budget to the pool.
    function release() external returns (uint256 amount);

    // --------------------------------------------------------------- anyone

    /// @notice Adds to the pool.
    function deposit(uint256 amount) external;
    /// @notice Sends the caller what it is owed.
    function withdraw() external returns (uint256 amount);

    function token() external view returns (IERC20);
    function escrowed() external view returns (uint256);
    function pool() external view returns (uint256);
    function budgets() external view returns (uint128);
    function owed() external view returns (uint128);
    function budgetOf(address task) external view returns (uint256);
    function owedTo(address account) external view returns (uint256);
}
