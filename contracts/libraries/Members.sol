// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IFederation} from "../interfaces/IFederation.sol";
import {Fault, ITask, Member, Parameters, Phase} from "../interfaces/ITask.sol";
import {
    AlreadyEnrolled,
    Full,
    NotEnrolled,
    NotMember,
    NotRetired,
    NotYetEligible,
    Suspended,
    TaskNotRunning
} from "./Errors.sol";
import {Rounds} from "./Rounds.sol";
import {State} from "./State.sol";
import {Pinned, Terms} from "./Terms.sol";

/// @title A member's marks in a task
/// @notice `roll.active` counts who is enrolled, neither suspended nor retired, so that opening a round need not loop.
library Members {
    /// @dev Of so many, all can be asked for and a committee be elected with 16,000,000 gas.
    uint256 internal constant FEW = 250;
    /// @dev The reputation of whom nobody knows yet, basis points.
    uint16 private constant NEUTRAL = 5_000;

    /// @dev Before the start it counts at once, later from the next round on.
    function enrol(State storage s, address account) internal {
        Terms memory t = Pinned.terms();
        Phase phase = Rounds.phase(s, t.parameters);
        bool early = phase == Phase.Enrolling;
        require(early || (phase >= Phase.Drawing && phase <= Phase.Paused), TaskNotRunning(phase));
        require(t.federation.isMember(account), NotMember(account));
        Member storage m = s.members[account];
        if (m.number == 0) {
            uint256 number = uint256(s.roll.enrolled) + 1;
            require(number <= t.parameters.maxEnrolled, Full(t.parameters.maxEnrolled));
            (m.number, m.stake, m.reputation) = (uint16(number), 1, NEUTRAL);
            s.roll.enrolled = uint16(number);
            s.enrolled[number] = account;
        } else {
            require(m.retired, AlreadyEnrolled(account));
            m.retired = false;
        }
        uint256 since = early ? 0 : uint256(s.round.number) + 1;
        m.since = uint16(since);
        countIn(s, m);
        emit ITask.MemberEnrolled(account, m.number, since);
    }

    /// @dev For an account that left the federation or was banned from it.
    function retire(State storage s, address account) internal {
        Terms memory t = Pinned.terms();
        Member storage m = s.members[account];
        require(m.number != 0 && !m.retired, NotEnrolled(account));
        require(!t.federation.isMember(account), NotRetired(account));
        retire(s, m, account);
    }

    /// @notice Retires whoever has departed since all who take part were last known to be members of the federation.
    /// @return Whether that left gas for an election in the same call.
    function retireDeparted(State storage s, IFederation federation) internal returns (bool) {
        uint256 departures = federation.departures();
        if (departures == s.roll.departures) return true;
        s.roll.departures = uint32(departures);
        for (uint256 i = 1; i <= s.roll.enrolled; ++i) {
            address account = s.enrolled[i];
            Member storage m = s.members[account];
            if (!m.retired && !federation.isMember(account)) retire(s, m, account);
        }
        return s.roll.enrolled <= FEW;
    }

    function retire(State storage s, Member storage m, address account) private {
        countOut(s, m);
        m.retired = true;
        emit ITask.MemberRetired(account);
    }

    /// @dev At most one strike a round; `maxStrikes` suspend from this moment on.
    function strike(State storage s, Parameters memory p, address account, Fault fault) internal {
        Member storage m = s.members[account];
        uint256 round = s.round.number;
        if (fault == Fault.Absence) m.absentIn = uint16(round + 1);
        if (m.struckIn == round + 1) return;
        (m.struckIn, m.reputation) = (uint16(round + 1), averaged(m, 0));
        uint256 strikes = uint256(m.strikes) + 1;
        emit ITask.MemberStruck(round, account, fault, strikes);
        m.strikes = strikes < p.maxStrikes ? uint8(strikes) : 0;
        if (strikes >= p.maxStrikes) suspend(s, m, account, round + 1 + p.suspensionRounds);
    }

    /// @notice Records an accepted update with this score.
    function accept(Member storage m, uint256 round, uint256 score, uint256 weight) internal {
        (uint16 reputation, uint40 stake) = (averaged(m, score), stakeWith(m, weight));
        (m.acceptedIn, m.reputation, m.stake) = (uint16(round + 1), reputation, stake);
    }

    /// @dev A new value counts a quarter of the average.
    function averaged(Member storage m, uint256 score) private view returns (uint16) {
        return uint16((3 * uint256(m.reputation) + score) / 4);
    }

    /// @dev Saturates, far beyond what a task can pay: no round may hang on it.
    function stakeWith(Member storage m, uint256 weight) internal view returns (uint40) {
        uint256 stake = m.stake + weight;
        return stake < type(uint40).max ? uint40(stake) : type(uint40).max;
    }

    function clearStrike(State storage s, address account) internal {
        Member storage m = s.members[account];
        if (m.strikes == 0) return;
        m.strikes -= 1;
        emit ITask.StrikeCleared(s.round.number, account, m.strikes);
    }

    function suspend(State storage s, Member storage m, address account, uint256 until) private {
        if (m.retired) {
            m.suspendedUntil = uint16(until);
        } else {
            countOut(s, m);
            m.suspendedUntil = uint16(until);
            countIn(s, m);
        }
        emit ITask.MemberSuspended(s.round.number, account, until);
    }

    function countIn(State storage s, Member storage m) private {
        if (m.suspendedUntil > s.round.number) s.returning[m.suspendedUntil] += 1;
        else s.roll.active += 1;
    }

    function countOut(State storage s, Member storage m) private {
        if (m.suspendedUntil > s.round.number) s.returning[m.suspendedUntil] -= 1;
        else s.roll.active -= 1;
    }

    function requireActive(Member storage m, IFederation federation, address account, uint256 round) internal view {
        (uint256 number, bool retired, uint256 since, uint256 until) = (m.number, m.retired, m.since, m.suspendedUntil);
        require(number != 0 && !retired, NotEnrolled(account));
        require(since <= round, NotYetEligible(account, since));
        require(until <= round, Suspended(account, until));
        require(federation.isMember(account), NotMember(account));
    }

    /// @dev By its marks; whether it is still a member only the federation knows.
    function isActive(Member storage m, uint256 round) internal view returns (bool) {
        (uint256 number, bool retired, uint256 since, uint256 until) = (m.number, m.retired, m.since, m.suspendedUntil);
        return number != 0 && !retired && since <= round && until <= round;
    }
}
