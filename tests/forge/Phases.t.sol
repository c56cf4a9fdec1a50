// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Phases} from "../../contracts/libraries/Phases.sol";
import {Milestone, Parameters, Phase, Round} from "../../contracts/types/TaskTypes.sol";
import {Judge} from "./support/Judge.sol";
import {VM} from "./support/Vm.sol";

contract PhasesTest {
    uint256 private constant MIN_UPDATES = 3;

    function testFuzz_follows_the_phase_table(uint256 luck, uint8 milestone, uint32 time, uint8 minBlocks)
        external
        pure
    {
        (Round memory r, Parameters memory p) = (randomRound(luck), parameters(minBlocks));
        uint256 number = (luck >> 200) % 300;
        if (luck % 2 == 0) r.milestone = Milestone(milestone % 12);
        if (luck % 3 == 0) time = type(uint32).max;
        VM.assertTrue(Phases.phaseAt(r, p, time, number) == Judge.phase(r, p, time, number), "phase table: the phase");
    }

    /// @dev Time only moves on: from one phase of a round to a later one, or into a stall that it never leaves.
    function testFuzz_time_moves_forward_only(uint256 luck, uint32 time, uint32 later, uint8 minBlocks) external pure {
        (Round memory r, Parameters memory p) = (randomRound(luck), parameters(minBlocks));
        (uint256 number, uint256 more) = ((luck >> 200) % 300, (luck >> 216) % 300);
        (time, later) = time < later ? (time, later) : (later, time);
        (Phase now_, Phase then) = (Phases.phaseAt(r, p, time, number), Phases.phaseAt(r, p, later, number + more));
        if (now_ == Phase.Paused) return;
        VM.assertTrue(then >= now_ && then != Phase.Paused, "monotone time: it went back");
        if (now_ == Phase.Stalled) VM.assertTrue(then == Phase.Stalled, "monotone time: a stall ended by itself");
    }

    function test_windows_are_half_open() external pure {
        Round memory r = quorate();
        requirePhases(r, 100, Phase.Training, Phase.Committing);
        requirePhases(r, 200, Phase.Committing, Phase.Revealing);
        requirePhases(r, 300, Phase.Revealing, Phase.Settling);
        r.milestone = Milestone.Settled;
        requirePhases(r, 300, Phase.Aggregating, Phase.Stalled);
        (r.milestone, r.pausedUntil) = (Milestone.Agreed, 900);
        requirePhases(r, r.pausedUntil, Phase.Paused, Phase.Closing);
    }

    function test_too_few_stall_at_each_deadline() external pure {
        Round memory r = quorate();
        r.submitted = 2;
        requirePhases(r, 100, Phase.Training, Phase.Stalled);
        VM.assertTrue(Phases.stalledPhase(r, MIN_UPDATES) == Phase.Training, "too few updates");
        (r.submitted, r.seats) = (3, 2);
        requirePhases(r, 100, Phase.Training, Phase.Stalled);
        VM.assertTrue(Phases.stalledPhase(r, MIN_UPDATES) == Phase.Training, "too few seats");
        (r.seats, r.committed) = (4, 2);
        requirePhases(r, 200, Phase.Committing, Phase.Stalled);
        VM.assertTrue(Phases.stalledPhase(r, MIN_UPDATES) == Phase.Committing, "half of the seats is no majority");
        (r.seats, r.committed, r.revealed) = (5, 3, 2);
        requirePhases(r, 300, Phase.Revealing, Phase.Stalled);
        VM.assertTrue(Phases.stalledPhase(r, MIN_UPDATES) == Phase.Revealing, "most of those who committed, not of all");
        r.milestone = Milestone.Settled;
        VM.assertTrue(Phases.stalledPhase(r, MIN_UPDATES) == Phase.Aggregating, "no pointer was agreed");
    }

    function testFuzz_a_majority_is_more_than_the_rest(uint16 count, uint16 seats) external pure {
        count = uint16(count % (uint256(seats) + 1));
        VM.assertTrue(Phases.isMajority(count, seats) == (count > seats - count), "majority");
    }

    function requirePhases(Round memory r, uint256 deadline, Phase before, Phase then) private pure {
        VM.assertTrue(Phases.phaseAt(r, parameters(0), deadline - 1, 0) == before, "before the deadline");
        VM.assertTrue(Phases.phaseAt(r, parameters(0), deadline, 0) == then, "at the deadline");
        VM.assertTrue(Phases.phaseAt(r, parameters(0), deadline + 1, 0) == then, "after the deadline");
    }

    /// @dev All deadlines are long past, as after a halt.
    function test_windows_have_blocks_of_their_own() external pure {
        (Round memory r, Parameters memory p) = (quorate(), parameters(5));
        r.endBlock = 1_005;
        requireBlocks(r, p, 1_005, Phase.Training, Phase.Settling);
        r.milestone = Milestone.Submitted;
        requireBlocks(r, p, 1_005, Phase.Committing, Phase.Settling);
        r.milestone = Milestone.Committed;
        requireBlocks(r, p, 1_005, Phase.Revealing, Phase.Settling);
        r.milestone = Milestone.Settled;
        requireBlocks(r, p, 1_005, Phase.Aggregating, Phase.Stalled);
    }

    /// @dev The blocks of a window's predecessor are not its own.
    function test_a_window_that_no_transaction_has_shown_ends_by_time() external pure {
        (Round memory r, Parameters memory p) = (quorate(), parameters(5));
        (r.milestone, r.endBlock, r.revealed) = (Milestone.Submitted, 0, 0);
        VM.assertTrue(Phases.phaseAt(r, p, 299, 9_000) == Phase.Revealing, "open by time");
        VM.assertTrue(Phases.phaseAt(r, p, 300, 9_000) == Phase.Stalled, "over by time");
        VM.assertTrue(Phases.isUnseen(r, Phase.Revealing), "no reveal showed it");
        VM.assertTrue(!Phases.isUnseen(r, Phase.Committing), "a commitment did");
        r.milestone = Milestone.Open;
        VM.assertTrue(Phases.isUnseen(r, Phase.Committing), "no commitment showed it");
        VM.assertTrue(!Phases.isUnseen(r, Phase.Training), "the opening of the round did");
        r.milestone = Milestone.Committed;
        VM.assertTrue(!Phases.isUnseen(r, Phase.Revealing), "a reveal did");
        r.milestone = Milestone.Settled;
        VM.assertTrue(!Phases.isUnseen(r, Phase.Aggregating), "the settling did");
    }

    function requireBlocks(Round memory r, Parameters memory p, uint256 number, Phase before, Phase then) private pure {
        VM.assertTrue(Phases.phaseAt(r, p, 9_000, number - 1) == before, "before enough blocks");
        VM.assertTrue(Phases.phaseAt(r, p, 9_000, number) == then, "with enough blocks");
    }

    function parameters(uint8 minBlocks) private pure returns (Parameters memory p) {
        (p.minUpdates, p.minBlocks) = (uint16(MIN_UPDATES), minBlocks);
        (p.committingWindow, p.revealingWindow, p.aggregatingWindow) = (100, 100, 100);
    }

    function quorate() private pure returns (Round memory r) {
        r.deadline = 300;
        (r.submitted, r.seats, r.committed, r.revealed) = (3, 5, 3, 3);
        r.milestone = Milestone.Open;
    }

    function randomRound(uint256 luck) private pure returns (Round memory r) {
        r.deadline = uint32(luck);
        r.endBlock = uint32((luck >> 96) % 600);
        r.pausedUntil = uint32((luck >> 128) % 2 ** 24);
        (r.submitted, r.committed, r.revealed, r.seats) =
        (uint16((luck >> 160) % 6), uint16((luck >> 168) % 8), uint16((luck >> 176) % 8), uint16((luck >> 184) % 8));
        r.milestone = Milestone(uint256(Milestone.Open) + (luck >> 192) % 3);
    }
}
