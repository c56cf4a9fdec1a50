// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Fault, ITask, Member, Parameters, Phase, Round, Seat, Update, Verdict} from "../interfaces/ITask.sol";
import {ZeroAmount} from "./Errors.sol";
import {Members} from "./Members.sol";
import {Rounds} from "./Rounds.sol";
import {Seating} from "./Seating.sol";
import {State} from "./State.sol";
import {Pinned, Terms} from "./Terms.sol";

/// @title The consequences of a round
/// @notice Blocks, strikes, stakes and payments by a cursor that passes every update and every seat once; then the
/// election, which sees them all, and the next round.
library Closing {
    /// @dev Updates and seats that one call strikes in a carried round.
    uint256 private constant AT_ONCE = 200;

    function close(State storage s, uint256 steps) external {
        Terms memory t = Pinned.terms();
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

    /// @notice The strikes of a settled round that is carried. The rest of it is void.
    /// @return done False if more are left, or if there were so many that the election takes a call of its own.
    function strikeCarried(State storage s, Terms memory t, Round memory r) internal returns (bool done) {
        uint256 from = s.settlement.closed;
        uint256 items = uint256(r.submitted) + r.seats;
        uint256 to = items - from > AT_ONCE ? from + AT_ONCE : items;
        s.settlement.closed = uint16(to);
        for (uint256 i = from; i < to; ++i) {
            if (i < r.submitted) judgeAuthor(s, t.parameters, s.updates[i].author, s.updates[i].verdict);
            else strikeSilent(s, t.parameters, s.seats[i - r.submitted]);
        }
        return from == to || items <= AT_ONCE;
    }

    // ---------------------------------------------------------------- updates

    function judgeAuthor(State storage s, Parameters memory p, address author, Verdict verdict) private {
        if (verdict == Verdict.Fault) Members.strike(s, p, author, Fault.Update);
        if (verdict >= Verdict.Passed) Members.clearStrike(s, author);
    }

    function closeUpdates(State storage s, Terms memory t, Round memory r, uint256 from, uint256 to) private {
        address[] memory authors = new address[](to - from);
        uint256[] memory amounts = new uint256[](to - from);
        uint256 count = 0;
        for (uint256 i = from; i < to; ++i) {
            (address author, Verdict verdict) = (s.updates[i].author, s.updates[i].verdict);
            judgeAuthor(s, t.parameters, author, verdict);
            if (verdict != Verdict.Accepted) continue;
            (authors[count], amounts[count]) = (author, writeBlock(s, t.parameters, r, i));
            ++count;
        }
        assembly ("memory-safe") {
            // Shortens the arrays; their tails are never read again.
            mstore(authors, count)
            mstore(amounts, count)
        }
        if (count > 0) t.federation.treasury().credit(authors, amounts);
    }

    /// @dev What cannot be divided stays in the budget and returns to the pool at the end.
    function writeBlock(State storage s, Parameters memory p, Round memory r, uint256 index)
        private
        returns (uint256 amount)
    {
        Update storage u = s.updates[index];
        uint256 total = s.settlement.totalWeight;
        if (total > 0) amount = uint256(s.roll.budget) * u.weight / (total * p.totalRounds);
        Member storage m = s.members[u.author];
        (m.stake, m.acceptedIn) = (m.stake + u.score, r.number + 1);
        uint256 number = uint256(r.number) * (uint256(p.updatesPerRound) + 1) + u.rank;
        s.ledger[number] = s.pointers[index];
        emit ITask.UpdateBlockWritten(number, u.author, s.pointers[index], u.score, amount);
    }

    // ------------------------------------------------------------------ seats

    /// @dev Who had not attested when the others agreed is not absent.
    function closeSeat(State storage s, Terms memory t, Round memory r, Seat storage seat) private {
        bool minority = seat.attestedIn == r.attempt + 1 && seat.ballot != s.settlement.agreed;
        if (!strikeSilent(s, t.parameters, seat) && minority) {
            Members.strike(s, t.parameters, seat.account, Fault.Minority);
        }
    }

    function strikeSilent(State storage s, Parameters memory p, Seat storage seat) private returns (bool silent) {
        silent = !seat.revealed && !seat.excused;
        if (silent) Members.strike(s, p, seat.account, Fault.Absence);
    }

    // ------------------------------------------------------------- next round

    function advance(State storage s, Terms memory t, Round memory r) private {
        bytes32 seed = Rounds.nextSeed(s);
        uint256 next = uint256(r.number) + 1;
        bool last = next == t.parameters.totalRounds;
        (bool done, address[] memory committee, bool[] memory fillers) =
            last ? Seating.nobody() : Seating.elect(s, t, seed);
        if (!done) return;
        (s.roll.emptyRounds, s.seed) = (0, seed);
        emit ITask.RoundClosed(r.number, seed);
        if (last) Rounds.finish(s, t);
        else Rounds.open(s, t, next, committee, fillers);
    }
}
