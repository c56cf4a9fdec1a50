// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IElectionRule} from "../../contracts/interfaces/IElectionRule.sol";
import {VacancyOrder} from "../../contracts/libraries/VacancyOrder.sol";
import {Candidate, Candidates, Standing} from "../../contracts/types/Candidate.sol";

/// @title Election by score whose vacancies are drawn from everybody
/// @notice What `VacancyOrder` is compared with in experiments: no member without an accepted update precedes another.
contract DrawnVacancies is IElectionRule {
    /// @inheritdoc IElectionRule
    function elect(Candidate[] memory candidates, uint256 seats, bytes32 seed, bytes32)
        external
        pure
        returns (uint256[] memory)
    {
        uint256[] memory keys = new uint256[](candidates.length);
        for (uint256 i = 0; i < keys.length; ++i) {
            keys[i] = candidates[i].score();
            if (candidates[i].standing() != uint256(Standing.Provider)) {
                candidates[i] = Candidates.pack(candidates[i].number(), uint256(Standing.Stranger), 0, 0, 0, 0);
            }
        }
        return VacancyOrder.seat({candidates: candidates, providerKeys: keys, seed: seed, seats: seats});
    }
}
