// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {FaultyRule, Misdeed} from "../../contracts/mocks/FaultyRule.sol";
import {FlatReward} from "../../contracts/rules/reward/FlatReward.sol";
import {Parameters, Phase} from "../../contracts/types/TaskTypes.sol";
import {Fixture} from "./support/Fixture.sol";
import {VM} from "./support/Vm.sol";

/// @notice Rounds whose aggregators are others than the committee, or weigh by their stake.
contract ShapesTest is Fixture {
    function setUp() external {
        deploy();
        admitMembers(8);
    }

    /// @dev All seats were absent and the election fails: there is no stake to take a median of, and the task goes on.
    function test_a_round_without_elected_seats_opens() external {
        Parameters memory p = shape();
        (p.stakeWeighted, p.maxAttempts) = (true, 1);
        (p.electionRule, p.electionParameters) = (new FaultyRule(), bytes32(uint256(Misdeed.Revert)));
        begin(p, 0);
        trainAll();
        endWindow();
        task.recover();
        VM.assertEq(task.round().number, 1, "the round is carried");
        VM.assertEq(task.seats().length, 3, "the aggregators did nothing wrong");
        trainAll();
        endWindow();
        task.recover();
        VM.assertEq(task.round().number, 2, "the round is carried");
        VM.assertEq(task.seats().length, 0, "no participant did a duty");
    }

    /// @dev Three aggregators stay away, and only the two trainers can take their seats: that is a majority.
    function test_aggregators_without_a_successor_do_not_end_a_round() external {
        begin(shape(), 0);
        trainAll();
        judgeAll();
        settleRound();
        endWindow();
        task.recover();
        VM.assertTrue(task.phase() == Phase.Aggregating, "the attestations start anew");
        attestAll();
        VM.assertTrue(task.phase() == Phase.Closing, "two of three agree");
    }

    /// @dev Stakes of 1, 1 and 6 weigh 1000, 1000 and, clipped, 2000: two seats are a majority, but not of the weight.
    function test_most_of_the_seats_need_not_be_most_of_the_weight() external {
        Parameters memory p = shape();
        (p.aggregators, p.stakeWeighted) = (0, true);
        (p.rewardRule, p.rewardParameters) = (new FlatReward(), bytes32(uint256(5)));
        begin(p, 0);
        playRound();
        address[] memory committee = new address[](3);
        (committee[0], committee[1], committee[2]) = (members[0], members[1], committeeNow()[0]);
        for (uint256 i = 0; i < 2; ++i) {
            VM.prank(managers[i]);
            task.rollback(0, committee);
        }
        trainAll();
        judgeAll();
        settleRound();
        bytes32 model = nextModel();
        attestAs(committee[0], model);
        attestAs(committee[1], model);
        VM.assertTrue(task.phase() == Phase.Aggregating, "half of the weight");
        attestAs(committee[2], model);
        VM.assertEq(task.currentModel(), model, "all of it");
    }

    /// @dev Among more than 250 an election would be too much for the last attestation.
    function test_attesting_does_not_elect_among_very_many() external {
        VM.pauseGasMetering();
        admitMembers(250);
        Parameters memory p = shape();
        (p.aggregators, p.maxEnrolled) = (0, 300);
        begin(p, 0);
        if (task.phase() == Phase.Sampling) task.sampleTrainers(STEPS);
        trainAll();
        judgeAll();
        address[] memory committee = committeeNow();
        for (uint256 i = 0; i < committee.length; ++i) {
            attestAs(committee[i], nextModel());
        }
        VM.assertTrue(task.phase() == Phase.Closing && task.progress().closed == 0, "nothing is closed");
    }

    function shape() private returns (Parameters memory p) {
        p = defaults();
        (p.committee, p.aggregators, p.updatesPerRound, p.minUpdates) = (3, 3, 3, 1);
    }
}
