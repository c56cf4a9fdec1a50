// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IErrors} from "../interfaces/IErrors.sol";
import {IFederation} from "../interfaces/IFederation.sol";
import {ITask} from "../interfaces/ITask.sol";
import {ImmutableArgs, TaskArgs} from "../libraries/ImmutableArgs.sol";
import {Phases} from "../libraries/Phases.sol";
import {Milestone, Participant, Phase} from "../types/TaskTypes.sol";
import {Participants} from "./Participants.sol";
import {Cursor, State, cursorOf} from "./State.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

/// @title Joining and leaving a task
library Enrolment {
    /// @dev With up to this many participants, one call of 16,000,000 gas can look up all of them and elect.
    uint256 internal constant MAX_SINGLE_CALL = 250;
    /// @dev The reputation of a new participant, basis points.
    uint16 private constant NEUTRAL = 5_000;

    /// @dev Counts at once before the start, afterwards from the next round on.
    function enrol(State storage s, address account) internal {
        TaskArgs memory args = ImmutableArgs.reader()();
        Phase phase = Phases.current(s.round, args.parameters);
        bool early = phase == Phase.Enrolling;
        require(early || (phase >= Phase.Sampling && phase <= Phase.Paused), IErrors.TaskNotRunning(phase));
        require(s.round.milestone != Milestone.Enrolled, IErrors.TaskStarting());
        require(args.federation.isMember(account), IErrors.NotMember(account));
        Participant storage m = s.participants[account];
        if (m.number == 0) {
            uint256 number = uint256(s.roster.enrolled) + 1;
            require(number <= args.parameters.maxEnrolled, IErrors.TaskFull(args.parameters.maxEnrolled));
            (m.number, m.stake, m.reputation) = (uint16(number), 1, NEUTRAL);
            s.roster.enrolled = uint16(number);
            s.enrolled[number] = account;
        } else {
            require(m.retired, IErrors.AlreadyEnrolled(account));
            m.retired = false;
        }
        uint256 since = early ? 0 : uint256(s.round.number) + 1;
        m.since = uint16(since);
        Participants.countIn(s, m);
        emit ITask.MemberEnrolled(account, m.number, since);
    }

    /// @dev For an account that left the federation or was banned from it.
    function retire(State storage s, address account) internal {
        TaskArgs memory args = ImmutableArgs.reader()();
        Participant storage m = s.participants[account];
        require(m.number != 0 && !m.retired, IErrors.NotEnrolled(account));
        require(!args.federation.isMember(account), IErrors.StillMember(account));
        retire(s, m, account);
    }

    /// @notice Retires every participant that has left the federation since all were last known to be its members. Where
    /// that takes several calls, who leaves meanwhile does not make it begin again.
    /// @return Whether that is done, and enough gas is left for an election in the same call.
    function retireDeparted(State storage s, IFederation federation) internal returns (bool) {
        uint256 departures = federation.departureCount();
        if (departures == s.roster.departureCount) return true;
        Cursor memory c = cursorOf(s);
        uint256 enrolled = s.roster.enrolled;
        if (c.checked >= enrolled) return true;
        if (c.checked == 0) c.departures = uint32(departures);
        uint256 to = Math.min(enrolled, c.checked + MAX_SINGLE_CALL);
        for (uint256 i = c.checked + 1; i <= to; ++i) {
            address account = s.enrolled[i];
            Participant storage m = s.participants[account];
            if (!m.retired && !federation.isMember(account)) retire(s, m, account);
        }
        c.checked = uint16(to);
        s.cursor = c;
        if (to == enrolled) s.roster.departureCount = c.departures;
        return enrolled <= MAX_SINGLE_CALL;
    }

    function retire(State storage s, Participant storage m, address account) private {
        Participants.countOut(s, m);
        m.retired = true;
        emit ITask.MemberRetired(account);
    }
}
