// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IElectionRule} from "../../interfaces/IElectionRule.sol";
import {VacancyOrder} from "../../libraries/VacancyOrder.sol";
import {Candidate, Standing} from "../../types/Candidate.sol";

/// @title Multi-factor election (BFLC, section IV-B)
/// @notice Providers are ordered by a weighted sum of four factors, each in basis points: their score, their stake
/// relative to the richest candidate, their presence (rounds since they last missed a seat, of 10) and their
/// reputation. Vacancies go by `VacancyOrder`.
/// @dev Parameters: bits 0-15 the weight of the score, 16-31 of the stake, 32-47 of the presence, 48-63 of the
/// reputation.
contract MultiFactorElection is IElectionRule {
    /// @inheritdoc IElectionRule
    function elect(Candidate[] calldata candidates, uint256 seats, bytes32 seed, bytes32 parameters)
        external
        pure
        returns (uint256[] memory)
    {
        uint256 richest = richestStake(candidates);
        uint256[] memory keys = new uint256[](candidates.length);
        for (uint256 i = 0; i < keys.length; ++i) {
            Candidate c = candidates[i];
            if (c.standing() == uint256(Standing.Provider)) keys[i] = keyOf(c, richest, uint256(parameters));
        }
        return VacancyOrder.seat({candidates: candidates, providerKeys: keys, seed: seed, seats: seats});
    }

    function richestStake(Candidate[] calldata candidates) private pure returns (uint256 richest) {
        richest = 1;
        for (uint256 i = 0; i < candidates.length; ++i) {
            if (candidates[i].stake() > richest) richest = candidates[i].stake();
        }
    }

    function keyOf(Candidate c, uint256 richest, uint256 weights) private pure returns (uint256) {
        return c.score() * uint16(weights) + c.stake() * 10_000 * uint16(weights >> 16) / richest + c.presence() * 1_000
            * uint16(weights >> 32) + c.reputation() * uint16(weights >> 48);
    }
}
