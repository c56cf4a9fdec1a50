// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IErrors} from "../interfaces/IErrors.sol";
import {IFederation} from "../interfaces/IFederation.sol";
import {ITask} from "../interfaces/ITask.sol";
import {Parameters, Participant, StrikeReason} from "../types/TaskTypes.sol";
import {State} from "./State.sol";

/// @title A participant's record in a task
/// @notice Strikes, suspensions, stake and reputation. `roster.active` counts participants that are neither suspended
/// nor retired, so that opening a round need not loop.
library Participants {
    /// @dev At most one strike a round. The strike that reaches `maxStrikes` suspends at once.
    function strike(State storage s, Parameters memory p, address account, StrikeReason reason) internal {
        Participant storage m = s.participants[account];
        uint256 round = s.round.number;
        if (reason == StrikeReason.Absence) m.absentIn = uint16(round + 1);
        if (m.struckIn == round + 1) return;
        (m.struckIn, m.reputation) = (uint16(round + 1), averaged(m, 0));
        uint256 strikes = uint256(m.strikes) + 1;
        emit ITask.MemberStruck(round, account, reason, strikes);
        m.strikes = strikes < p.maxStrikes ? uint8(strikes) : 0;
        if (strikes >= p.maxStrikes) suspend(s, m, account, round + 1 + p.suspensionRounds);
    }

    /// @notice Records an accepted update with this score.
    function accept(Participant storage m, uint256 round, uint256 score, uint256 weight) internal {
        (uint16 reputation, uint40 stake) = (averaged(m, score), stakeWith(m, weight));
        (m.acceptedIn, m.reputation, m.stake) = (uint16(round + 1), reputation, stake);
    }

    /// @dev A new value weighs a quarter, the old average three quarters.
    function averaged(Participant storage m, uint256 score) private view returns (uint16) {
        return uint16((3 * uint256(m.reputation) + score) / 4);
    }

    /// @dev Saturates, far beyond what a task can pay: an overflow must not block a round.
    function stakeWith(Participant storage m, uint256 weight) internal view returns (uint40) {
        uint256 stake = m.stake + weight;
        return stake < type(uint40).max ? uint40(stake) : type(uint40).max;
    }

    /// @dev A strike of this round stands, whatever else its participant did in it.
    function clearStrike(State storage s, address account) internal {
        Participant storage m = s.participants[account];
        (uint256 strikes, uint256 struckIn, uint256 round) = (m.strikes, m.struckIn, s.round.number);
        if (strikes <= (struckIn == round + 1 ? 1 : 0)) return; // one of this round stays
        m.strikes = uint8(strikes - 1);
        emit ITask.StrikeCleared(round, account, strikes - 1);
    }

    function suspend(State storage s, Participant storage m, address account, uint256 until) private {
        if (m.retired) {
            m.suspendedUntil = uint16(until);
        } else {
            countOut(s, m);
            m.suspendedUntil = uint16(until);
            countIn(s, m);
        }
        emit ITask.MemberSuspended(s.round.number, account, until);
    }

    function countIn(State storage s, Participant storage m) internal {
        if (m.suspendedUntil > s.round.number) s.returning[m.suspendedUntil] += 1;
        else s.roster.active += 1;
    }

    function countOut(State storage s, Participant storage m) internal {
        if (m.suspendedUntil > s.round.number) s.returning[m.suspendedUntil] -= 1;
        else s.roster.active -= 1;
    }

    function requireActive(Participant storage m, IFederation federation, address account, uint256 round)
        internal
        view
    {
        (uint256 number, bool retired, uint256 since, uint256 until) = (m.number, m.retired, m.since, m.suspendedUntil);
        require(number != 0 && !retired, IErrors.NotEnrolled(account));
        require(since <= round, IErrors.NotYetEligible(account, since));
        require(until <= round, IErrors.Suspended(account, until));
        require(federation.isMember(account), IErrors.NotMember(account));
    }

    /// @dev By its record in the task; only the federation knows whether it is still a member.
    function isActive(Participant storage m, uint256 round) internal view returns (bool) {
        return counts(m, round, round);
    }

    /// @dev For a seat in round `next`: it takes part in the one before.
    function isCandidate(Participant storage m, uint256 next) internal view returns (bool) {
        return counts(m, next - 1, next);
    }

    function counts(Participant storage m, uint256 latest, uint256 round) private view returns (bool) {
        (uint256 number, bool retired, uint256 since, uint256 until) = (m.number, m.retired, m.since, m.suspendedUntil);
        return number != 0 && !retired && since <= latest && until <= round;
    }
}
