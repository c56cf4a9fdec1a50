// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IErrors} from "../../contracts/interfaces/IErrors.sol";
import {IFederation} from "../../contracts/interfaces/IFederation.sol";
import {Fixture} from "./support/Fixture.sol";
import {VM} from "./support/Vm.sol";

/// @notice m of n: random games against a plain count of who is a manager and has confirmed in the last seven days and in
/// this term.
contract ManagersTest is Fixture {
    uint256 private constant PEOPLE = 6;
    bytes private constant WISH = abi.encodeCall(IFederation.setFee, (777));

    mapping(address manager => uint256) private confirmedUntil;

    function setUp() external {
        deploy(); // 3 managers, quorum 2
    }

    function testFuzz_a_quorum_of_managers_acts_and_no_other(uint256 luck) external {
        for (uint256 i = 0; i < 40; ++i) {
            uint256 x = uint256(keccak256(abi.encode(luck, i)));
            address person = personAt((x >> 8) % PEOPLE);
            if (x % 8 < 4) wish(person);
            else if (x % 8 == 4) revoke(person);
            else if (x % 8 == 5) VM.warp(block.timestamp + (x >> 16) % 4 days);
            else if (x % 8 == 6) addOrRemove(person);
            else changeQuorum(1 + (x >> 16) % PEOPLE);
            VM.assertEq(federation.confirmers(action()).length, confirmations(), "quorum: who stands behind the wish");
        }
    }

    // ------------------------------------------------------------------- moves

    function wish(address person) private {
        bytes32 before = action();
        VM.prank(person);
        (bool ok,) = address(federation).call(WISH);
        VM.assertTrue(ok == federation.isManager(person), "quorum: only managers confirm");
        if (ok) confirmedUntil[person] = block.timestamp + 7 days;
        bool due = ok && confirmations() >= federation.quorum();
        VM.assertTrue((action() != before) == due, "quorum: executed by a quorum, once");
        for (uint256 i = 0; due && i < PEOPLE; ++i) {
            delete confirmedUntil[personAt(i)]; // the next time is another action
        }
    }

    function revoke(address person) private {
        bytes32 wanted = action();
        bool allowed = federation.isManager(person) && confirmedUntil[person] > block.timestamp;
        VM.prank(person);
        (bool ok,) = address(federation).call(abi.encodeCall(IFederation.revoke, (wanted)));
        VM.assertTrue(ok == allowed, "quorum: only who has confirmed revokes");
        if (ok) delete confirmedUntil[person];
    }

    function addOrRemove(address person) private {
        if (!federation.isManager(person)) {
            decide(abi.encodeCall(IFederation.addManager, (person)));
        } else if (federation.managers().length > federation.quorum()) {
            decide(abi.encodeCall(IFederation.removeManager, (person)));
            delete confirmedUntil[person]; // its next term is another one
        }
    }

    function changeQuorum(uint256 quorum) private {
        if (quorum <= federation.managers().length) decide(abi.encodeCall(IFederation.setQuorum, (quorum)));
        else refuseQuorum(quorum);
    }

    /// @dev Earlier refusals have left confirmations behind: whichever call would execute fails.
    function refuseQuorum(uint256 quorum) private {
        (address[] memory all, uint256 needed) = (federation.managers(), federation.quorum());
        bool refused = false;
        for (uint256 i = 0; i < needed; ++i) {
            VM.prank(all[i]);
            (bool ok, bytes memory reason) = address(federation).call(abi.encodeCall(IFederation.setQuorum, (quorum)));
            VM.assertTrue(ok || bytes4(reason) == IErrors.QuorumOutOfBounds.selector, "named");
            if (!ok) refused = true;
        }
        VM.assertTrue(refused, "more than there are managers");
        VM.assertEq(federation.quorum(), needed, "the quorum stays");
    }

    /// @dev As many managers as it takes.
    function decide(bytes memory call) private {
        (address[] memory all, uint256 quorum) = (federation.managers(), federation.quorum());
        for (uint256 i = 0; i < quorum; ++i) {
            VM.prank(all[i]);
            (bool ok,) = address(federation).call(call);
            VM.assertTrue(ok, "managers decide");
        }
    }

    // ------------------------------------------------------------------- model

    function action() private view returns (bytes32) {
        return federation.actionOf(address(federation), WISH);
    }

    function confirmations() private view returns (uint256 count) {
        for (uint256 i = 0; i < PEOPLE; ++i) {
            address person = personAt(i);
            if (federation.isManager(person) && confirmedUntil[person] > block.timestamp) ++count;
        }
    }

    function personAt(uint256 i) private view returns (address) {
        return i < managers.length ? managers[i] : address(uint160(0x2000 + i));
    }
}
