// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Parameters, Phase} from "../../contracts/types/TaskTypes.sol";
import {Fixture} from "./support/Fixture.sol";
import {VM} from "./support/Vm.sol";

/// @notice What a recovery takes from whom.
contract RecoveriesTest is Fixture {
    function setUp() external {
        deploy();
    }

    /// @dev Five seats and exactly as many trainers as updates are needed; a member of the committee leaves.
    function test_who_is_still_to_train_is_not_seated() external {
        admitMembers(8);
        begin(defaults(), 0);
        submitAs(members[5]);
        submitAs(members[6]);
        VM.prank(members[0]);
        federation.leave();
        endWindow();
        task.recover();
        submitAs(members[7]);
        VM.assertTrue(task.phase() == Phase.Committing, "the round has its updates");
    }

    /// @dev A seat is silent in one round, and in the next at first, while its updates are accepted in both.
    function test_an_update_clears_the_earlier_of_two_strikes() external {
        admitMembers(9);
        Parameters memory p = defaults();
        (p.seatsTrain, p.redraw, p.maxStrikes, p.maxEmptyRounds) = (true, true, 3, 4);
        (p.committee, p.updatesPerRound) = (9, 9);
        begin(p, 0);
        play(true);
        VM.assertEq(task.participant(members[0]).strikes, 1, "silent in round 0");
        beAbsentAtFirst();
        VM.assertEq(task.participant(members[0]).strikes, 2, "and struck by the recovery");
        play(false);
        VM.assertEq(task.participant(members[0]).acceptedIn, 2, "its update is accepted");
        VM.assertEq(task.participant(members[0]).strikes, 1, "the earlier strike is cleared, that of the round stays");
    }

    /// @dev Five of nine seats; nobody else can take them.
    function beAbsentAtFirst() private {
        trainAll();
        address[] memory seats = committeeNow();
        for (uint256 i = 0; i < seats.length; ++i) {
            if (task.participant(seats[i]).number > 5) commitAs(seats[i]);
        }
        endWindow();
        task.recover();
    }

    function play(bool silent) private {
        if (task.phase() == Phase.Training) trainAll();
        address[] memory seats = committeeNow();
        for (uint256 i = 0; i < seats.length; ++i) {
            if (!silent || seats[i] != members[0]) commitAs(seats[i]);
        }
        if (task.phase() == Phase.Committing) endWindow();
        for (uint256 i = 0; i < seats.length; ++i) {
            if (!silent || seats[i] != members[0]) revealAs(seats[i]);
        }
        if (task.phase() == Phase.Revealing) endWindow();
        settleRound();
        attestAll();
        if (task.phase() == Phase.Closing) task.close(STEPS);
    }
}
