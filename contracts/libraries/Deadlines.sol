// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ITask} from "../interfaces/ITask.sol";
import {Parameters, Phase, Round} from "../types/TaskTypes.sol";

/// @title The deadlines of a round
library Deadlines {
    /// @dev Sets the deadlines of `from` and of the phases that follow it by time alone.
    function schedule(Round storage r, Parameters memory p, Phase from, uint256 time) internal {
        if (from == Phase.Aggregating) {
            r.aggregatingEnds = uint32(time + p.aggregatingWindow);
        } else {
            if (from == Phase.Training) r.trainingEnds = uint32(time += p.trainingWindow);
            if (from != Phase.Revealing) r.committingEnds = uint32(time += p.committingWindow);
            r.revealingEnds = uint32(time + p.revealingWindow);
        }
        announce(r);
    }

    /// @dev Deadlines that had passed when a pause began stay: they are in the past then and afterwards.
    function shift(Round storage r, int256 by) internal {
        if (r.trainingEnds > block.timestamp) r.trainingEnds = moved(r.trainingEnds, by);
        if (r.committingEnds > block.timestamp) r.committingEnds = moved(r.committingEnds, by);
        if (r.revealingEnds > block.timestamp) r.revealingEnds = moved(r.revealingEnds, by);
        if (r.aggregatingEnds > block.timestamp) r.aggregatingEnds = moved(r.aggregatingEnds, by);
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
            revealingEnds: r.revealingEnds,
            aggregatingEnds: r.aggregatingEnds
        });
    }
}
