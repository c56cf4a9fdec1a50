// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ITask} from "../interfaces/ITask.sol";
import {Milestone, Parameters, Phase, Round} from "../types/TaskTypes.sol";

/// @title The deadline of a round
library Deadlines {
    /// @dev Opens the window of `from` at `time`, and those that follow it by time alone.
    function schedule(Round storage r, Parameters memory p, Phase from, uint256 time) internal {
        if (from == Phase.Aggregating) return open(r, p, Milestone.Settled, time + p.aggregatingWindow);
        time += p.revealingWindow;
        if (from == Phase.Revealing) return open(r, p, Milestone.Committed, time);
        time += p.committingWindow;
        if (from == Phase.Committing) return open(r, p, Milestone.Submitted, time);
        open(r, p, Milestone.Open, time + p.trainingWindow);
    }

    /// @dev A transaction shows that a window is open which time alone has opened: its blocks count from now on.
    function show(Round storage r, Parameters memory p, Milestone opening) internal {
        if (r.milestone < opening) open(r, p, opening, r.deadline);
    }

    function open(Round storage r, Parameters memory p, Milestone opening, uint256 deadline) private {
        r.milestone = opening;
        end(r, deadline, p.minBlocks == 0 ? 0 : uint256(p.minBlocks) + 1); // whole blocks after this one
    }

    /// @dev Ends the last window now, without an event: in the same call another deadline is set.
    function pass(Round storage r) internal {
        (r.deadline, r.endBlock) = (uint32(block.timestamp), uint32(block.number));
    }

    function end(Round storage r, uint256 time, uint256 blocks) internal {
        set(r, time, block.number + blocks);
    }

    /// @dev A deadline that had passed when a pause began stays: it is in the past then and afterwards. The end of an
    /// earlier window that had passed moves with the deadline, but never beyond the end of the pause. Sampling and closing
    /// have no deadline; that of the window before is of no use any more.
    function shift(Round storage r, int256 by) internal {
        if (r.milestone < Milestone.Open || r.milestone > Milestone.Settled) return;
        (uint256 deadline, uint256 endBlock) = (r.deadline, r.endBlock);
        if (deadline > block.timestamp) set(r, uint256(int256(deadline) + by), endBlock);
    }

    function set(Round storage r, uint256 deadline, uint256 endBlock) private {
        (r.deadline, r.endBlock) = (uint32(deadline), uint32(endBlock));
        emit ITask.DeadlineSet(r.number, r.attempt, r.milestone, deadline, endBlock);
    }
}
