// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ITask} from "../../contracts/interfaces/ITask.sol";
import {Parameters, Phase} from "../../contracts/types/TaskTypes.sol";
import {Fixture} from "./support/Fixture.sol";
import {VM} from "./support/Vm.sol";
import {WastingRule} from "./support/WastingRule.sol";

/// @notice The last reveal of a small round settles if its sender pays enough gas for that, else it only reveals.
contract InclusionsTest is Fixture {
    uint256 private constant SEATS = 32;

    /// @dev The largest small round by rules that waste their gas, which are asked twice because a seat is silent.
    function setUp() external {
        deploy();
        admitMembers(40);
        Parameters memory p = defaults();
        (p.committee, p.updatesPerRound, p.maxUpdates, p.redraw, p.seatsTrain) = (uint16(SEATS), 16, 16, true, true);
        WastingRule waster = new WastingRule();
        (p.scoreRule, p.rewardRule) = (waster, waster);
        begin(p, 0);
        task.sampleTrainers(STEPS);
        trainAll();
        for (uint256 i = 0; i < SEATS - 1; ++i) {
            commitAs(members[i]);
        }
        endWindow();
        for (uint256 i = 0; i < SEATS - 2; ++i) {
            revealAs(members[i]);
        }
    }

    function test_no_gas_between_refuses_the_last_reveal() external {
        (uint256 settled, uint256 revealed) = (0, 0);
        for (uint256 gas = 1_000_000; gas <= 2_500_000; gas += 25_000) {
            try this.revealWith(gas) {}
            catch Error(string memory outcome) {
                if (bytes(outcome).length == 0) ++revealed;
                else ++settled;
            }
        }
        VM.assertGe(revealed, 1, "with little gas it only reveals");
        VM.assertGe(settled, 1, "with more it settles");
        VM.assertEq(revealed + settled, 61, "it is never refused");
    }

    /// @dev Tells what happened by reverting, so that it has not happened.
    function revealWith(uint256 gas) external {
        (uint256 baseline, uint256[] memory words, bytes32 salt) = opening(members[SEATS - 2]);
        bytes memory call = abi.encodeCall(ITask.revealScores, (0, SEATS - 2, baseline, words, salt));
        VM.prank(members[SEATS - 2]);
        (bool ok,) = address(task).call{gas: gas}(call);
        if (ok) revert(task.phase() == Phase.Aggregating ? "settled" : "");
    }
}
