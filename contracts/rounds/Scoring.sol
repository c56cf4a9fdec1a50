// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IErrors} from "../interfaces/IErrors.sol";
import {IFederation} from "../interfaces/IFederation.sol";
import {ITask} from "../interfaces/ITask.sol";
import {Deadlines} from "../libraries/Deadlines.sol";
import {ImmutableArgs, TaskArgs} from "../libraries/ImmutableArgs.sol";
import {Lanes} from "../libraries/Lanes.sol";
import {Phases} from "../libraries/Phases.sol";
import {ABSTAINED, MAX_SCORE, Milestone, Phase, Round, Seat} from "../types/TaskTypes.sol";
import {PAGE, State, isSmall} from "./State.sol";

/// @title Committing to scores and revealing them
/// @notice A seat cannot copy another's scores, nor choose its own after seeing them.
library Scoring {
    /// @dev More than settling a small round takes, with rules that waste their gas.
    uint256 private constant SETTLING_GAS = 1_750_000;

    function commit(State storage s, uint256 round, uint256 index, bytes32 commitment) internal {
        TaskArgs memory args = ImmutableArgs.reader()();
        Round memory r = Phases.requireRound(s.round, args.parameters, round, Phase.Committing);
        Seat storage seat = requireSeat(s, args.federation, r.number, index, r.seats);
        (bool revealed, uint256 committedIn) = (seat.revealed, seat.committedIn);
        require(!revealed, IErrors.AlreadyRevealed(msg.sender));
        require(committedIn != r.attempt + 1, IErrors.AlreadyCommitted(msg.sender, r.attempt));
        require(commitment != 0, IErrors.ZeroBytes32());

        seat.committedIn = r.attempt + 1;
        s.scores[keyOf(index, 0)] = uint256(commitment);
        s.round.committed = r.committed + 1;
        emit ITask.ScoresCommitted(round, msg.sender, r.attempt, commitment);
        Deadlines.show(s.round, args.parameters, Milestone.Submitted);
        if (r.committed + 1 == r.seats) {
            Deadlines.schedule(s.round, args.parameters, Phase.Revealing, block.timestamp);
        }
    }

    /// @return settles Whether this was the last reveal of a small round, which is to be settled with it.
    function reveal(
        State storage s,
        uint256 round,
        uint256 index,
        uint256 baseline,
        uint256[] calldata words,
        bytes32 salt
    ) internal returns (bool settles) {
        TaskArgs memory args = ImmutableArgs.reader()();
        Round memory r = Phases.requireRound(s.round, args.parameters, round, Phase.Revealing);
        Seat storage seat = requireSeat(s, args.federation, r.number, index, r.seats);
        requireCommitted(seat, r.attempt);
        requireScore(baseline);
        requireScores(words, r.submitted);
        requireSealed(s, index, commitmentOf(s, r, msg.sender, baseline, words, salt));

        (seat.revealed, seat.baseline) = (true, uint16(baseline));
        store(s, index, words);
        emit ITask.ScoresRevealed(round, msg.sender, r.attempt, baseline, words, salt);
        Deadlines.show(s.round, args.parameters, Milestone.Committed);
        return endWindowIfComplete(s, r, salt);
    }

    /// @return settles If it is complete, whether the round is small, and the sender pays enough gas to settle it. Who pays
    /// less only reveals: nobody can make its transaction fail by revealing just before it.
    function endWindowIfComplete(State storage s, Round memory r, bytes32 salt) private returns (bool settles) {
        (s.round.revealed, s.round.salts) = (r.revealed + 1, r.salts ^ uint40(uint256(keccak256(abi.encode(salt)))));
        if (r.revealed + 1 < r.committed) return false;
        settles = isSmall(r.submitted, r.seats) && gasleft() >= SETTLING_GAS;
        if (settles) Deadlines.pass(s.round);
        else Deadlines.end(s.round, block.timestamp, 0);
    }

    function commitmentOf(
        State storage s,
        Round memory r,
        address account,
        uint256 baseline,
        uint256[] calldata words,
        bytes32 salt
    ) internal view returns (bytes32) {
        return keccak256(
            abi.encode(
                block.chainid, address(this), r.number, r.attempt, account, s.updatesDigest, baseline, words, salt
            )
        );
    }

    /// @dev Only seats before `end` may act.
    function requireSeat(State storage s, IFederation federation, uint256 round, uint256 index, uint256 end)
        internal
        view
        returns (Seat storage seat)
    {
        seat = s.seats[index];
        require(index < end && seat.account == msg.sender, IErrors.NotSeated(msg.sender, round));
        require(federation.isMember(msg.sender), IErrors.NotMember(msg.sender));
    }

    function store(State storage s, uint256 seat, uint256[] calldata words) private {
        for (uint256 page = 0; page < words.length; ++page) {
            s.scores[keyOf(seat, page)] = words[page];
        }
    }

    function requireCommitted(Seat storage seat, uint256 attempt) private view {
        (bool revealed, uint256 committedIn) = (seat.revealed, seat.committedIn);
        require(!revealed, IErrors.AlreadyRevealed(msg.sender));
        require(committedIn == attempt + 1, IErrors.NotCommitted(msg.sender, attempt));
    }

    function requireSealed(State storage s, uint256 seat, bytes32 opened) private view {
        bytes32 commitment = bytes32(s.scores[keyOf(seat, 0)]);
        require(opened == commitment, IErrors.CommitmentMismatch(commitment, opened));
    }

    /// @dev Bits without a score are zero, so that scores have one encoding.
    function requireScores(uint256[] calldata words, uint256 count) private pure {
        uint256 pages = (count + PAGE - 1) / PAGE;
        require(words.length == pages, IErrors.InvalidScoreCount(pages, words.length));
        for (uint256 page = 0; page < pages; ++page) {
            (uint256 word, uint256 lanes) = (words[page], count - page * PAGE);
            require(lanes >= PAGE || word >> 16 * lanes == 0, IErrors.InvalidScore(word >> 16 * lanes));
            for (; Lanes.haveInvalid(word); word >>= 16) {
                requireScore(uint16(word));
            }
        }
    }

    function requireScore(uint256 score) private pure {
        require(score <= MAX_SCORE || score == ABSTAINED, IErrors.InvalidScore(score));
    }

    function keyOf(uint256 seat, uint256 page) internal pure returns (uint256) {
        return seat << 16 | page;
    }
}
