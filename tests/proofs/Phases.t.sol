// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Phases} from "../../contracts/libraries/Phases.sol";
import {Milestone, Parameters, Phase, Round} from "../../contracts/types/TaskTypes.sol";
import {Judge} from "../forge/support/Judge.sol";
import {VM} from "../forge/support/Vm.sol";

/// @notice Of any round, whatever it stores, and any parameters. Times and blocks have 64 bits, as in clients.
contract PhasesProof {
    function prove_the_phase_is_the_table_s(Round memory r, Parameters memory p, uint64 time, uint64 number)
        external
        pure
    {
        r.milestone = enumerated(r.milestone);
        assert(Phases.phaseAt(r, p, time, number) == Judge.phase(r, p, time, number));
    }

    function prove_there_is_always_a_phase(Round memory r, Parameters memory p, uint64 time, uint64 number)
        external
        view
    {
        try this.phaseAt(r, p, time, number) {}
        catch {
            assert(false);
        }
    }

    /// @dev While no fact changes, time and blocks lead from a phase to a later one of the round, or to a stall, which
    /// lasts. `Phase` lists them in this order. A pause hides the phase and ends by itself.
    function prove_time_never_leads_back(
        Round memory r,
        Parameters memory p,
        uint64[2] calldata times,
        uint64[2] calldata numbers
    ) external pure {
        VM.assume(times[0] <= times[1]);
        VM.assume(numbers[0] <= numbers[1]);
        Phase before = Phases.phaseAt(r, p, times[0], numbers[0]);
        Phase then = Phases.phaseAt(r, p, times[1], numbers[1]);
        if (before == Phase.Paused) return;
        assert(before <= then && then != Phase.Paused);
        assert(before < Phase.Stalled || before == then);
    }

    /// @dev `Enrolling` has a deadline of its own, from which on anyone may start or expire the task.
    function prove_no_phase_waits_at_the_end_of_time(Round memory r, Parameters memory p) external pure {
        Phase last = Phases.phaseAt(r, p, type(uint32).max, type(uint32).max);
        assert(last != Phase.Training && last != Phase.Committing && last != Phase.Revealing);
        assert(last != Phase.Aggregating && last != Phase.Paused);
    }

    function refute_no_round_settles_before_the_end_of_time(Round memory r, Parameters memory p) external pure {
        Phase last = Phases.phaseAt(r, p, type(uint32).max, type(uint32).max);
        assert(last != Phase.Settling);
    }

    function refute_time_alone_ends_a_window(Round memory r, Parameters memory p) external pure {
        VM.assume(r.milestone == Milestone.Settled);
        assert(Phases.phaseAt(r, p, type(uint32).max, 0) == Phase.Stalled);
    }

    function phaseAt(Round memory r, Parameters memory p, uint256 time, uint256 number) external pure returns (Phase) {
        return Phases.phaseAt(r, p, time, number);
    }

    /// @dev The same milestone, but known to the prover: the table is a list, read at no unknown place.
    function enumerated(Milestone m) private pure returns (Milestone) {
        for (uint256 i = 0; i < 12; ++i) {
            if (uint256(m) == i) return Milestone(i);
        }
        return m;
    }
}
