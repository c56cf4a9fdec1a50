// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IFederation} from "../interfaces/IFederation.sol";
import {Candidate, IElectionRule, Standing} from "../interfaces/IRules.sol";
import {ITask, Member, Milestone, Parameters, Update, Verdict} from "../interfaces/ITask.sol";
import {Members} from "./Members.sol";
import {Rounds} from "./Rounds.sol";
import {RuleCall} from "./RuleCall.sol";
import {State} from "./State.sol";
import {Terms} from "./Terms.sol";
import {VacancyOrder} from "./VacancyOrder.sol";

/// @notice Candidates and, in the same order, who they are.
struct Slate {
    Candidate[] candidates;
    address[] accounts;
    uint256 size;
}

/// @title Elections and vacancies
library Seating {
    /// @dev What an election rule may use, and a share for each candidate.
    uint256 private constant RULE_GAS = 100_000;
    uint256 private constant RULE_GAS_EACH = 5_000;
    uint256 private constant FULL_PRESENCE = 10;

    /// @notice Opens the next round with an elected committee, or ends the task after the last.
    function next(State storage s, Terms memory t) internal {
        uint256 number = uint256(s.round.number) + 1;
        if (number == t.parameters.totalRounds) {
            Rounds.finish(s, t);
        } else {
            (address[] memory committee, bool[] memory fillers) = elect(s, t);
            Rounds.open(s, t, number, committee, fillers);
        }
    }

    /// @notice The committee of the next round. The answer of a failing rule is replaced by the members who sat and did
    /// their duty, in the vacancy order.
    function elect(State storage s, Terms memory t)
        private
        returns (address[] memory committee, bool[] memory fillers)
    {
        Slate memory slate = slateOf(s, t);
        uint256 seats = t.parameters.committee;
        if (seats > slate.size) seats = slate.size;
        (bool ok, uint256[] memory chosen) = ask(s, t.parameters, slate, seats);
        if (!ok) return keepDutiful(s, t.federation);
        committee = new address[](chosen.length);
        fillers = new bool[](chosen.length);
        for (uint256 i = 0; i < chosen.length; ++i) {
            committee[i] = slate.accounts[chosen[i]];
            fillers[i] = slate.candidates[chosen[i]].standing != uint256(Standing.Provider);
        }
    }

    // ------------------------------------------------------------------ slate

    /// @dev The providers alone if they can fill the committee, else everybody who may act in the next round.
    function slateOf(State storage s, Terms memory t) private view returns (Slate memory slate) {
        slate = emptySlate(s.roll.enrolled);
        if (s.round.milestone == Milestone.Agreed) addProviders(s, t.federation, slate);
        if (slate.size < t.parameters.committee) addOthers(s, t, slate);
        truncate(slate);
    }

    /// @dev Providers were members when the round opened; while nobody has departed, they are.
    function addProviders(State storage s, IFederation federation, Slate memory slate) private view {
        bool departed = federation.departures() != s.roll.departures;
        for (uint256 i = 0; i < s.round.submitted; ++i) {
            Update storage u = s.updates[i];
            if (u.verdict != Verdict.Accepted || (departed && !federation.isMember(u.author))) continue;
            consider(s, slate, u.author, u.score, Standing.Provider);
        }
    }

    function addOthers(State storage s, Terms memory t, Slate memory slate) private view {
        uint256 round = s.round.number;
        for (uint256 i = 1; i <= s.roll.enrolled; ++i) {
            address account = s.enrolled[i];
            Member storage m = s.members[account];
            if (m.acceptedIn == round + 1) continue; // a provider: listed, or not active
            if (!t.federation.isMember(account)) continue;
            consider(s, slate, account, 0, standingOf(s, t.parameters, m, account, round + 1));
        }
    }

    function consider(State storage s, Slate memory slate, address account, uint256 score, Standing standing)
        private
        view
    {
        Member storage m = s.members[account];
        uint256 round = s.round.number;
        if (!Members.isActive(m, round + 1)) return;
        uint256 presence = m.absentIn == 0 ? FULL_PRESENCE : round + 1 - m.absentIn;
        if (presence > FULL_PRESENCE) presence = FULL_PRESENCE;
        push(slate, account, Candidate(uint256(standing), score, m.stake, presence));
    }

    /// @dev Of somebody without an accepted update in this round, for a seat in round `round` (this one or the next).
    function standingOf(State storage s, Parameters memory p, Member storage m, address account, uint256 round)
        internal
        view
        returns (Standing)
    {
        uint256 mark = uint256(s.round.number) + 1;
        bool sitting = isSitting(s, m, account);
        if (!sitting && m.acceptedIn == 0) return Standing.Stranger;
        if (m.struckIn == mark) return m.acceptedIn == 0 ? Standing.Stranger : Standing.Tired;
        if (m.filledIn == round && m.terms >= p.maxTerms) return Standing.Tired;
        return sitting ? Standing.Sitting : Standing.Proven;
    }

    function isSitting(State storage s, Member storage m, address account) internal view returns (bool) {
        return m.seatedIn == uint256(s.round.number) + 1 && s.seats[m.seat].account == account;
    }

    function emptySlate(uint256 capacity) internal pure returns (Slate memory slate) {
        slate.candidates = new Candidate[](capacity);
        slate.accounts = new address[](capacity);
    }

    function push(Slate memory slate, address account, Candidate memory candidate) internal pure {
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

    function ask(State storage s, Parameters memory p, Slate memory slate, uint256 seats)
        private
        returns (bool ok, uint256[] memory chosen)
    {
        (ok, chosen) = RuleCall.words(
            address(p.electionRule),
            RULE_GAS + RULE_GAS_EACH * slate.size,
            abi.encodeCall(IElectionRule.elect, (slate.candidates, seats, s.seed, p.electionParameters)),
            seats
        );
        ok = ok && chosen.length == seats && areDistinct(chosen, slate.size);
        if (!ok) emit ITask.RuleFailed(s.round.number, address(p.electionRule));
    }

    function keepDutiful(State storage s, IFederation federation)
        private
        view
        returns (address[] memory committee, bool[] memory fillers)
    {
        Slate memory slate = emptySlate(s.round.seats);
        for (uint256 i = 0; i < s.round.seats; ++i) {
            address account = s.seats[i].account;
            bool struck = s.members[account].struckIn == uint256(s.round.number) + 1;
            if (!struck && federation.isMember(account)) consider(s, slate, account, 0, Standing.Sitting);
        }
        truncate(slate);
        (committee, fillers) = (slate.accounts, new bool[](slate.size));
        for (uint256 i = 0; i < slate.size; ++i) {
            fillers[i] = true;
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
