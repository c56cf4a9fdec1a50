// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Median} from "../../contracts/libraries/Median.sol";
import {MAX_SCORE} from "../../contracts/types/TaskTypes.sol";
import {VM} from "../forge/support/Vm.sol";
import {Order} from "./support/Order.sol";

/// @notice A median is within a limit just if enough of the values are: of all limits, that makes it one number.
/// @custom:halmos --solver-command ".venv/halmos/bin/python tools/smt_solver.py"
contract MedianProof {
    /// @custom:halmos --array-lengths values={3,5,7}
    function prove_the_lower_median_is_within_what_half_are(uint256[] memory values, uint256 limit) external pure {
        assumeScores(values);
        uint256 within = values.length - Order.countAbove(values, limit);
        assert((Median.lower(values, 0) <= limit) == (2 * within >= values.length));
    }

    /// @custom:halmos --array-lengths values={3,4}
    function prove_the_upper_median_is_within_what_most_are(uint256[] memory values, uint256 limit) external pure {
        assumeScores(values);
        uint256 within = values.length - Order.countAbove(values, limit);
        assert((Median.upper(values) <= limit) == (2 * within > values.length));
    }

    /// @custom:halmos --array-lengths values=4
    function refute_both_medians_are_one(uint256[] memory values) external pure {
        assumeScores(values);
        assert(Median.lower(values, 0) == Median.upper(values));
    }

    function assumeScores(uint256[] memory values) private pure {
        for (uint256 i = 0; i < values.length; ++i) {
            VM.assume(values[i] <= MAX_SCORE);
        }
    }
}
