// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IErrors} from "../../contracts/interfaces/IErrors.sol";
import {IFederation} from "../../contracts/interfaces/IFederation.sol";
import {Parameters} from "../../contracts/types/TaskTypes.sol";
import {Fixture} from "./support/Fixture.sol";
import {VM, Wallet} from "./support/Vm.sol";

/// @notice What a payment buys, and where a round's pay goes.
contract MoneyTest is Fixture {
    uint256 private paidFees; // by the member that renews
    uint256 private paidUntil;

    function setUp() external {
        deploy();
        admitMembers(10);
    }

    function testFuzz_a_public_key_is_its_senders(uint256 x, uint256 y) external {
        Wallet memory w = VM.createWallet(1_000);
        bytes memory key = abi.encodePacked(x, y);
        address derived = address(uint160(uint256(keccak256(key))));
        VM.prank(w.addr);
        VM.expectRevert(abi.encodeWithSelector(IErrors.InvalidPublicKey.selector, w.addr, derived));
        federation.applyForMembership(key, "");
    }

    /// @dev Against a plain count: managers who change fee and period, a member that renews, and an account that would
    /// end its membership.
    function testFuzz_a_payment_holds_as_it_was_paid(uint256 luck, uint16 fee, uint32 period) external {
        change(fee, period);
        uint256 before = treasury.pool();
        admitMembers(1);
        (paidFees, paidUntil) = (fee, period == 0 ? 0 : block.timestamp + period);
        address member = members[members.length - 1];
        for (uint256 i = 0; i < 20 && federation.isMember(member); ++i) {
            uint256 x = uint256(keccak256(abi.encode(luck, i)));
            if (x % 4 == 0) VM.warp(block.timestamp + (x >> 8) % 60 days);
            else if (x % 4 == 1) change(uint16(x >> 8), x % 8 == 1 ? uint32((x >> 24) % 90 days) : 0);
            else if (x % 4 == 2) renew(member);
            else expire(member);
            VM.assertEq(federation.accountOf(member).paidUntil, paidUntil, "until when it has paid");
        }
        VM.assertEq(treasury.pool(), before + paidFees, "all that was paid is in the pool");
        VM.assertEq(token.balanceOf(address(treasury)), treasury.pool(), "and nowhere else");
    }

    function change(uint256 fee, uint256 period) private {
        for (uint256 m = 0; m < 2; ++m) {
            VM.prank(managers[m]);
            federation.setFee(fee);
            VM.prank(managers[m]);
            federation.setMembershipPeriod(period);
        }
    }

    function renew(address member) private {
        (uint256 fee, uint256 period) = (provide(member), federation.membershipPeriod());
        uint256 start = block.timestamp > paidUntil ? block.timestamp : paidUntil;
        bool near = period == 0 || start <= block.timestamp + period;
        VM.prank(member);
        (bool ok,) = address(federation).call(abi.encodeCall(IFederation.renew, (fee, period)));
        VM.assertTrue(ok == (paidUntil > 0 && near), "who expires can pay for this period and the next");
        if (!ok) return;
        paidFees += fee;
        paidUntil = period == 0 ? 0 : start + period;
    }

    function expire(address member) private {
        (bool ok,) = address(federation).call(abi.encodeCall(IFederation.expireMembership, (member)));
        VM.assertTrue(ok == (paidUntil > 0 && paidUntil <= block.timestamp), "it expires just when it is past due");
        VM.assertTrue(federation.isMember(member) == !ok, "and is no member then");
    }

    function test_nothing_is_owed_twice() external {
        begin(defaults(), 8_000);
        playRound();
        address author = members[6];
        uint256 due = treasury.owedTo(author);
        VM.assertGe(due, 1, "it was accepted and is paid");
        VM.prank(author);
        VM.assertEq(treasury.withdraw(), due, "once");
        VM.prank(author);
        VM.expectRevert(abi.encodeWithSelector(IErrors.NothingOwed.selector, author));
        treasury.withdraw();
    }

    /// @dev However a round is closed, it pays the same: each accepted update its share of budget / totalRounds by
    /// score.
    function testFuzz_pages_pay_what_one_call_pays(uint256 luck, uint128 budget) external {
        budget %= uint128(treasury.pool()) + 1;
        Parameters memory p = defaults();
        begin(p, budget);
        trainAll();
        judgeAll();
        settleRound();
        attestAll();
        while (task.round().number == 0) {
            task.close(1 + luck % 4);
        }
        (uint256 total, uint256 paid) = (uint256(task.progress().totalWeight), 0);
        for (uint256 i = 0; i < members.length; ++i) {
            uint256 share = (task.participant(members[i]).stake - 1) * uint256(budget) / (total * p.totalRounds);
            VM.assertEq(treasury.owedTo(members[i]), share, "proportional pay: a share by score");
            paid += share;
        }
        VM.assertEq(treasury.budgetOf(address(task)), budget - paid, "proportional pay: the rest stays");
    }

    function test_what_is_left_returns_to_the_pool() external {
        uint256 pool = treasury.pool();
        Parameters memory p = defaults();
        p.totalRounds = 1;
        begin(p, 1_001);
        playRound();
        uint256 paid = treasury.owed();
        VM.assertGe(paid, 990, "shares are rounded down, a unit each at most");
        VM.assertEq(treasury.pool(), pool - paid, "pool");
        VM.assertEq(treasury.budgets(), 0, "budgets");
    }
}
