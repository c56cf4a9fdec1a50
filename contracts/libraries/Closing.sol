// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Fault, ITask, Phase, Round, Seat, Update, Verdict} from "../interfaces/ITask.sol";
import {ZeroAmount} from "./Errors.sol";
import {Members} from "./Members.sol";
import {Rounds} from "./Rounds.sol";
import {Seating} from "./Seating.sol";
import {State} from "./State.sol";
import {Terms} from "./Terms.sol";

/// @title The consequences of a round
/// @notice Blocks, strikes, stakes and payments by a cursor that passes every update and every seat once; then the
/// election, which sees them all, and the next round.
library Closing {
    function close(State storage s, Terms memory t, uint256 steps) external {
        require(steps > 0, ZeroAmount());
        Round memory r = Rounds.requirePhase(s, t.parameters, Phase.Closing);
        uint256 from = s.settlement.closed;
        uint256 items = uint256(r.submitted) + r.seats;
        uint256 to = steps < items - from ? from + steps : items;
        if (from == 0) {
            Rounds.writeModel(s, t.parameters, uint256(r.number) + 1, s.ballots[s.settlement.agreed].pointer);
        }
        s.settlement.closed = uint16(to);
        if (from < r.submitted) closeUpdates(s, t, r, from, to < r.submitted ? to : r.submitted);
        for (uint256 i = from < r.submitted ? r.submitted : from; i < to; ++i) {
            closeSeat(s, t, r, s.seats[i - r.submitted]);
        }
        if (to - from < steps) advance(s, t, r);
    }

    // ---------------------------------------------------------------- updates

    function closeUpdates(State storage s, Terms memory t, Round memory r, uint256 from, uint256 to) private {
        address[] memory authors = new address[](to - from);
        uint256[] memory amounts = new uint256[](to - from);
        uint256 share = s.budget / t.parameters.totalRounds;
        for (uint256 i = from; i < to; ++i) {
            Update memory u = s.updates[i];
            authors[i - from] = u.author;
            if (u.verdict == Verdict.Accepted) amounts[i - from] = reward(s, t, r, u, share, s.pointers[i]);
            if (u.verdict == Verdict.Fault) Members.strike(s, t.parameters, u.author, Fault.Update);
            if (u.verdict >= Verdict.Passed) Members.clearStrike(s, u.author);
        }
        t.federation.treasury().credit(authors, amounts);
    }

    /// @dev What cannot be divided stays in the budget and returns to the pool at the end.
    function reward(
        State storage s,
        Terms memory t,
        Round memory r,
        Update memory u,
        uint256 share,
        bytes32 pointer
    ) private returns (uint256 amount) {
        if (s.settlement.totalWeight > 0) amount = share * u.weight / s.settlement.totalWeight;
        s.members[u.author].stake += u.score;
        s.members[u.author].acceptedIn = r.number + 1;
        uint256 number = uint256(r.number) * (uint256(t.parameters.updatesPerRound) + 1) + u.rank;
        s.ledger[number] = pointer;
        emit ITask.UpdateBlockWritten(number, u.author, pointer, u.score, amount);
    }

    // ------------------------------------------------------------------ seats

    /// @dev Who had not attested when the others agreed is not absent.
    function closeSeat(State storage s, Terms memory t, Round memory r, Seat memory seat) private {
        bool minority = seat.attestedIn == r.attempt + 1 && seat.ballot != s.settlement.agreed;
        if (!seat.revealed) Members.strike(s, t.parameters, seat.account, Fault.Absence);
        else if (minority) Members.strike(s, t.parameters, seat.account, Fault.Minority);
    }

    // ------------------------------------------------------------- next round

    function advance(State storage s, Terms memory t, Round memory r) private {
        s.roll.emptyRounds = 0;
        emit ITask.RoundClosed(r.number, Rounds.reseed(s));
        Seating.next(s, t);
    }
}
