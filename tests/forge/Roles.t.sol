// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ITask} from "../../contracts/interfaces/ITask.sol";
import {RandomElection} from "../../contracts/rules/election/RandomElection.sol";
import {StakeReward} from "../../contracts/rules/reward/StakeReward.sol";
import {MajorityVote} from "../../contracts/rules/score/MajorityVote.sol";
import {Parameters, Phase} from "../../contracts/types/TaskTypes.sol";
import {AtScale} from "./support/AtScale.sol";
import {VM} from "./support/Vm.sol";

/// @notice Validators, miners and sampled workers, as many as there can be: still within 16,000,000 gas.
contract RolesTest is AtScale {
    uint256 private constant VALIDATORS = 3;

    /// @dev All but one update are faults, so that all have to be looked at, and nearly all who are elected fill
    /// vacancies.
    /// forge-config: default.isolate = true
    function test_the_most_miners_fill_vacancies() external {
        good = 1;
        Parameters memory p = roles(400);
        (p.redraw, p.electionRule) = (false, new RandomElection());
        playOut(p, "elect 400 seats of 1,000 candidates by stake");
    }

    /// @dev All updates are accepted, and yet all are candidates.
    /// forge-config: default.isolate = true
    function test_the_most_miners_are_redrawn() external {
        playOut(roles(400), "redraw 400 seats of 1,000 candidates by stake");
    }

    function playOut(Parameters memory p, string memory election) private {
        commence(p, 400);
        this.submitLast(600);
        judge(VALIDATORS);
        settleAll(good == 1 ? "settle 600 updates, nearly all faults" : "settle 600 updates by 3 validators");
        VM.assertEq(task.progress().accepted, good < 600 ? good : 600, "accepted");
        attestApart();
        closeApart(election);
    }

    /// @dev One of the authors is gone, so that every author is asked for.
    /// forge-config: default.isolate = true
    function test_the_most_updates_are_voted_on_and_paid_by_stake() external {
        commence(roles(250), 250);
        this.submitLast(750);
        depart(MEMBERS);
        judge(VALIDATORS);
        settleAll("write 750 verdicts by votes and samples");
        VM.assertEq(task.progress().accepted, 749, "accepted");
        VM.assertGe(task.progress().judgingWeight, 1, "the reward rule had enough gas");
    }

    /// @dev Of 1,000 members 750 train: a larger share would be 897.
    /// forge-config: default.isolate = true
    function test_the_most_trainers_are_sampled() external {
        Parameters memory p = roles(VALIDATORS);
        p.activeShare = 9_000;
        sampleAll(p, "sample 500 draws for 750 trainers of 1,000", 500);
        sampleAll(p, "sample 750 trainers of 1,000 at once", 10_000);
    }

    function sampleAll(Parameters memory p, string memory what, uint256 steps) private {
        commence(p, VALIDATORS);
        while (task.phase() == Phase.Sampling) {
            send(what, members[0], abi.encodeCall(ITask.sampleTrainers, (steps)));
        }
        VM.assertEq(task.progress().sampled, 750, "trainers");
        report(what, most(what));
    }

    /// @dev The costliest election, and seats that earn.
    function roles(uint256 seats) private returns (Parameters memory p) {
        p = spacious();
        (p.committee, p.aggregators) = (uint16(VALIDATORS), uint16(seats - VALIDATORS));
        (p.redraw, p.stakeWeighted) = (true, true);
        (p.scoreRule, p.scoreParameters) = (new MajorityVote(), 0);
        (p.rewardRule, p.rewardParameters) = (new StakeReward(), bytes32(uint256(1) | 1 << 16));
        p.maxUpdates = uint16(MEMBERS - seats > 750 ? 750 : MEMBERS - seats);
        (p.updatesPerRound, p.minUpdates) = (p.maxUpdates, 1);
    }

    /// @dev The minority could not agree: each attests a pointer of its own, and all have to be passed over.
    function attestApart() private {
        address[] memory miners = aggregatorsNow();
        for (uint256 i = 0; task.phase() == Phase.Aggregating; ++i) {
            bytes32 pointer = 2 * (i + 1) < miners.length ? bytes32(i + 1) : nextModel();
            bytes memory call = abi.encodeCall(ITask.attest, (0, VALIDATORS + i, pointer));
            send("attest by stake after 198 others", miners[i], call);
        }
        report("attest by stake after 198 others", most("attest by stake after 198 others"));
    }

    /// @dev The minority is struck, the majority paid.
    function closeApart(string memory election) private {
        string[2] memory names = ["close 100 updates, struck or paid by stake", "close 100 seats, struck or paid"];
        for (uint256 closed = 0; closed < 1_000; closed += 100) {
            send(names[closed < 600 ? 0 : 1], members[0], abi.encodeCall(ITask.close, (100)));
        }
        while (task.phase() == Phase.Closing) {
            send(election, members[0], abi.encodeCall(ITask.close, (1)));
        }
        VM.assertEq(task.progress().aggregators, 397, "miners");
        report(election, most(election));
        if (good == 1) return; // most are faults, and cost less
        report(names[0], most(names[0]));
        report(names[1], most(names[1]));
    }
}
