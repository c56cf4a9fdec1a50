// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IErrors} from "../interfaces/IErrors.sol";
import {MIN_COMMITTEE, Milestone, Parameters, Phase, Round} from "../types/TaskTypes.sol";

/// @title The round's state machine
/// @notice The phase is a pure function of stored facts and the time, so it cannot disagree with them.
library Phases {
    // ------------------------------------------------------------------ guards

    function current(Round storage round, Parameters memory p) internal view returns (Phase) {
        return phaseAt(round, p, block.timestamp, block.number);
    }

    /// @return phase The current one.
    /// @return young Whether it is a window that has not had its blocks yet.
    function youth(Round storage round, Parameters memory p) internal view returns (Phase phase, bool young) {
        Round memory r = round;
        phase = phaseAt(r, p, block.timestamp, block.number);
        bool window = (phase >= Phase.Training && phase <= Phase.Revealing) || phase == Phase.Aggregating;
        young = window && block.number < r.endBlock;
    }

    /// @return r The round, read once.
    function requirePhase(Round storage round, Parameters memory p, Phase required)
        internal
        view
        returns (Round memory r)
    {
        r = round;
        requirePhase(r, p, required);
    }

    /// @return r The round, read once.
    function requireRound(Round storage round, Parameters memory p, uint256 number, Phase required)
        internal
        view
        returns (Round memory r)
    {
        r = round;
        require(number == r.number, IErrors.WrongRound(number, r.number));
        requirePhase(r, p, required);
    }

    function requirePhase(Round memory r, Parameters memory p, Phase required) private view {
        Phase phase = phaseAt(r, p, block.timestamp, block.number);
        require(phase == required, IErrors.WrongPhase(r.number, phase, required));
    }

    // ----------------------------------------------------------------- machine

    /// @dev A window is over when its time is, and enough blocks have come since it opened: who could send nothing
    /// because the chain stood still, has missed nothing.
    function phaseAt(Round memory r, Parameters memory p, uint256 time, uint256 number) internal pure returns (Phase) {
        Milestone m = r.milestone;
        if (!isRunning(m)) return restingAt(m);
        if (time < r.pausedUntil) return Phase.Paused;
        if (m == Milestone.Seated) return Phase.Sampling;
        if (m == Milestone.Agreed) return Phase.Closing;
        if (m == Milestone.Settled) return isOpen(r, m, time, number) ? Phase.Aggregating : Phase.Stalled;
        // A window is over at a moment if the last one is so much later.
        (uint256 revealing, uint256 judging) = (p.revealingWindow, uint256(p.committingWindow) + p.revealingWindow);
        if (isOpen(r, Milestone.Open, time + judging, number)) return Phase.Training;
        if (r.submitted < p.minUpdates || r.seats < MIN_COMMITTEE) return Phase.Stalled;
        if (isOpen(r, Milestone.Submitted, time + revealing, number)) return Phase.Committing;
        if (!isMajority(r.committed, r.seats)) return Phase.Stalled;
        if (isOpen(r, Milestone.Committed, time, number)) return Phase.Revealing;
        return isMajority(r.revealed, r.seats) ? Phase.Settling : Phase.Stalled;
    }

    /// @dev Of the window that opens with the milestone `opening`. Only a transaction can show that it is reached; until
    /// then the blocks are those of an earlier window, which is asked about first.
    function isOpen(Round memory r, Milestone opening, uint256 time, uint256 number) private pure returns (bool) {
        return r.milestone <= opening && (time < r.deadline || number < r.endBlock);
    }

    function restingAt(Milestone m) private pure returns (Phase) {
        if (m == Milestone.Proposed) return Phase.Proposed;
        if (m == Milestone.Approved || m == Milestone.Enrolled) return Phase.Enrolling;
        if (m == Milestone.Finished) return Phase.Finished;
        return m == Milestone.Expired ? Phase.Expired : Phase.Cancelled;
    }

    /// @dev For a round in Phase.Stalled only.
    function stalledPhase(Round memory r, uint256 minUpdates) internal pure returns (Phase) {
        if (r.milestone == Milestone.Settled) return Phase.Aggregating;
        if (r.submitted < minUpdates || r.seats < MIN_COMMITTEE) return Phase.Training;
        return isMajority(r.committed, r.seats) ? Phase.Revealing : Phase.Committing;
    }

    /// @dev For a round in Phase.Stalled only: whether no transaction came while the window was open that stalled. Then
    /// nothing shows that there was a block in it.
    function isUnseen(Round memory r, Phase stalled) internal pure returns (bool) {
        if (stalled == Phase.Committing) return r.milestone < Milestone.Submitted;
        return stalled == Phase.Revealing && r.milestone < Milestone.Committed;
    }

    /// @notice Whether a round is under way, paused ones included.
    function isRunning(Milestone m) internal pure returns (bool) {
        return m >= Milestone.Seated && m <= Milestone.Agreed;
    }

    /// @dev Of all seats, not only of those that acted.
    function isMajority(uint256 count, uint256 seats) internal pure returns (bool) {
        return 2 * count > seats;
    }
}
