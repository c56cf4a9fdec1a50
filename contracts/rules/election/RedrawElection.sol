// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IElectionRule} from "../../interfaces/IElectionRule.sol";
import {Heap} from "../../libraries/Heap.sol";
import {VacancyOrder} from "../../libraries/VacancyOrder.sol";
import {Candidate} from "../../types/Candidate.sol";

/// @title All seats are redrawn (PoS-BFL, section 5.3.1; Bift, section IV-B)
/// @notice Validators and miners of the next round are chosen at random by the seed, whatever the candidates did. For
/// tasks with `redraw`, whose candidates are all participants.
contract RedrawElection is IElectionRule {
    /// @inheritdoc IElectionRule
    function elect(Candidate[] calldata candidates, uint256 seats, bytes32 seed, bytes32)
        external
        pure
        returns (uint256[] memory chosen)
    {
        uint256[] memory keys = new uint256[](candidates.length);
        for (uint256 i = 0; i < keys.length; ++i) {
            keys[i] = VacancyOrder.randomKey(seed, candidates[i]) << 16 | i;
        }
        chosen = Heap.largest(keys, seats);
        for (uint256 i = 0; i < chosen.length; ++i) {
            chosen[i] = uint16(chosen[i]);
        }
    }
}
