// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ITask} from "../interfaces/ITask.sol";
import {Parameters, Phase, Round} from "../types/TaskTypes.sol";

/// @title The deadline of a round
library Deadlines {
    /// @dev Sets the end of the last of the windows that follow each other by time alone, from `from` on.
    function schedule(Round storage r, Parameters memory p, Phase from, uint256 time) internal {
        if (from == Phase.Aggregating) return end(r, time + p.aggregatingWindow, p.minBlocks);
        uint256 windows = 1;
        time += p.revealingWindow;
        if (from != Phase.Revealing) (time, windows) = (time + p.committingWindow, 2);
        if (from == Phase.Training) (time, windows) = (time + p.trainingWindow, 3);
        end(r, time, windows * p.minBlocks);
    }

    /// @dev Ends the last window now, without an event: in the same call another deadline is set.
    function pass(Round storage r) internal {
        (r.deadline, r.endBlock) = (uint32(block.timestamp), uint32(block.number));
    }

    function end(Round storage r, uint256 time, uint256 blocks) internal {
        set(r, time, block.number + blocks);
    }

    /// @dev A deadline that had passed when a pause began stays: it is in the past then and afterwards. So is that of an
    /// earlier window, even if it moves.
    function shift(Round storage r, int256 by) internal {
        (uint256 deadline, uint256 endBlock) = (r.deadline, r.endBlock);
        if (deadline > block.timestamp) set(r, uint256(int256(deadline) + by), endBlock);
    }

    function set(Round storage r, uint256 deadline, uint256 endBlock) private {
        (r.deadline, r.endBlock) = (uint32(deadline), uint32(endBlock));
        emit ITask.DeadlineSet(r.number, r.attempt, deadline, endBlock);
    }
}
