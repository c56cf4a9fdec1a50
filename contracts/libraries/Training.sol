// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {ITask, Member, Parameters, Phase, Round, Update, Verdict} from "../interfaces/ITask.sol";
import {AlreadySubmitted, NotDrawn, SeatedMembersDoNotTrain, ZeroAmount, ZeroWord} from "./Errors.sol";
import {Members} from "./Members.sol";
import {Rounds} from "./Rounds.sol";
import {EVERYBODY, State} from "./State.sol";
import {Pinned, Terms} from "./Terms.sol";

/// @title Submitting updates
library Training {
    /// @dev A pointer that somebody else submitted is not refused: the blob names its author, so the copier's update is
    /// malformed, while a refusal would let whoever sees a pending transaction shut its sender out.
    function submit(State storage s, uint256 round, bytes32 pointer, uint256 samples) internal {
        Terms memory t = Pinned.terms();
        Round memory r = Rounds.requireRound(s, t.parameters, round, Phase.Training);
        Member storage m = s.members[msg.sender];
        Members.requireActive(m, t.federation, msg.sender, round);
        (uint256 seatedIn, uint256 submittedIn, uint256 drawnIn) = (m.seatedIn, m.submittedIn, m.drawnIn);
        require(seatedIn != round + 1, SeatedMembersDoNotTrain(msg.sender, round));
        require(submittedIn != round + 1, AlreadySubmitted(msg.sender, round));
        require(t.parameters.activeShare == EVERYBODY || drawnIn == round + 1, NotDrawn(msg.sender, round));
        require(pointer != 0, ZeroWord());
        require(samples > 0, ZeroAmount());
        if (samples > type(uint32).max) samples = type(uint32).max;

        m.submittedIn = uint16(round + 1);
        s.pointers[r.submitted] = pointer;
        store(s.updates[r.submitted], uint32(samples));
        s.updatesDigest = keccak256(abi.encode(s.updatesDigest, msg.sender, pointer, samples));
        emit ITask.UpdateSubmitted(round, msg.sender, r.submitted, pointer, samples);
        count(s, t.parameters, uint256(r.submitted) + 1);
    }

    /// @dev Field by field: the compiler makes one write of it, of a whole struct six.
    function store(Update storage u, uint32 samples) private {
        (u.author, u.samples, u.weight, u.score) = (msg.sender, samples, 0, 0);
        (u.rank, u.verdict) = (0, Verdict.None);
    }

    function count(State storage s, Parameters memory p, uint256 submitted) private {
        s.round.submitted = uint16(submitted);
        if (submitted < p.maxUpdates && submitted < s.roll.eligible) return;
        s.round.trainingEnds = uint32(block.timestamp);
        Rounds.schedule(s, p, Phase.Committing, block.timestamp);
    }
}
