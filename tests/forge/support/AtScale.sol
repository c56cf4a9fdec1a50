// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ITask, Parameters, Round} from "../../../contracts/interfaces/ITask.sol";
import {MultiFactorElection} from "../../../contracts/rules/election/MultiFactorElection.sol";
import {Meter} from "./Meter.sol";
import {VM} from "./Vm.sol";

/// @notice 1,000 members, and transactions that may use 16,000,000 gas.
abstract contract AtScale is Meter {
    uint256 internal constant MEMBERS = 1_000;
    uint256 internal constant LIMIT = 16_000_000;

    uint256 internal largest;
    uint256 internal good = type(uint256).max; // so many updates get good scores

    /// @dev Memory costs more than its size; what is forgotten can be used again.
    modifier forgetful() {
        uint256 free;
        assembly {
            free := mload(0x40)
        }
        _;
        assembly {
            mstore(0x40, free)
        }
    }

    function setUp() external {
        VM.pauseGasMetering();
        deploy();
        admitMembers(MEMBERS);
    }

    /// @dev With the costliest election.
    function spacious() internal returns (Parameters memory p) {
        p = defaults();
        (p.maxEnrolled, p.maxStrikes, p.maxAttempts) = (uint16(MEMBERS), 2, 2);
        p.electionRule = new MultiFactorElection();
        p.electionParameters = bytes32(uint256(1) | uint256(1) << 16 | uint256(1) << 32);
    }

    function opening(address account) internal view override returns (uint256, uint256[] memory, bytes32) {
        Round memory r = task.round();
        uint256[] memory scores = new uint256[](r.submitted);
        uint256 luck = uint256(keccak256(abi.encode(account)));
        for (uint256 i = 0; i < scores.length; ++i) {
            scores[i] = i < good ? 6_000 + (luck >> i % 200) % 4_001 : (luck >> i % 200) % 2_000;
        }
        return (5_000, scores, keccak256(abi.encode(account, r.number, r.attempt)));
    }

    function firstMembers(uint256 count) internal view returns (address[] memory list) {
        list = new address[](count);
        for (uint256 i = 0; i < count; ++i) {
            list[i] = members[i];
        }
    }

    function enrolAll() internal {
        for (uint256 i = 0; i < MEMBERS; ++i) {
            VM.prank(members[i]);
            task.enrol();
        }
    }

    function submit(address member) internal forgetful {
        submitAs(member);
    }

    function commit(address member) internal forgetful {
        commitAs(member);
    }

    function depart(uint256 number) internal {
        address member = task.enrolledAt(number);
        VM.prank(member);
        federation.leave();
    }

    function send(string memory what, address sender, bytes memory call) internal {
        uint256 gas = LIMIT - 21_000;
        for (uint256 i = 0; i < call.length; ++i) {
            gas -= call[i] == 0 ? 4 : 16;
        }
        sendAs(sender);
        (bool ok, bytes memory reason) = address(task).call{gas: gas}(call);
        note(what);
        VM.assertTrue(ok, string.concat(what, ": ", VM.toString(reason)));
        if (most(what) > largest) largest = most(what);
    }
}
