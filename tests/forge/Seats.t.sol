// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IErrors} from "../../contracts/interfaces/IErrors.sol";
import {ITask} from "../../contracts/interfaces/ITask.sol";
import {Phase} from "../../contracts/types/TaskTypes.sol";
import {Fixture} from "./support/Fixture.sol";
import {VM} from "./support/Vm.sol";

/// @notice Who acts for a seat no more: the holders of seats that are gone, and members who left the federation.
contract SeatsTest is Fixture {
    address[] private committee;

    function setUp() external {
        deploy();
        admitMembers(12);
        begin(defaults(), 0);
        committee = committeeNow();
        trainAll();
    }

    /// @dev A committee of 5, then one of 3: seats 3 and 4 are no longer seats, whatever is left in their slots.
    function test_seats_of_a_larger_committee_are_gone() external {
        address[] memory smaller = new address[](3);
        (smaller[0], smaller[1], smaller[2]) = (members[6], members[7], members[8]);
        for (uint256 i = 0; i < 2; ++i) {
            VM.prank(managers[i]);
            task.rollback(0, smaller);
        }
        trainAll();
        VM.assertTrue(task.phase() == Phase.Committing, "round 1 is judged");
        requireNotSeated(commitment(1, 3), committee[3]);
        requireNotSeated(commitment(1, 4), committee[4]);
    }

    function test_who_departs_acts_no_more() external {
        for (uint256 i = 0; i < 5; ++i) {
            commitAs(committee[i]);
        }
        (uint256 baseline, uint256[] memory words, bytes32 salt) = opening(committee[0]);
        VM.prank(committee[0]);
        federation.leave();
        bytes memory call = abi.encodeCall(ITask.revealScores, (0, 0, baseline, words, salt));
        requireRefused(call, committee[0], abi.encodeWithSelector(IErrors.NotMember.selector, committee[0]));
    }

    function commitment(uint256 round, uint256 seat) private pure returns (bytes memory) {
        return abi.encodeCall(ITask.commitScores, (round, seat, bytes32(uint256(1))));
    }

    function requireNotSeated(bytes memory call, address account) private {
        requireRefused(call, account, abi.encodeWithSelector(IErrors.NotSeated.selector, account, task.round().number));
    }

    function requireRefused(bytes memory call, address account, bytes memory expected) private {
        VM.prank(account);
        (bool ok, bytes memory reason) = address(task).call(call);
        VM.assertTrue(!ok, "refused");
        VM.assertEq(keccak256(reason), keccak256(expected), "named");
    }
}
