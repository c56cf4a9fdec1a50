// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Candidate, Candidates} from "../../contracts/types/Candidate.sol";

contract CandidateProof {
    function prove_what_is_packed_is_read(
        uint160 number,
        uint8 standing,
        uint16 score,
        uint48 stake,
        uint8 presence,
        uint16 reputation
    ) external pure {
        Candidate c = Candidates.pack(number, standing, score, stake, presence, reputation);
        assert(c.number() == number && c.standing() == standing && c.score() == score);
        assert(c.stake() == stake && c.presence() == presence && c.reputation() == reputation);
    }

    /// @dev Values that do not fit spill over: the caller sees to it.
    function refute_stakes_of_any_size_fit(uint256 stake, uint16 score) external pure {
        Candidate c =
            Candidates.pack({number_: 0, standing_: 0, score_: score, stake_: stake, presence_: 0, reputation_: 0});
        assert(c.score() == score);
    }
}
