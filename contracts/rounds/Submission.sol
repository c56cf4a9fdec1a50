// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IErrors} from "../interfaces/IErrors.sol";
import {ITask} from "../interfaces/ITask.sol";
import {Deadlines} from "../libraries/Deadlines.sol";
import {ImmutableArgs, TaskArgs} from "../libraries/ImmutableArgs.sol";
import {Phases} from "../libraries/Phases.sol";
import {Parameters, Participant, Phase, Round, Update, Verdict} from "../types/TaskTypes.sol";
import {Participants} from "./Participants.sol";
import {State} from "./State.sol";

/// @title Submitting updates
library Submission {
    /// @dev A pointer that another participant submitted is not refused: the blob names its author, so the copier's
    /// update is malformed, while a refusal would let a front-runner block the author's transaction.
    function submit(State storage s, uint256 round, bytes32 pointer, uint256 samples) internal {
        TaskArgs memory args = ImmutableArgs.reader()();
        Round memory r = Phases.requireRound(s.round, args.parameters, round, Phase.Training);
        Participant storage m = s.participants[msg.sender];
        Participants.requireActive(m, args.federation, msg.sender, round);
        (uint256 seatedIn, uint256 submittedIn, uint256 sampledIn) = (m.seatedIn, m.submittedIn, m.sampledIn);
        require(args.parameters.seatsTrain || seatedIn != round + 1, IErrors.SeatedMembersDoNotTrain(msg.sender, round));
        require(submittedIn != round + 1, IErrors.AlreadySubmitted(msg.sender, round));
        require(sampledIn == round + 1 || !r.sampled, IErrors.NotSampled(msg.sender, round));
        require(pointer != 0, IErrors.ZeroBytes32());
        require(samples > 0, IErrors.ZeroAmount());
        if (samples > type(uint32).max) samples = type(uint32).max;

        m.submittedIn = uint16(round + 1);
        s.pointers[r.submitted] = pointer;
        store(s.updates[r.submitted], uint32(samples));
        s.updatesDigest = keccak256(abi.encode(s.updatesDigest, msg.sender, pointer, samples));
        emit ITask.UpdateSubmitted(round, msg.sender, r.submitted, pointer, samples);
        endWindowIfComplete(s, args.parameters, r);
    }

    /// @dev Field by field, because the compiler makes one write of that, but six of a whole struct.
    function store(Update storage u, uint32 samples) private {
        (u.author, u.samples, u.weight, u.score) = (msg.sender, samples, 0, 0);
        (u.rank, u.verdict) = (0, Verdict.None);
    }

    function endWindowIfComplete(State storage s, Parameters memory p, Round memory r) private {
        s.round.submitted = r.submitted + 1;
        if (r.submitted + 1 < r.eligible) return;
        Deadlines.schedule(s.round, p, Phase.Committing, block.timestamp);
    }
}
