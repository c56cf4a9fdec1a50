// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Candidate} from "../types/Candidate.sol";

/// @title Chooses the next committee, and the aggregators where these are others
/// @notice A rule is stateless and chosen by a task's proposer. A task calls it statically, with limited gas, and reads
/// a bounded answer (see `RuleCall`). Its `parameters` are one word from the task's parameters.
/// @dev A call that reverts, runs out of gas or answers out of bounds fails the rule for the round: the seats that did
/// their duty stay.
interface IElectionRule {
    /// @notice Chooses from `candidates`. A task gives 100,000 gas and 5,000 for each candidate.
    /// @param candidates The providers of accepted updates if they can fill the seats; otherwise, and with `redraw`,
    /// all participants that may act in the next round.
    /// @param seats How many to choose, at most the number of candidates.
    /// @param seed Of the next round. The last seat to reveal could choose between two.
    /// @return `seats` different indices into `candidates`, the committee first. Any other answer fails the rule.
    function elect(Candidate[] calldata candidates, uint256 seats, bytes32 seed, bytes32 parameters)
        external
        view
        returns (uint256[] memory);
}
