// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IElectionRule} from "../../contracts/interfaces/IElectionRule.sol";
import {IScoreRule} from "../../contracts/interfaces/IScoreRule.sol";
import {ITask} from "../../contracts/interfaces/ITask.sol";
import {FaultyRule, Misdeed} from "../../contracts/mocks/FaultyRule.sol";
import {Parameters, Phase, Update} from "../../contracts/types/TaskTypes.sol";
import {AtScale} from "./support/AtScale.sol";
import {VM} from "./support/Vm.sol";

/// @notice The extremes of what a proposal may ask for, and rules that burn their gas: still within 16,000,000.
contract LimitsTest is AtScale {
    uint256 private constant SEATS = 400;

    // --------------------------------------------------------------- parameters

    /// @dev Slots of seats that were never used cost most.
    /// forge-config: default.isolate = true
    function test_a_small_first_committee_before_the_largest() external {
        good = SEATS - 1;
        commence(wide(600), 3);
        play(600, 3);
        closeAll("elect 400 after a committee of 3");
        VM.assertEq(task.round().seats, SEATS, "seats");
    }

    /// forge-config: default.isolate = true
    function test_a_small_committee_rolled_back_to_the_largest() external {
        commence(wide(600), 3);
        bytes memory call = abi.encodeCall(ITask.rollback, (0, firstMembers(SEATS)));
        send("confirm a rollback to a committee of 400", managers[0], call);
        send("roll back to a committee of 400", managers[1], call);
        VM.assertEq(task.round().seats, SEATS, "seats");
    }

    /// @dev All accepted, one of their authors gone, so that every author is asked for.
    /// forge-config: default.isolate = true
    function test_the_most_updates() external {
        Parameters memory p = spacious();
        (p.committee, p.updatesPerRound, p.maxUpdates, p.minUpdates) = (3, 750, 750, 3);
        commence(p, 3);
        this.submitLast(750);
        (Update[] memory first,) = task.updates(0, 1);
        depart(task.participant(first[0].author).number);
        judge(3);
        settleAll("write 750 verdicts");
        VM.assertEq(task.progress().accepted, 749, "accepted");
        attest(3);
        closeAll("elect 3 of 749 providers");
        VM.assertEq(task.round().number, 1, "the next round");
    }

    /// forge-config: default.isolate = true
    function test_the_strikes_of_a_carried_round() external {
        settleFaults();
        recoverAll("strike for a carried round, one of several calls");
        VM.assertEq(task.roster().active, MEMBERS - 751, "all but the others are suspended");
    }

    // -------------------------------------------------------------------- rules

    /// forge-config: default.isolate = true
    function test_an_election_rule_that_burns_its_gas() external {
        good = SEATS - 1;
        Parameters memory p = wide(600);
        (p.electionRule, p.electionParameters) = (IElectionRule(burner()), bytes32(uint256(Misdeed.BurnGas)));
        commence(p, SEATS);
        play(600, SEATS);
        closeAll("replace an election rule that burns its gas");
        VM.assertEq(task.round().seats, SEATS, "who did their duty sit on");
    }

    /// @dev It fails at nothing, so that all it decided has to be kept, and the round opens in a call of its own.
    /// forge-config: default.isolate = true
    function test_an_election_rule_that_wastes_its_gas() external {
        good = SEATS - 1;
        Parameters memory p = wide(600);
        (p.electionRule, p.electionParameters) = (IElectionRule(burner()), bytes32(uint256(Misdeed.WasteGas)));
        commence(p, SEATS);
        play(600, SEATS);
        closeAll("elect by a rule that wastes its gas");
        VM.assertEq(committeeNow().length, SEATS, "who was elected sits");
        VM.assertTrue(!task.progress().electionRuleFailed, "the rule did not fail");
    }

    /// @dev Between the election and the opening so many leave that fewer stay than were elected.
    function test_who_was_elected_and_left_gets_no_seat() external {
        good = SEATS - 1;
        Parameters memory p = wide(600);
        commence(p, SEATS);
        this.submitLast(600);
        judge(SEATS);
        while (task.phase() == Phase.Settling) {
            send("settle", members[0], abi.encodeCall(ITask.settle, (1)));
        }
        attest(SEATS);
        task.close(600 + SEATS);
        task.close(1);
        VM.assertTrue(task.phase() == Phase.Closing, "the election takes a call of its own");
        for (uint256 i = 1; i <= 700; ++i) {
            address gone = task.enrolledAt(i);
            depart(i);
            task.retire(gone);
        }
        for (uint256 calls = 0; task.phase() == Phase.Closing; ++calls) {
            VM.assertLe(calls, 5, "all were looked up once");
            task.close(1);
        }
        VM.assertEq(task.round().number, 1, "the next round is open");
        address[] memory seated = committeeNow();
        VM.assertGe(seated.length, 3, "those who stayed");
        VM.assertLe(seated.length, 300, "those who stayed");
        for (uint256 i = 0; i < seated.length; ++i) {
            VM.assertTrue(federation.isMember(seated[i]), "who left has a seat");
        }
    }

    /// @dev All but the committee leave, suspended or not, and some leave between any two calls.
    /// forge-config: default.isolate = true
    function test_everybody_leaves() external {
        settleFaults();
        for (uint256 i = 4; i <= MEMBERS - 40; ++i) {
            depart(i);
        }
        for (uint256 i = 1; task.round().number == 0; ++i) {
            depart(MEMBERS - 40 + i);
            send("retire the departed", members[0], abi.encodeCall(ITask.recover, ()));
            VM.assertTrue(i < 30, "a departure before each call makes it begin again");
        }
        report("retire the departed", most("retire the departed"));
    }

    /// forge-config: default.isolate = true
    function test_a_score_rule_that_burns_its_gas() external {
        Parameters memory p = wide(16);
        (p.scoreRule, p.scoreParameters) = (IScoreRule(burner()), bytes32(uint256(Misdeed.BurnGas)));
        commence(p, SEATS);
        this.submitLast(16);
        judge(SEATS);
        settleAll("settle by a score rule that burns its gas");
        VM.assertEq(task.progress().accepted, 0, "nothing is accepted");
    }

    // ------------------------------------------------------------------ support

    /// @dev All updates are, and one of three seats stayed silent.
    function settleFaults() private {
        good = 0;
        Parameters memory p = spacious();
        (p.committee, p.updatesPerRound, p.maxUpdates, p.minUpdates, p.maxStrikes) = (3, 750, 750, 3, 1);
        commence(p, 3);
        this.submitLast(750);
        judge(2);
        endWindow();
        settleAll("settle 750 updates that are faults");
    }

    function wide(uint16 updates) private returns (Parameters memory p) {
        p = spacious();
        (p.committee, p.updatesPerRound, p.maxUpdates, p.minUpdates) = (uint16(SEATS), uint16(SEATS), 600, 1);
        if (updates < SEATS) (p.updatesPerRound, p.maxUpdates) = (uint16(SEATS), uint16(SEATS));
    }

    function burner() private returns (address) {
        return address(new FaultyRule());
    }

    function play(uint256 updates, uint256 seats) private {
        this.submitLast(updates);
        judge(seats);
        settleAll("settle a page of the most seats");
        attest(seats);
    }
}
