// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Treasury} from "../../contracts/Treasury.sol";
import {FederationToken} from "../../contracts/token/FederationToken.sol";
import {VM} from "../forge/support/Vm.sol";

/// @notice No call of the treasury makes or loses a unit, in any state, whoever calls with whatever arguments. Calls
/// that revert change nothing, so each proof is of those that succeed.
/// @dev The proof is the treasury's federation. What is stored in the three contracts is arbitrary.
contract TreasuryProof {
    /// @dev The totals, and parts of two of them: the budgets of the caller and another, what two accounts are owed.
    struct Books {
        uint256 tokens;
        uint256 escrowed;
        uint256 pool;
        uint256 budgets;
        uint256 owed;
        uint256 budget;
        uint256 foreignBudget;
        uint256 one;
        uint256 other;
    }

    Treasury private immutable treasury;
    FederationToken private immutable token;
    mapping(address account => bool) public isTask;

    constructor() {
        token = new FederationToken();
        treasury = new Treasury(token);
    }

    function setUp() external {
        VM.setArbitraryStorage(address(treasury));
        VM.setArbitraryStorage(address(token));
        VM.setArbitraryStorage(address(this));
    }

    function prove_escrow_conserves(address caller, address member, uint256 amount) external {
        Books memory b = begin(caller, caller, member);
        treasury.escrow(member, amount);
        b.tokens = plus(b.tokens, amount);
        b.escrowed = plus(b.escrowed, amount);
        requireBooks(b, caller, caller, member);
    }

    function prove_collect_conserves(address caller, address any, uint256 amount) external {
        Books memory b = begin(caller, caller, any);
        treasury.collect(amount);
        b.escrowed = minus(b.escrowed, amount);
        b.pool = plus(b.pool, amount);
        requireBooks(b, caller, caller, any);
    }

    function prove_refund_conserves(address caller, address member, address any, uint256 amount) external {
        VM.assume(any != member);
        Books memory b = begin(caller, member, any);
        treasury.refund(member, amount);
        b.escrowed = minus(b.escrowed, amount);
        b.owed = plus(b.owed, amount);
        b.one = plus(b.one, amount);
        requireBooks(b, caller, member, any);
    }

    function prove_reassign_conserves(address caller, address from, address to) external {
        Books memory b = begin(caller, from, to);
        treasury.reassign(from, to);
        if (from != to) (b.one, b.other) = (0, plus(b.one, b.other));
        requireBooks(b, caller, from, to);
    }

    function prove_fund_conserves(address caller, address any, uint256 amount) external {
        Books memory b = begin(caller, caller, any);
        treasury.fund(amount);
        b.pool = minus(b.pool, amount);
        b.budgets = plus(b.budgets, amount);
        b.budget = plus(b.budget, amount);
        requireBooks(b, caller, caller, any);
    }

    /// @dev Of two accounts, or of one twice.
    function prove_credit_conserves(address caller, uint256 round, address[2] calldata to, uint256[2] calldata sums)
        external
    {
        (address[] memory accounts, uint256[] memory amounts) = (new address[](2), new uint256[](2));
        (accounts[0], accounts[1], amounts[0], amounts[1]) = (to[0], to[1], sums[0], sums[1]);
        Books memory b = begin(caller, to[0], to[1]);
        treasury.credit(round, accounts, amounts);
        uint256 total = plus(sums[0], sums[1]);
        b.budgets = minus(b.budgets, total);
        b.budget = minus(b.budget, total);
        b.owed = plus(b.owed, total);
        b.one = plus(b.one, to[0] == to[1] ? total : sums[0]);
        b.other = plus(b.other, to[0] == to[1] ? total : sums[1]);
        requireBooks(b, caller, to[0], to[1]);
    }

    function prove_release_conserves(address caller, address any) external {
        Books memory b = begin(caller, caller, any);
        treasury.release();
        b.pool = plus(b.pool, b.budget);
        b.budgets = minus(b.budgets, b.budget);
        b.budget = 0;
        requireBooks(b, caller, caller, any);
    }

    function prove_deposit_conserves(address caller, address any, uint256 amount) external {
        Books memory b = begin(caller, caller, any);
        treasury.deposit(amount);
        b.tokens = plus(b.tokens, amount);
        b.pool = plus(b.pool, amount);
        requireBooks(b, caller, caller, any);
    }

    function prove_withdraw_conserves(address caller, address any) external {
        VM.assume(any != caller);
        Books memory b = begin(caller, caller, any);
        treasury.withdraw();
        b.tokens = minus(b.tokens, b.one);
        b.owed = minus(b.owed, b.one);
        b.one = 0;
        requireBooks(b, caller, caller, any);
    }

    function refute_no_task_can_credit(address caller, address account, uint256 amount) external {
        (address[] memory accounts, uint256[] memory amounts) = (new address[](1), new uint256[](1));
        (accounts[0], amounts[0]) = (account, amount);
        Books memory b = begin(caller, account, account);
        treasury.credit(0, accounts, amounts);
        requireBooks(b, caller, account, account);
    }

    /// @dev The treasury has no code that calls itself.
    function begin(address caller, address one, address other) private returns (Books memory b) {
        VM.assume(caller != address(treasury));
        b = read(caller, one, other);
        VM.prank(caller);
    }

    function requireBooks(Books memory expected, address caller, address one, address other) private view {
        Books memory b = read(caller, one, other);
        uint256 totals = (b.tokens ^ expected.tokens) | (b.escrowed ^ expected.escrowed) | (b.pool ^ expected.pool)
            | (b.budgets ^ expected.budgets) | (b.owed ^ expected.owed);
        uint256 parts = (b.budget ^ expected.budget) | (b.foreignBudget ^ expected.foreignBudget)
            | (b.one ^ expected.one) | (b.other ^ expected.other);
        assert(totals | parts == 0); // once for all of them, because each assertion would be a branch
    }

    function read(address task, address one, address other) private view returns (Books memory) {
        return Books({
            tokens: token.balanceOf(address(treasury)),
            escrowed: treasury.escrowed(),
            pool: treasury.pool(),
            budgets: treasury.budgets(),
            owed: treasury.owed(),
            budget: treasury.budgetOf(task),
            foreignBudget: other == task ? 0 : treasury.budgetOf(other),
            one: treasury.owedTo(one),
            other: treasury.owedTo(other)
        });
    }

    /// @dev Checked arithmetic would revert, and the prover passes over what reverts.
    function plus(uint256 a, uint256 b) private pure returns (uint256 sum) {
        unchecked {
            sum = a + b;
        }
        assert(sum >= a);
    }

    function minus(uint256 a, uint256 b) private pure returns (uint256) {
        assert(b <= a);
        unchecked {
            return a - b;
        }
    }
}
