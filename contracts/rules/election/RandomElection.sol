// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IElectionRule} from "../../interfaces/IElectionRule.sol";
import {VacancyOrder} from "../../libraries/VacancyOrder.sol";
import {Candidate, Standing} from "../../types/Candidate.sol";

/// @title Random election (BFLC, section IV-B)
/// @notice Providers are chosen at random by the seed, whatever their scores; vacancies by `VacancyOrder`.
contract RandomElection is IElectionRule {
    /// @inheritdoc IElectionRule
    function elect(Candidate[] calldata candidates, uint256 seats, bytes32 seed, bytes32)
        external
        pure
        returns (uint256[] memory)
    {
        uint256[] memory keys = new uint256[](candidates.length);
        for (uint256 i = 0; i < keys.length; ++i) {
            if (candidates[i].standing() == uint256(Standing.Provider)) {
                keys[i] = VacancyOrder.randomKey(seed, candidates[i]);
            }
        }
        return VacancyOrder.seat({candidates: candidates, providerKeys: keys, seed: seed, seats: seats});
    }
}
