// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ITask} from "../interfaces/ITask.sol";
import {Parameters, Phase, Round} from "../types/TaskTypes.sol";

/// @title The deadlines of a round
library Deadlines {
    /// @dev Sets the deadlines of `from` and of the phases that follow it by time alone.
    function schedule(Round storage r, Parameters memory p, Phase from, uint256 time) internal {
        uint256 windows = 1;
        if (from == Phase.Aggregating) {
            time += p.aggregatingWindow;
        } else {
            if (from == Phase.Training) r.trainingEnds = uint32(time += p.trainingWindow);
            if (from != Phase.Revealing) r.committingEnds = uint32(time += p.committingWindow);
            time += p.revealingWindow;
            if (from != Phase.Revealing) windows = from == Phase.Training ? 3 : 2;
        }
        end(r, time, windows * p.minBlocks);
    }

    /// @dev Sets the last deadline, and the blocks that it is away.
    function end(Round storage r, uint256 time, uint256 blocks) internal {
        (r.lastEnds, r.endBlock) = (uint32(time), uint32(block.number + blocks));
        announce(r);
    }

    /// @dev Deadlines that had passed when a pause began stay: they are in the past then and afterwards.
    function shift(Round storage r, int256 by) internal {
        if (r.trainingEnds > block.timestamp) r.trainingEnds = moved(r.trainingEnds, by);
        if (r.committingEnds > block.timestamp) r.committingEnds = moved(r.committingEnds, by);
        if (r.lastEnds > block.timestamp) r.lastEnds = moved(r.lastEnds, by);
        announce(r);
    }

    function moved(uint32 deadline, int256 by) private pure returns (uint32) {
        return uint32(uint256(int256(uint256(deadline)) + by));
    }

    function announce(Round storage round) internal {
        Round memory r = round;
        emit ITask.DeadlinesSet({
            round: r.number,
            attempt: r.attempt,
            trainingEnds: r.trainingEnds,
            committingEnds: r.committingEnds,
            lastEnds: r.lastEnds,
            endBlock: r.endBlock
        });
    }
}
