// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IElectionRule} from "../interfaces/IElectionRule.sol";
import {ITask} from "../interfaces/ITask.sol";
import {TaskArgs} from "../libraries/ImmutableArgs.sol";
import {RuleCall} from "../libraries/RuleCall.sol";
import {VacancyOrder} from "../libraries/VacancyOrder.sol";
import {Candidate, Candidates, Standing} from "../types/Candidate.sol";
import {MIN_COMMITTEE, Milestone, Parameters, Participant, Update, Verdict} from "../types/TaskTypes.sol";
import {Enrolment} from "./Enrolment.sol";
import {Participants} from "./Participants.sol";
import {RoundOpening, SeatPlan} from "./RoundOpening.sol";
import {Cursor, FILLER, PAGE, State, cursorOf} from "./State.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

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
    /// @return done False if retiring the departed, or the election, took the gas of this call; the next call goes on.
    function elect(State storage s, TaskArgs memory args, bytes32 seed, uint256 emptyRounds)
        internal
        returns (bool done, SeatPlan memory plan)
    {
        if (RoundOpening.isLast(args.parameters, s.round.number, emptyRounds)) return (true, plan);
        if (!Enrolment.retireDeparted(s, args.federation)) return (false, plan);
        bool paged = s.roster.enrolled > Enrolment.MAX_SINGLE_CALL;
        if (paged && cursorOf(s).elected > 0) return (true, recall(s));
        if (!s.progress.electionRuleFailed) {
            Slate memory slate = slateOf(s, args);
            uint256[] memory chosen = ask(s, args.parameters, slate, seed);
            if (!s.progress.electionRuleFailed) {
                plan = planOf(args.parameters, slate, chosen);
                if (paged) remember(s, slate, chosen, plan);
            }
            if (paged) return (false, plan);
        }
        if (s.progress.electionRuleFailed) plan = dutiful(s, args.parameters);
        done = true;
    }

    function planOf(Parameters memory p, Slate memory slate, uint256[] memory chosen)
        private
        pure
        returns (SeatPlan memory plan)
    {
        plan = RoundOpening.planOf(p, new address[](chosen.length));
        for (uint256 i = 0; i < chosen.length; ++i) {
            plan.accounts[i] = slate.accounts[chosen[i]];
            bool provider = slate.candidates[chosen[i]].standing() == uint256(Standing.Provider);
            plan.fillers[i] = !p.redraw && !provider;
        }
    }

    // ----------------------------------------------------------------- memory

    /// @dev A rule may take so much gas that a call of its own opens the round.
    function remember(State storage s, Slate memory slate, uint256[] memory chosen, SeatPlan memory plan) private {
        for (uint256 i = 0; i < chosen.length; i += PAGE) {
            uint256 word = 0;
            for (uint256 lane = 0; lane < PAGE && i + lane < chosen.length; ++lane) {
                uint256 mark = slate.candidates[chosen[i + lane]].number();
                if (plan.fillers[i + lane]) mark |= FILLER;
                word |= mark << (16 * lane);
            }
            s.elected[i / PAGE] = word;
        }
        Cursor memory c = cursorOf(s);
        (c.elected, c.committee) = (uint16(chosen.length + 1), uint16(plan.committee));
        s.cursor = c;
    }

    /// @dev Without those who were retired meanwhile.
    function recall(State storage s) private view returns (SeatPlan memory plan) {
        Cursor memory c = cursorOf(s);
        (Slate memory slate, bool[] memory fillers) = (emptySlate(c.elected - 1), new bool[](c.elected - 1));
        for (uint256 i = 0; i < fillers.length; ++i) {
            uint256 mark = uint16(s.elected[i / PAGE] >> (16 * (i % PAGE)));
            address account = s.enrolled[mark & ~FILLER];
            if (Participants.isActive(s.participants[account], uint256(c.round) + 1)) {
                fillers[slate.size] = mark & FILLER != 0;
                push(slate, account, Candidate.wrap(0));
            }
            if (i + 1 == c.committee) plan.committee = slate.size;
        }
        if (slate.size < plan.committee + MIN_COMMITTEE) slate.size = plan.committee;
        truncate(slate);
        uint256 size = slate.size;
        assembly ("memory-safe") {
            mstore(fillers, size) // Shortens the array; its tail is never read again.
        }
        (plan.accounts, plan.fillers) = (slate.accounts, fillers);
    }

    // ------------------------------------------------------------------ slate

    /// @dev The providers alone if they can fill the seats, else all that took part when the round opened and may act
    /// in the next one: who knows the salts cannot enrol into an election.
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
        if (!Participants.isCandidate(m, next)) return;
        (uint256 number, uint256 absentIn, uint256 stake, uint256 reputation) =
            (m.number, m.absentIn, m.stake, m.reputation);
        uint256 presence = absentIn == 0 ? FULL_PRESENCE : next - absentIn;
        if (presence > FULL_PRESENCE) presence = FULL_PRESENCE;
        push(slate, account, Candidates.pack(number, uint256(standing), score, stake, presence, reputation));
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

    /// @notice The accounts that are seated without an election, by `VacancyOrder`.
    function inOrder(Slate memory slate, bytes32 seed, uint256 seats) internal pure returns (address[] memory list) {
        uint256[] memory chosen =
            VacancyOrder.seat({candidates: slate.candidates, providerKeys: new uint256[](0), seed: seed, seats: seats});
        list = new address[](chosen.length);
        for (uint256 i = 0; i < chosen.length; ++i) {
            list[i] = slate.accounts[chosen[i]];
        }
    }

    // -------------------------------------------------------------------- rule

    /// @dev How many seats are given to `candidates`. If fewer than `minUpdates` would be left to train, the
    /// aggregators' seats stay empty, all of them, then seats of the committee, down to `MIN_COMMITTEE`.
    function seatsFor(State storage s, Parameters memory p, uint256 candidates) internal view returns (uint256 seats) {
        seats = RoundOpening.seatsFor(p, candidates);
        uint256 active = uint256(s.roster.active) + s.returning[uint256(s.round.number) + 1];
        if (p.seatsTrain || seats + p.minUpdates <= active) return seats;
        uint256 spare = active > p.minUpdates ? active - p.minUpdates : 0;
        return Math.min(Math.min(seats, p.committee), Math.max(spare, MIN_COMMITTEE));
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

    /// @notice The seats that did their duty, each in its role; all in one committee, if either has too few to decide.
    function dutiful(State storage s, Parameters memory p) private view returns (SeatPlan memory plan) {
        (, uint256 seats) = RoundOpening.attesting(s, p, s.round);
        Slate memory slate = emptySlate(seats);
        uint256 next = uint256(s.round.number) + 1;
        for (uint256 i = 0; i < seats; ++i) {
            address account = s.seats[i].account;
            Participant storage m = s.participants[account];
            (uint256 struckIn, uint256 filledIn) = (m.struckIn, m.filledIn);
            if (didDuty(s, m, struckIn == next, filledIn == next)) {
                consider(slate, account, m, next, 0, Standing.Sitting);
            }
            if (i + 1 == s.round.seats) plan.committee = slate.size;
        }
        if (plan.committee < MIN_COMMITTEE || slate.size < plan.committee + MIN_COMMITTEE) {
            plan.committee = slate.size = Math.min(slate.size, p.committee);
        }
        truncate(slate);
        (plan.accounts, plan.fillers) = (slate.accounts, new bool[](slate.size));
        for (uint256 i = 0; i < slate.size; ++i) {
            plan.fillers[i] = !p.redraw;
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
