// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IElectionRule} from "../../interfaces/IElectionRule.sol";
import {VacancyOrder} from "../../libraries/VacancyOrder.sol";
import {Candidate} from "../../types/Candidate.sol";

/// @title Election by score (BFLC, section IV-B)
/// @notice The providers with the best scores are seated; vacancies by `VacancyOrder`.
contract TopScoreElection is IElectionRule {
    /// @inheritdoc IElectionRule
    function elect(Candidate[] calldata candidates, uint256 seats, bytes32 seed, bytes32)
        external
        pure
        returns (uint256[] memory)
    {
        uint256[] memory keys = new uint256[](candidates.length);
        for (uint256 i = 0; i < keys.length; ++i) {
            keys[i] = candidates[i].score();
        }
        return VacancyOrder.seat({candidates: candidates, providerKeys: keys, seed: seed, seats: seats});
    }
}
