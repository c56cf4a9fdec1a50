// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IElectionRule} from "../../interfaces/IElectionRule.sol";
import {Heap} from "../../libraries/Heap.sol";
import {VacancyOrder} from "../../libraries/VacancyOrder.sol";
import {Candidate} from "../../types/Candidate.sol";

/// @title All roles are drawn anew (PoS-BFL, section 5.3.1; Bift, section IV-B)
/// @notice Validators and miners of the next round by the round's seed, whatever the candidates did. For tasks with
/// `redraw`, whose candidates are all who take part.
contract RedrawElection is IElectionRule {
    /// @inheritdoc IElectionRule
    function elect(Candidate[] calldata candidates, uint256 seats, bytes32 seed, bytes32)
        external
        pure
        returns (uint256[] memory chosen)
    {
        uint256[] memory keys = new uint256[](candidates.length);
        for (uint256 i = 0; i < keys.length; ++i) {
            keys[i] = VacancyOrder.draw(seed, i) << 16 | i;
        }
        chosen = Heap.largest(keys, seats);
        for (uint256 i = 0; i < chosen.length; ++i) {
            chosen[i] = uint16(chosen[i]);
        }
    }
}
