// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {FULL_PARTICIPATION, MIN_COMMITTEE, Parameters} from "../types/TaskTypes.sol";
import {IErrors} from "../interfaces/IErrors.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title What a task's parameters must satisfy
/// @dev Does not check the descriptor, nor a rule's own parameters: managers read both before they approve.
library ParameterBounds {
    // With these no transaction needs more than 16,000,000 gas.
    uint256 private constant MAX_ENROLLED = 1_000;
    uint256 private constant MAX_SEATS = 400;
    uint256 private constant MAX_UPDATES = 750;
    uint256 private constant MAX_ROUNDS = 50_000; // a participant's record has 16 bits for a round
    uint256 private constant MAX_SUSPENSION = 10_000;
    uint256 private constant MAX_WINDOW = 365 days;
    uint256 internal constant MAX_BLOCKS = 100;
    uint256 private constant MAX_SHARE = 9_000; // where trainers are sampled; a larger share takes more draws

    /// @param leastBlocks The federation's.
    function check(Parameters calldata p, uint256 leastBlocks) internal view {
        require(p.descriptor != 0, IErrors.InvalidParameter("descriptor", 0, "a pointer"));
        require(p.model != 0, IErrors.InvalidParameter("model", 0, "a pointer"));
        rule("scoreRule", address(p.scoreRule));
        rule("electionRule", address(p.electionRule));
        rule("rewardRule", address(p.rewardRule));
        bounds("totalRounds", p.totalRounds, 1, MAX_ROUNDS, "1 to 50,000");
        bounds("maxEnrolled", p.maxEnrolled, MIN_COMMITTEE, MAX_ENROLLED, "3 to 1,000");
        bounds("maxUpdates", p.maxUpdates, 1, p.maxEnrolled, "1 to maxEnrolled");
        bounds("maxUpdates", p.maxUpdates, 1, MAX_UPDATES, "1 to 750");
        bounds("updatesPerRound", p.updatesPerRound, 1, p.maxUpdates, "1 to maxUpdates");
        bounds("minUpdates", p.minUpdates, 1, p.updatesPerRound, "1 to updatesPerRound");
        uint256 seats = uint256(p.committee) + p.aggregators;
        bounds("committee", p.committee, MIN_COMMITTEE, MAX_SEATS, "3 to 400");
        if (p.aggregators > 0) {
            bounds(
                "aggregators",
                p.aggregators,
                MIN_COMMITTEE,
                MAX_SEATS - p.committee,
                "0, or 3 to 400 less the committee"
            );
        }
        if (!p.redraw) {
            bounds(
                "committee",
                p.committee,
                MIN_COMMITTEE,
                p.updatesPerRound,
                "at most updatesPerRound, whose authors fill the seats, unless redraw"
            );
        }
        bounds(
            "maxEnrolled",
            p.maxEnrolled,
            leastEnrolled(p.seatsTrain, seats, p.minUpdates),
            MAX_ENROLLED,
            "room for all seats and minUpdates trainers"
        );
        bounds(
            "minEnrolled",
            p.minEnrolled,
            leastEnrolled(p.seatsTrain, MIN_COMMITTEE, p.minUpdates),
            p.maxEnrolled,
            "3 seats and minUpdates trainers, to maxEnrolled"
        );
        if (p.activeShare != FULL_PARTICIPATION) {
            bounds("activeShare", p.activeShare, 1, MAX_SHARE, "1 to 9,000, or 10,000");
        }
        bounds("enrollingWindow", p.enrollingWindow, 1, MAX_WINDOW, "1 second to 365 days");
        bounds("trainingWindow", p.trainingWindow, 1, MAX_WINDOW, "1 second to 365 days");
        bounds("committingWindow", p.committingWindow, 1, MAX_WINDOW, "1 second to 365 days");
        bounds("revealingWindow", p.revealingWindow, 1, MAX_WINDOW, "1 second to 365 days");
        bounds("aggregatingWindow", p.aggregatingWindow, 1, MAX_WINDOW, "1 second to 365 days");
        bounds("maxPause", p.maxPause, 1, MAX_WINDOW, "1 second to 365 days");
        bounds("minBlocks", p.minBlocks, leastBlocks, MAX_BLOCKS, "the federation's minBlocks to 100");
        bounds("suspensionRounds", p.suspensionRounds, 1, MAX_SUSPENSION, "1 to 10,000");
        bounds("maxAttempts", p.maxAttempts, 1, type(uint8).max, "at least 1");
        bounds("maxEmptyRounds", p.maxEmptyRounds, 2, type(uint8).max, "at least 2");
        bounds(
            "maxStrikes",
            p.maxStrikes,
            1,
            p.maxEmptyRounds - 1,
            "1 to maxEmptyRounds - 1: suspended before they can end the task"
        );
        bounds("maxTerms", p.maxTerms, 1, type(uint8).max, "at least 1");
    }

    /// @notice The participants without whom so many seats and `minUpdates` trainers cannot be found.
    function leastEnrolled(bool seatsTrain, uint256 seats, uint256 minUpdates) internal pure returns (uint256) {
        return seatsTrain ? Math.max(seats, minUpdates) : seats + minUpdates;
    }

    function bounds(string memory name, uint256 value, uint256 smallest, uint256 largest, string memory reason)
        private
        pure
    {
        require(value >= smallest && value <= largest, IErrors.InvalidParameter(name, value, reason));
    }

    function rule(string memory name, address account) private view {
        require(account.code.length > 0, IErrors.InvalidParameter(name, uint160(account), "a contract"));
    }
}
