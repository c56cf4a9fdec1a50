// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IFederation} from "../interfaces/IFederation.sol";
import {ITask, Phase, Round, Seat} from "../interfaces/ITask.sol";
import {
    AlreadyCommitted,
    AlreadyRevealed,
    CommitmentMismatch,
    InvalidScore,
    InvalidScoreCount,
    NotCommitted,
    NotMember,
    NotSeated,
    ZeroWord
} from "./Errors.sol";
import {Rounds} from "./Rounds.sol";
import {MAX_SCORE, PAGE, State} from "./State.sol";
import {Pinned, Terms} from "./Terms.sol";

/// @title Sealed scores
/// @notice Nobody can copy a colleague's scores, nor vote after seeing them.
library Scoring {
    function commit(State storage s, uint256 round, uint256 index, bytes32 commitment) internal {
        Terms memory t = Pinned.terms();
        Round memory r = Rounds.requireRound(s, t.parameters, round, Phase.Committing);
        Seat storage seat = requireSeat(s, t.federation, r.number, index, r.seats);
        (bool revealed, uint256 committedIn) = (seat.revealed, seat.committedIn);
        require(!revealed, AlreadyRevealed(msg.sender));
        require(committedIn != r.attempt + 1, AlreadyCommitted(msg.sender, r.attempt));
        require(commitment != 0, ZeroWord());

        seat.committedIn = r.attempt + 1;
        s.commitments[index] = commitment;
        s.round.committed = r.committed + 1;
        emit ITask.ScoresCommitted(round, msg.sender, r.attempt, commitment);
        if (r.committed + 1 == r.seats) {
            s.round.committingEnds = uint32(block.timestamp);
            Rounds.schedule(s, t.parameters, Phase.Revealing, block.timestamp);
        }
    }

    function reveal(
        State storage s,
        uint256 round,
        uint256 index,
        uint256 baseline,
        uint256[] calldata scores,
        bytes32 salt
    ) internal {
        Terms memory t = Pinned.terms();
        Round memory r = Rounds.requireRound(s, t.parameters, round, Phase.Revealing);
        Seat storage seat = requireSeat(s, t.federation, r.number, index, r.seats);
        (bool revealed, uint256 committedIn) = (seat.revealed, seat.committedIn);
        require(!revealed, AlreadyRevealed(msg.sender));
        require(committedIn == r.attempt + 1, NotCommitted(msg.sender, r.attempt));
        require(scores.length == r.submitted, InvalidScoreCount(r.submitted, scores.length));
        require(baseline <= MAX_SCORE, InvalidScore(baseline));
        bytes32 commitment = sealOf(s, r, msg.sender, baseline, scores, salt);
        require(commitment == s.commitments[index], CommitmentMismatch(s.commitments[index], commitment));

        (seat.revealed, seat.baseline) = (true, uint16(baseline));
        store(s, index, scores);
        s.salts ^= keccak256(abi.encode(salt));
        emit ITask.ScoresRevealed(round, msg.sender, r.attempt, baseline, scores, salt);
        count(s, r);
    }

    function count(State storage s, Round memory r) private {
        s.round.revealed = r.revealed + 1;
        if (r.revealed + 1 < r.committed) return;
        s.round.revealingEnds = uint32(block.timestamp);
        Rounds.announce(s);
    }

    function sealOf(
        State storage s,
        Round memory r,
        address account,
        uint256 baseline,
        uint256[] calldata scores,
        bytes32 salt
    ) internal view returns (bytes32) {
        return keccak256(
            abi.encode(
                block.chainid, address(this), r.number, r.attempt, account, s.updatesDigest, baseline, scores, salt
            )
        );
    }

    /// @dev Seats before `end` do what is asked for.
    function requireSeat(State storage s, IFederation federation, uint256 round, uint256 index, uint256 end)
        internal
        view
        returns (Seat storage seat)
    {
        seat = s.seats[index];
        require(index < end && seat.account == msg.sender, NotSeated(msg.sender, round));
        require(federation.isMember(msg.sender), NotMember(msg.sender));
    }

    function store(State storage s, uint256 seat, uint256[] calldata scores) private {
        for (uint256 i = 0; i < scores.length; i += PAGE) {
            uint256 word = 0;
            for (uint256 lane = 0; lane < PAGE && i + lane < scores.length; ++lane) {
                uint256 score = scores[i + lane];
                require(score <= MAX_SCORE, InvalidScore(score));
                word |= score << (16 * lane);
            }
            s.scores[keyOf(seat, i / PAGE)] = word;
        }
    }

    function keyOf(uint256 seat, uint256 page) internal pure returns (uint256) {
        return seat << 16 | page;
    }
}
