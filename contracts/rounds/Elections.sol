// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IElectionRule} from "../interfaces/IElectionRule.sol";
import {ITask} from "../interfaces/ITask.sol";
import {TaskArgs} from "../libraries/ImmutableArgs.sol";
import {RuleCall} from "../libraries/RuleCall.sol";
import {Candidate, Candidates, Standing} from "../types/Candidate.sol";
import {MIN_COMMITTEE, Milestone, Parameters, Participant, Update, Verdict} from "../types/TaskTypes.sol";
import {Enrolment} from "./Enrolment.sol";
import {Participants} from "./Participants.sol";
import {RoundOpening} from "./RoundOpening.sol";
import {State} from "./State.sol";

/// @notice Candidates and, in the same order, their accounts.
struct Slate {
    Candidate[] candidates;
    address[] accounts;
    uint256 size;
}

/// @title Elections and vacancies
library Elections {
    /// @dev Gas that an election rule is entitled to, and the share for each candidate.
    uint256 private constant RULE_GAS = 100_000;
    uint256 private constant RULE_GAS_EACH = 5_000;
    uint256 private constant FULL_PRESENCE = 10;

    /// @notice Chooses the seats of the next round: the committee, then aggregators. If the rule fails, the seats that
    /// did their duty stay, in their order. After the last round nothing is elected.
    /// @param emptyRounds Rounds in a row, this one included, that ended without a new model.
    /// @return done False if retiring the departed, or a rule that failed, took the gas of this call; the next call
    /// continues.
    function elect(State storage s, TaskArgs memory args, bytes32 seed, uint256 emptyRounds)
        internal
        returns (bool done, address[] memory seated, bool[] memory fillers)
    {
        if (RoundOpening.isLast(args.parameters, s.round.number, emptyRounds)) return (true, seated, fillers);
        if (!Enrolment.retireDeparted(s, args.federation)) return (false, seated, fillers);
        Slate memory slate;
        uint256[] memory chosen;
        if (!s.progress.electionRuleFailed) {
            slate = slateOf(s, args);
            chosen = ask(s, args.parameters, slate, seed);
            if (s.progress.electionRuleFailed && s.roster.enrolled > Enrolment.MAX_SINGLE_CALL) {
                return (false, seated, fillers);
            }
        }
        if (s.progress.electionRuleFailed) (slate, chosen) = dutiful(s, args.parameters);
        (seated, fillers) = (new address[](chosen.length), new bool[](chosen.length));
        for (uint256 i = 0; i < chosen.length; ++i) {
            seated[i] = slate.accounts[chosen[i]];
            fillers[i] = !args.parameters.redraw && slate.candidates[chosen[i]].standing() != uint256(Standing.Provider);
        }
        done = true;
    }

    // ------------------------------------------------------------------ slate

    /// @dev The providers alone if they can fill the seats, else all participants that may act in the next round.
    function slateOf(State storage s, TaskArgs memory args) private view returns (Slate memory slate) {
        slate = emptySlate(s.roster.enrolled);
        if (s.round.milestone == Milestone.Agreed) addProviders(s, slate);
        if (slate.size < RoundOpening.seatsOf(args.parameters) || args.parameters.redraw) {
            addOthers(s, args.parameters, slate);
        }
        truncate(slate);
    }

    function addProviders(State storage s, Slate memory slate) private view {
        uint256 next = uint256(s.round.number) + 1;
        for (uint256 i = 0; i < s.round.submitted; ++i) {
            Update storage u = s.updates[i];
            (address author, uint256 score, Verdict verdict) = (u.author, u.score, u.verdict);
            if (verdict != Verdict.Accepted) continue;
            consider(slate, author, s.participants[author], next, score, Standing.Provider);
        }
    }

    function addOthers(State storage s, Parameters memory p, Slate memory slate) private view {
        uint256 next = uint256(s.round.number) + 1;
        uint256 enrolled = s.roster.enrolled;
        for (uint256 i = 1; i <= enrolled; ++i) {
            address account = s.enrolled[i];
            Participant storage m = s.participants[account];
            if (m.acceptedIn == next) continue; // a provider: listed, or not active
            consider(slate, account, m, next, 0, standingOf(s, p, m, next, next));
        }
    }

    /// @dev For a seat in round `next`.
    function consider(
        Slate memory slate,
        address account,
        Participant storage m,
        uint256 next,
        uint256 score,
        Standing standing
    ) private view {
        if (!Participants.isActive(m, next)) return;
        (uint256 absentIn, uint256 stake, uint256 reputation) = (m.absentIn, m.stake, m.reputation);
        uint256 presence = absentIn == 0 ? FULL_PRESENCE : next - absentIn;
        if (presence > FULL_PRESENCE) presence = FULL_PRESENCE;
        push(slate, account, Candidates.pack(uint256(standing), score, stake, presence, reputation));
    }

    /// @dev Of a participant without an accepted update in the running round, whose mark is `mark`, for a seat in round
    /// `round` (this one or the next).
    function standingOf(State storage s, Parameters memory p, Participant storage m, uint256 mark, uint256 round)
        internal
        view
        returns (Standing)
    {
        (uint256 acceptedIn, uint256 seatedIn, uint256 struckIn, uint256 filledIn) =
            (m.acceptedIn, m.seatedIn, m.struckIn, m.filledIn);
        bool sitting = seatedIn == mark && didDuty(s, m, struckIn == mark, filledIn == mark);
        if (!sitting && acceptedIn == 0) return Standing.Stranger;
        if (struckIn == mark || (filledIn == round && m.terms >= p.maxTerms)) return Standing.Tired;
        return sitting ? Standing.Sitting : Standing.Proven;
    }

    /// @dev Of a participant that was seated in the running round: if it lost its seat, it was struck or may no longer
    /// act. A filler that the recovery of this attempt seated has not had anything to do yet.
    function didDuty(State storage s, Participant storage m, bool struck, bool filler) private view returns (bool) {
        return !struck && (!filler || s.seats[m.seat].seatedAttempt != s.round.attempt + 1);
    }

    function isSitting(State storage s, Participant storage m, address account) internal view returns (bool) {
        return m.seatedIn == uint256(s.round.number) + 1 && s.seats[m.seat].account == account;
    }

    function emptySlate(uint256 capacity) internal pure returns (Slate memory slate) {
        slate.candidates = new Candidate[](capacity);
        slate.accounts = new address[](capacity);
    }

    function push(Slate memory slate, address account, Candidate candidate) internal pure {
        slate.accounts[slate.size] = account;
        slate.candidates[slate.size++] = candidate;
    }

    function truncate(Slate memory slate) internal pure {
        (Candidate[] memory candidates, address[] memory accounts) = (slate.candidates, slate.accounts);
        uint256 size = slate.size;
        assembly ("memory-safe") {
            // Shortens the arrays; their tails are never read again.
            mstore(candidates, size)
            mstore(accounts, size)
        }
    }

    // -------------------------------------------------------------------- rule

    /// @dev How many seats are given to `candidates`. If fewer than `minUpdates` would be left to train, the
    /// aggregators' seats stay empty, all of them, then seats of the committee, down to `MIN_COMMITTEE`.
    function seatsFor(State storage s, Parameters memory p, uint256 candidates) private view returns (uint256 seats) {
        seats = RoundOpening.seatsOf(p);
        if (seats > candidates) seats = candidates;
        uint256 active = uint256(s.roster.active) + s.returning[uint256(s.round.number) + 1];
        if (seats + p.minUpdates <= active) return seats;
        if (seats > p.committee) seats = p.committee;
        uint256 spare = active > p.minUpdates ? active - p.minUpdates : 0;
        if (spare < MIN_COMMITTEE) spare = MIN_COMMITTEE;
        if (seats > spare) seats = spare;
    }

    function ask(State storage s, Parameters memory p, Slate memory slate, bytes32 seed)
        private
        returns (uint256[] memory chosen)
    {
        uint256 seats = seatsFor(s, p, slate.size);
        bool ok;
        (ok, chosen) = RuleCall.words(
            address(p.electionRule),
            RULE_GAS + RULE_GAS_EACH * slate.size,
            abi.encodeCall(IElectionRule.elect, (slate.candidates, seats, seed, p.electionParameters)),
            seats
        );
        if (ok && chosen.length == seats && areDistinct(chosen, slate.size)) return chosen;
        s.progress.electionRuleFailed = true;
        emit ITask.RuleFailed(s.round.number, address(p.electionRule));
    }

    function dutiful(State storage s, Parameters memory p)
        private
        view
        returns (Slate memory slate, uint256[] memory chosen)
    {
        (, uint256 seats) = RoundOpening.attesting(s, p, s.round);
        slate = emptySlate(seats);
        uint256 next = uint256(s.round.number) + 1;
        for (uint256 i = 0; i < seats; ++i) {
            address account = s.seats[i].account;
            Participant storage m = s.participants[account];
            (uint256 struckIn, uint256 filledIn) = (m.struckIn, m.filledIn);
            if (didDuty(s, m, struckIn == next, filledIn == next)) {
                consider(slate, account, m, next, 0, Standing.Sitting);
            }
        }
        chosen = new uint256[](slate.size);
        for (uint256 i = 0; i < chosen.length; ++i) {
            chosen[i] = i;
        }
    }

    function areDistinct(uint256[] memory chosen, uint256 size) private pure returns (bool) {
        bool[] memory taken = new bool[](size);
        for (uint256 i = 0; i < chosen.length; ++i) {
            if (chosen[i] >= size || taken[chosen[i]]) return false;
            taken[chosen[i]] = true;
        }
        return true;
    }
}
