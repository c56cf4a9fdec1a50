// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ITask} from "../../contracts/interfaces/ITask.sol";
import {RedrawElection} from "../../contracts/rules/election/RedrawElection.sol";
import {StakeReward} from "../../contracts/rules/reward/StakeReward.sol";
import {MajorityVote} from "../../contracts/rules/score/MajorityVote.sol";
import {Parameters, Phase} from "../../contracts/types/TaskTypes.sol";
import {Meter} from "./support/Meter.sol";
import {VM, Wallet} from "./support/Vm.sol";

/// @notice What the transactions of a small federation cost: 10 trainers, a committee of 5, 5 updates accepted in a
/// round.
contract GasTest is Meter {
    uint256 private constant ROUNDS = 20;

    function setUp() external {
        deploy();
        admitMembers(15);
        Parameters memory p = defaults();
        p.totalRounds = uint16(ROUNDS) + 1;
        begin(p, 10_000);
        playRound(); // the first one writes every slot for the first time
    }

    /// forge-config: default.isolate = true
    function test_an_ordinary_round_stays_within_its_budget() external {
        for (uint256 i = 1; i < ROUNDS; ++i) {
            playAndNote();
        }
        string[6] memory names = [
            "submit an update",
            "commit scores",
            "reveal scores of 10 updates",
            "reveal the last scores and settle 10 updates",
            "attest",
            "close a round"
        ];
        for (uint256 i = 0; i < names.length; ++i) {
            report(names[i], mean(names[i]));
        }
        report("whole round: 10 trainers, 5 seats", total / (ROUNDS - 1));
        uint256 rounds = total;
        playRound();
        VM.assertTrue(task.phase() == Phase.Finished, "the last round");
        address[] memory judges = committeeNow();
        for (uint256 i = 0; i < judges.length; ++i) {
            sendAs(judges[i]);
            task.scoreModel(i, 9_000);
            note("score the final model");
        }
        report("score the final model", mean("score the final model"));

        VM.assertLe(mean(names[0]), 75_000, names[0]);
        VM.assertLe(mean(names[1]), 62_000, names[1]);
        VM.assertLe(mean(names[2]), 95_000, names[2]);
        VM.assertLe(rounds / (ROUNDS - 1), 2_200_000, "whole round");
    }

    /// @dev Of 25 members, 20 have a role in each round; roles are redrawn.
    /// forge-config: default.isolate = true
    function test_a_round_of_validators_miners_and_sampled_workers() external {
        admitMembers(10);
        Parameters memory p = defaults();
        (p.totalRounds, p.committee, p.aggregators, p.activeShare) = (uint16(ROUNDS) + 1, 5, 3, 8_000);
        (p.redraw, p.stakeWeighted, p.electionRule) = (true, true, new RedrawElection());
        (p.updatesPerRound, p.maxUpdates) = (12, 12);
        (p.scoreRule, p.scoreParameters) = (new MajorityVote(), 0);
        (p.rewardRule, p.rewardParameters) = (new StakeReward(), bytes32(uint256(1) | 1 << 16));
        begin(p, 10_000);
        playRound();
        for (uint256 i = 1; i < ROUNDS; ++i) {
            sendAs(members[0]);
            task.sampleTrainers(STEPS);
            note("sample 12 workers");
            playAndNote();
        }
        VM.assertEq(task.round().number, ROUNDS, "rounds");
        report("sample 12 workers", mean("sample 12 workers"));
        report("whole round: 12 workers, 5 validators, 3 miners", total / (ROUNDS - 1));
    }

    function playAndNote() private {
        (address[] memory committee, address[] memory aggregators) = (committeeNow(), aggregatorsNow());
        for (uint256 i = 0; i < members.length; ++i) {
            if (!trains(members[i])) continue;
            submitAs(members[i]);
            note("submit an update");
        }
        for (uint256 i = 0; i < committee.length; ++i) {
            commitAs(committee[i]);
            note("commit scores");
        }
        for (uint256 i = 0; i < committee.length; ++i) {
            revealAs(committee[i]);
            bool last = i + 1 == committee.length;
            note(last ? "reveal the last scores and settle 10 updates" : "reveal scores of 10 updates");
        }
        for (uint256 i = 0; task.phase() == Phase.Aggregating; ++i) {
            attestAs(aggregators[i], nextModel());
            note("attest");
        }
        if (task.phase() != Phase.Closing) return;
        sendAs(committee[0]);
        task.close(STEPS);
        note("close a round");
    }

    /// forge-config: default.isolate = true
    function test_what_members_and_managers_pay_besides() external {
        noteJoining();
        noteRecovery();
        noteRollback();
        noteWithdrawal();
        noteNewTask();
        string[10] memory names = [
            "apply for membership",
            "confirm an admission",
            "admit a member",
            "enrol",
            "recover a round with 3 silent seats",
            "roll a round back",
            "withdraw earnings",
            "propose a task",
            "approve a task with 5 seats",
            "start a task with 5 seats"
        ];
        for (uint256 i = 0; i < names.length; ++i) {
            report(names[i], mean(names[i]));
        }
    }

    function noteJoining() private {
        Wallet memory w = VM.createWallet(members.length + 1);
        token.mint(w.addr, FEE);
        sendAs(w.addr);
        token.approve(address(treasury), FEE);
        sendAs(w.addr);
        uint256 application =
            federation.applyForMembership(abi.encodePacked(w.publicKeyX, w.publicKeyY), "General Hospital");
        note("apply for membership");
        sendAs(managers[0]);
        federation.admit(application);
        note("confirm an admission");
        sendAs(managers[1]);
        federation.admit(application);
        note("admit a member");
        sendAs(w.addr);
        task.enrol();
        note("enrol");
    }

    function noteRecovery() private {
        trainAll();
        address[] memory committee = committeeNow();
        commitAs(committee[0]);
        commitAs(committee[1]);
        endWindow();
        sendAs(committee[0]);
        task.recover();
        note("recover a round with 3 silent seats");
    }

    function noteRollback() private {
        address[] memory committee = committeeNow();
        for (uint256 i = 0; i < 2; ++i) {
            sendAs(managers[i]);
            task.rollback(0, committee);
        }
        note("roll a round back");
    }

    function noteWithdrawal() private {
        address author = task.seats()[0].account;
        sendAs(author);
        treasury.withdraw();
        note("withdraw earnings");
    }

    function noteNewTask() private {
        Parameters memory p = defaults();
        sendAs(members[0]);
        task = ITask(federation.proposeTask("digits", p));
        note("propose a task");
        address[] memory committee = new address[](p.committee);
        for (uint256 i = 0; i < committee.length; ++i) {
            committee[i] = members[i];
        }
        for (uint256 i = 0; i < 2; ++i) {
            sendAs(managers[i]);
            task.approve(1_000, committee);
        }
        note("approve a task with 5 seats");
        for (uint256 i = 0; i < members.length; ++i) {
            sendAs(members[i]);
            task.enrol();
        }
        sendAs(managers[0]);
        task.start();
        VM.roll(block.number + 1);
        sendAs(managers[0]);
        task.start();
        note("start a task with 5 seats");
    }
}
