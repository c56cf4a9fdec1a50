// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IElectionRule} from "../../contracts/interfaces/IElectionRule.sol";
import {IRewardRule} from "../../contracts/interfaces/IRewardRule.sol";
import {IScoreRule} from "../../contracts/interfaces/IScoreRule.sol";
import {ITask} from "../../contracts/interfaces/ITask.sol";
import {FaultyRule, Misdeed} from "../../contracts/mocks/FaultyRule.sol";
import {Parameters, Phase, Update} from "../../contracts/types/TaskTypes.sol";
import {AtScale} from "./support/AtScale.sol";
import {VM} from "./support/Vm.sol";
import {WastingRule} from "./support/WastingRule.sol";

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

    /// @dev Two rules that waste their gas, a silent seat, so that they are asked twice, and an author that left.
    /// forge-config: default.isolate = true
    function test_the_most_updates_by_wasteful_rules() external {
        Parameters memory p = spacious();
        (p.committee, p.updatesPerRound, p.maxUpdates, p.minUpdates) = (250, 750, 750, 3);
        WastingRule waster = new WastingRule();
        (p.scoreRule, p.rewardRule) = (waster, waster);
        commence(p, 250);
        this.submitLast(750);
        (Update[] memory first,) = task.updates(0, 1);
        depart(task.participant(first[0].author).number);
        judge(249);
        endWindow();
        settleAll("write 750 verdicts by rules that waste their gas");
        VM.assertEq(task.progress().accepted, 749, "accepted");
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

    // -------------------------------------------------------------------- luck

    /// @dev A round of any size, by any rules, in which some are silent, leave or do not agree.
    /// forge-config: default.isolate = true
    /// forge-config: default.fuzz.runs = 3
    function testFuzz_no_shape_needs_more(uint256 luck) external {
        good = luck % 3 == 0 ? 0 : (luck >> 8) % 750;
        Parameters memory p = shape(luck >> 16);
        commence(p, luck % 2 == 0 ? 3 : p.committee + p.aggregators);
        if (task.phase() == Phase.Sampling) step("sample", abi.encodeCall(ITask.sampleTrainers, (STEPS)));
        this.submitLast((luck >> 24) % 4 == 0 ? p.minUpdates : p.maxUpdates);
        uint256 seats = task.round().seats;
        if (task.phase() == Phase.Committing) judge(seats - (luck >> 32) % (seats / 2 + 1));
        for (uint256 i = 0; i < (luck >> 40) % 8; ++i) {
            depart(MEMBERS - 9 * i);
        }
        for (uint256 i = 0; task.round().number == 0; ++i) {
            VM.assertLe(i, 200, "gas bound: the round does not end");
            proceed(luck % 5 > 0);
        }
    }

    function proceed(bool agree) private {
        Phase phase = task.phase();
        uint256 items = task.round().submitted + task.seats().length - task.progress().closed;
        if (phase == Phase.Settling) step("settle", abi.encodeCall(ITask.settle, (1)));
        else if (phase == Phase.Closing) step("close", abi.encodeCall(ITask.close, (items > 100 ? 100 : items + 1)));
        else if (phase == Phase.Stalled) step("recover", abi.encodeCall(ITask.recover, ()));
        else if (phase == Phase.Aggregating && agree) this.attestAll(mostAggregators(), nextModel());
        else VM.warp(block.timestamp + 1 hours);
    }

    function step(string memory what, bytes memory call) private {
        send(what, members[0], call);
    }

    function mostAggregators() private view returns (address[] memory list) {
        address[] memory all = aggregatorsNow();
        list = new address[](all.length / 2 + 1);
        for (uint256 i = 0; i < list.length; ++i) {
            list[i] = all[i];
        }
    }

    /// @dev Within the bounds of proposals, and often at one.
    function shape(uint256 luck) private returns (Parameters memory p) {
        p = spacious();
        (p.redraw, p.seatsTrain, p.stakeWeighted) = (luck % 2 == 0, luck % 3 == 0, luck % 5 < 2);
        p.committee = between(3, SEATS, luck >> 8);
        if (p.committee + 3 <= SEATS && luck % 7 < 4) p.aggregators = between(3, SEATS - p.committee, luck >> 24);
        p.updatesPerRound = between(p.redraw ? 1 : p.committee, 750, luck >> 40);
        p.maxUpdates = between(p.updatesPerRound, 750, luck >> 56);
        uint256 free = MEMBERS - p.committee - p.aggregators;
        p.minUpdates = between(1, free < p.updatesPerRound ? free : p.updatesPerRound, luck >> 72);
        if (luck % 11 < 5) p.activeShare = between(1, 9_000, luck >> 88);
        (address bad, bytes32 misdeed) =
            (burner(), bytes32(uint256(luck % 13 < 6 ? Misdeed.BurnGas : Misdeed.WasteGas)));
        if ((luck >> 104) % 4 == 0) (p.scoreRule, p.scoreParameters) = (IScoreRule(bad), misdeed);
        if ((luck >> 106) % 4 == 0) (p.electionRule, p.electionParameters) = (IElectionRule(bad), misdeed);
        if ((luck >> 108) % 4 == 0) (p.rewardRule, p.rewardParameters) = (IRewardRule(bad), misdeed);
    }

    function between(uint256 least, uint256 most_, uint256 luck) private pure returns (uint16) {
        if (luck % 8 == 0) return uint16(least);
        return uint16(luck % 8 == 1 ? most_ : least + (luck >> 3) % (most_ - least + 1));
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
