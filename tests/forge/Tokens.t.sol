// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Federation} from "../../contracts/Federation.sol";
import {Task} from "../../contracts/Task.sol";
import {IFederation} from "../../contracts/interfaces/IFederation.sol";
import {ITreasury} from "../../contracts/interfaces/ITreasury.sol";
import {FalseToken} from "../../contracts/mocks/FalseToken.sol";
import {FeeToken} from "../../contracts/mocks/FeeToken.sol";
import {NoReturnToken} from "../../contracts/mocks/NoReturnToken.sol";
import {ReentrantToken} from "../../contracts/mocks/ReentrantToken.sol";
import {Membership} from "../../contracts/types/Membership.sol";
import {Fixture} from "./support/Fixture.sol";
import {VM, Wallet} from "./support/Vm.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @notice Random games of applicants, members and managers with tokens that are not quite ERC-20.
contract TokensTest is Fixture {
    uint256 private constant PEOPLE = 4;
    uint256 private constant WEALTH = 1_000_000;

    address private taskImplementation;
    address private coin;
    mapping(address person => bytes) private keys;

    function setUp() external {
        deploy();
        taskImplementation = address(new Task());
        for (uint256 i = 0; i < PEOPLE; ++i) {
            Wallet memory w = VM.createWallet(i + 1);
            members.push(w.addr);
            keys[w.addr] = abi.encodePacked(w.publicKeyX, w.publicKeyY);
        }
    }

    /// forge-config: default.fuzz.runs = 32
    function testFuzz_accounts_are_right_with_a_token_that_returns_nothing(uint256 luck) external {
        play(address(new NoReturnToken()), luck);
    }

    /// @dev Whatever it calls meanwhile: itself, the treasury or the federation.
    /// forge-config: default.fuzz.runs = 32
    function testFuzz_accounts_are_right_with_a_token_that_calls_back(uint256 luck) external {
        play(address(new ReentrantToken()), luck);
    }

    /// forge-config: default.fuzz.runs = 32
    function testFuzz_no_payment_counts_whose_token_takes_a_fee(uint256 luck) external {
        play(address(new FeeToken()), luck);
        VM.assertEq(accounted(), 0, "hostile tokens: something was counted");
    }

    /// forge-config: default.fuzz.runs = 32
    function testFuzz_no_payment_counts_whose_token_returns_false(uint256 luck) external {
        play(address(new FalseToken()), luck);
        VM.assertEq(accounted(), 0, "hostile tokens: something was counted");
    }

    // ------------------------------------------------------------------- moves

    function play(address token_, uint256 luck) private {
        coin = token_;
        federation = new Federation(managers, 2, FEE, 0, 0, IERC20(coin), taskImplementation);
        treasury = federation.treasury();
        for (uint256 i = 0; i < PEOPLE; ++i) {
            NoReturnToken(coin).mint(members[i], WEALTH);
            VM.prank(members[i]);
            NoReturnToken(coin).approve(address(treasury), WEALTH);
        }
        for (uint256 i = 0; i < 30; ++i) {
            uint256 x = uint256(keccak256(abi.encode(luck, i)));
            (bytes32 before, uint256 held) = (record(), IERC20(coin).balanceOf(address(treasury)));
            if (!move(members[(x >> 8) % PEOPLE], x)) {
                VM.assertEq(record(), before, "hostile tokens: refused, but done");
            }
            uint256 holds = IERC20(coin).balanceOf(address(treasury));
            VM.assertEq(holds, accounted(), "hostile tokens: accounts hold what is there");
            VM.assertTrue(held == holds || x % 8 < 4, "hostile tokens: moved by a decision");
        }
    }

    /// @return ok Whether it was done.
    function move(address person, uint256 x) private returns (bool ok) {
        Membership status = federation.accountOf(person).membership;
        if (x % 8 == 0) return send(person, address(treasury), abi.encodeCall(ITreasury.deposit, (x >> 16) % 50 * 10));
        if (x % 8 < 3) return send(person, address(treasury), abi.encodeCall(ITreasury.withdraw, ()));
        if (x % 8 == 3) return pay(person, status);
        if (x % 8 == 4) return change(x >> 16);
        if (x % 8 == 5) arm(x >> 16);
        if (status == Membership.Applied) return decide(person, x >> 16);
        return send(person, address(federation), abi.encodeCall(IFederation.leave, ()));
    }

    function pay(address person, Membership status) private returns (bool) {
        uint256 period = federation.membershipPeriod();
        if (status == Membership.Admitted) {
            return send(person, address(federation), abi.encodeCall(IFederation.renew, (WEALTH, period)));
        }
        return send(person, address(federation), abi.encodeCall(IFederation.applyForMembership, (keys[person], "")));
    }

    function change(uint256 x) private returns (bool) {
        if (x % 2 == 0) return manage(abi.encodeCall(IFederation.setFee, ((x >> 8) % 2 * FEE)));
        VM.warp(block.timestamp + (x >> 8) % 2 days);
        return manage(abi.encodeCall(IFederation.setMembershipPeriod, ((x >> 16) % 2 * 1 days)));
    }

    function decide(address person, uint256 x) private returns (bool) {
        uint256 application = federation.accountOf(person).application;
        if (x % 3 == 0) return send(person, address(federation), abi.encodeCall(IFederation.withdrawApplication, ()));
        if (x % 3 == 1) return manage(abi.encodeCall(IFederation.reject, (application)));
        return manage(abi.encodeCall(IFederation.admit, (application)));
    }

    /// @dev Other tokens have no such function.
    function arm(uint256 x) private {
        bytes[4] memory calls = [
            abi.encodeCall(ITreasury.withdraw, ()),
            abi.encodeCall(ITreasury.deposit, (1)),
            abi.encodeCall(IFederation.expireMembership, (members[(x >> 8) % PEOPLE])),
            abi.encodeCall(ReentrantToken.mint, (address(this), 1))
        ];
        address[4] memory targets = [address(treasury), address(treasury), address(federation), coin];
        bytes memory call = abi.encodeCall(ReentrantToken.arm, (targets[x % 4], calls[x % 4]));
        (bool ok,) = coin.call(call);
        (ok,) = coin.call(abi.encodeCall(ReentrantToken.allow, (address(treasury), 1)));
    }

    function manage(bytes memory call) private returns (bool ok) {
        for (uint256 i = 0; i < 2; ++i) {
            ok = send(managers[i], address(federation), call);
        }
    }

    function send(address sender, address target, bytes memory call) private returns (bool ok) {
        VM.prank(sender);
        (ok,) = target.call(call);
    }

    // ------------------------------------------------------------------- model

    function accounted() private view returns (uint256) {
        return treasury.escrowed() + treasury.pool() + treasury.budgets() + treasury.owed();
    }

    /// @dev All that a payment or a withdrawal changes.
    function record() private view returns (bytes32 digest) {
        digest = keccak256(abi.encode(treasury.escrowed(), treasury.pool(), treasury.owed()));
        for (uint256 i = 0; i < PEOPLE; ++i) {
            (address person, uint256 owed) = (members[i], treasury.owedTo(members[i]));
            digest = keccak256(abi.encode(digest, federation.accountOf(person), owed, IERC20(coin).balanceOf(person)));
        }
    }
}
