// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IFederation} from "./interfaces/IFederation.sol";
import {ITreasury} from "./interfaces/ITreasury.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuard} from "@openzeppelin/contracts/utils/ReentrancyGuard.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @title Holds the fee token
contract Treasury is ITreasury, ReentrancyGuard {
    using SafeCast for uint256;
    using SafeERC20 for IERC20;

    /// @inheritdoc ITreasury
    IERC20 public immutable token;
    IFederation private immutable _federation;

    // ---------------------------------------------------------------- accounts

    /// @inheritdoc ITreasury
    uint256 public escrowed;
    /// @inheritdoc ITreasury
    uint256 public pool;
    uint128 private _budgets;
    uint128 private _owed; // one slot with the budgets, because they move together
    /// @inheritdoc ITreasury
    mapping(address task => uint256) public budgetOf;
    /// @inheritdoc ITreasury
    mapping(address account => uint256) public owedTo;

    modifier onlyFederation() {
        require(msg.sender == address(_federation), NotFederation(msg.sender));
        _;
    }

    modifier onlyTask() {
        require(_federation.isTask(msg.sender), NotTask(msg.sender));
        _;
    }

    /// @dev The deployer is the federation.
    constructor(IERC20 token_) {
        require(address(token_) != address(0), ZeroAddress());
        (bool ok, bytes memory answer) = address(token_).staticcall(abi.encodeCall(IERC20.totalSupply, ()));
        require(ok && answer.length == 32, NotToken(address(token_)));
        uint256 supply = abi.decode(answer, (uint256));
        // Budgets and what is owed have 128 bits. A supply that grows beyond makes payments revert, see `toUint128`.
        require(supply <= type(uint128).max, SupplyTooLarge(supply, type(uint128).max));
        token = token_;
        _federation = IFederation(msg.sender);
    }

    // -------------------------------------------------------------- federation

    /// @inheritdoc ITreasury
    function escrow(address member, uint256 amount) external onlyFederation nonReentrant {
        if (amount == 0) return;
        escrowed += amount;
        emit Escrowed(member, amount);
        _pull(member, amount);
    }

    /// @inheritdoc ITreasury
    function collect(uint256 amount) external onlyFederation {
        escrowed -= amount;
        pool += amount;
        emit FeeCollected(amount);
    }

    /// @inheritdoc ITreasury
    function refund(address member, uint256 amount) external onlyFederation {
        escrowed -= amount;
        _owed += amount.toUint128();
        owedTo[member] += amount;
        emit Refunded(member, amount);
    }

    /// @inheritdoc ITreasury
    function reassign(address from, address to) external onlyFederation {
        uint256 amount = owedTo[from];
        if (amount == 0) return;
        delete owedTo[from];
        owedTo[to] += amount;
        emit Reassigned(from, to, amount);
    }

    // ------------------------------------------------------------------- tasks

    /// @inheritdoc ITreasury
    function fund(uint256 amount) external onlyTask {
        require(amount <= pool, InsufficientPool(amount, pool));
        pool -= amount;
        _budgets += amount.toUint128();
        budgetOf[msg.sender] += amount;
        emit BudgetMoved(msg.sender, amount);
    }

    /// @inheritdoc ITreasury
    function credit(uint256 round, address[] calldata accounts, uint256[] calldata amounts) external onlyTask {
        uint256 total = 0;
        for (uint256 i = 0; i < accounts.length; ++i) {
            total += amounts[i];
            if (amounts[i] > 0) owedTo[accounts[i]] += amounts[i];
        }
        budgetOf[msg.sender] -= total;
        (_budgets, _owed) = (_budgets - total.toUint128(), _owed + total.toUint128());
        emit Credited(msg.sender, round, accounts, amounts);
    }

    /// @inheritdoc ITreasury
    function release() external onlyTask returns (uint256 amount) {
        amount = budgetOf[msg.sender];
        delete budgetOf[msg.sender];
        _budgets -= amount.toUint128();
        pool += amount;
        emit BudgetReleased(msg.sender, amount);
    }

    // ------------------------------------------------------------------ anyone

    /// @inheritdoc ITreasury
    function deposit(uint256 amount) external nonReentrant {
        require(amount > 0, ZeroAmount());
        pool += amount;
        emit Deposited(msg.sender, amount);
        _pull(msg.sender, amount);
    }

    /// @inheritdoc ITreasury
    function withdraw() external nonReentrant returns (uint256 amount) {
        amount = owedTo[msg.sender];
        require(amount > 0, NothingOwed(msg.sender));
        delete owedTo[msg.sender];
        _owed -= amount.toUint128();
        emit Withdrawn(msg.sender, amount);
        token.safeTransfer(msg.sender, amount);
    }

    // ------------------------------------------------------------------- views

    /// @inheritdoc ITreasury
    function budgets() external view returns (uint256) {
        return _budgets;
    }

    /// @inheritdoc ITreasury
    function owed() external view returns (uint256) {
        return _owed;
    }

    function _pull(address from, uint256 amount) private {
        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(from, address(this), amount);
        uint256 received = token.balanceOf(address(this)) - before;
        require(received == amount, FeeOnTransfer(amount, received));
    }
}
