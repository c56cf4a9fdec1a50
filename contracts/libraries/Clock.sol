// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Milestone, Phase, Round} from "../interfaces/ITask.sol";

/// @dev Fewer cannot form a majority that survives one absence.
uint256 constant MIN_COMMITTEE = 3;

/// @title The round's state machine
/// @notice The phase is a pure function of stored facts and the time, so it cannot disagree with them.
library Clock {
    function phaseAt(Round memory r, uint256 minUpdates, uint256 time) internal pure returns (Phase) {
        Milestone m = r.milestone;
        if (m < Milestone.Seated || m > Milestone.Agreed) return restingAt(m);
        if (time < r.pausedUntil) return Phase.Paused;
        if (m == Milestone.Seated) return Phase.Drawing;
        if (m == Milestone.Agreed) return Phase.Closing;
        if (m == Milestone.Settled) return time < r.aggregatingEnds ? Phase.Aggregating : Phase.Stalled;
        if (time < r.trainingEnds) return Phase.Training;
        if (r.submitted < minUpdates || r.seats < MIN_COMMITTEE) return Phase.Stalled;
        if (time < r.committingEnds) return Phase.Committing;
        if (!isMajority(r.committed, r.seats)) return Phase.Stalled;
        if (time < r.revealingEnds) return Phase.Revealing;
        return isMajority(r.revealed, r.seats) ? Phase.Settling : Phase.Stalled;
    }

    function restingAt(Milestone m) private pure returns (Phase) {
        if (m == Milestone.Proposed) return Phase.Proposed;
        if (m == Milestone.Approved) return Phase.Enrolling;
        if (m == Milestone.Finished) return Phase.Finished;
        return m == Milestone.Expired ? Phase.Expired : Phase.Cancelled;
    }

    /// @dev For a round in Phase.Stalled only.
    function stalledPhase(Round memory r, uint256 minUpdates) internal pure returns (Phase) {
        if (r.milestone == Milestone.Settled) return Phase.Aggregating;
        if (r.submitted < minUpdates || r.seats < MIN_COMMITTEE) return Phase.Training;
        return isMajority(r.committed, r.seats) ? Phase.Revealing : Phase.Committing;
    }

    /// @dev Of the seats, never of those who came.
    function isMajority(uint256 count, uint256 seats) internal pure returns (bool) {
        return 2 * count > seats;
    }
}
