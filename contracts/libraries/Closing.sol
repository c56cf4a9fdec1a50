// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {
    Fault,
    ITask,
    Member,
    Parameters,
    Phase,
    Round,
    Seat,
    Settlement,
    Update,
    Verdict
} from "../interfaces/ITask.sol";
import {ZeroAmount} from "./Errors.sol";
import {Members} from "./Members.sol";
import {Rounds} from "./Rounds.sol";
import {Seating} from "./Seating.sol";
import {State} from "./State.sol";
import {Pinned, Terms} from "./Terms.sol";

/// @notice Who is paid in one call, and by what a weight turns into an amount.
struct Payroll {
    address[] accounts;
    uint256[] amounts;
    uint256 count;
    uint256 budget;
    uint256 divisor;
    uint256 judging; // weight of a seat that revealed
    uint256 attesting; // of one that attested what was agreed
}

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
        (, uint256 seats) = Rounds.attesting(s, t.parameters, r);
        uint256 items = r.submitted + seats;
        uint256 to = steps < items - from ? from + steps : items;
        if (from == 0) {
            Rounds.writeModel(s, t.parameters, uint256(r.number) + 1, s.ballots[s.settlement.agreed].pointer);
        }
        s.settlement.closed = uint16(to);
        if (to > from) closeItems(s, t, r, from, to);
        if (to - from < steps) advance(s, t, r);
    }

    function closeItems(State storage s, Terms memory t, Round memory r, uint256 from, uint256 to) private {
        Payroll memory pay = payrollOf(s, t.parameters, r, to - from);
        for (uint256 i = from; i < to; ++i) {
            if (i < r.submitted) closeUpdate(s, t.parameters, r, pay, i);
            else closeSeat(s, t.parameters, r, pay, i - r.submitted);
        }
        (address[] memory accounts, uint256[] memory amounts, uint256 count) = (pay.accounts, pay.amounts, pay.count);
        assembly ("memory-safe") {
            // Shortens the arrays; their tails are never read again.
            mstore(accounts, count)
            mstore(amounts, count)
        }
        if (count > 0) t.federation.treasury().credit(accounts, amounts);
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

    function closeUpdate(State storage s, Parameters memory p, Round memory r, Payroll memory pay, uint256 index)
        private
    {
        (address author, Verdict verdict) = (s.updates[index].author, s.updates[index].verdict);
        judgeAuthor(s, p, author, verdict);
        if (verdict == Verdict.Accepted) writeBlock(s, p, r, pay, index);
    }

    function writeBlock(State storage s, Parameters memory p, Round memory r, Payroll memory pay, uint256 index)
        private
    {
        Update storage u = s.updates[index];
        (address author, uint256 score, uint256 weight, uint256 rank) = (u.author, u.score, u.weight, u.rank);
        Members.accept(s.members[author], r.number, score, weight);
        uint256 number = uint256(r.number) * (uint256(p.updatesPerRound) + 1) + rank;
        bytes32 pointer = s.pointers[index];
        s.ledger[number] = pointer;
        emit ITask.UpdateBlockWritten(number, author, pointer, score, credit(pay, author, weight));
    }

    // ------------------------------------------------------------------ seats

    /// @dev Who had not attested when the others agreed is not absent.
    function closeSeat(State storage s, Parameters memory p, Round memory r, Payroll memory pay, uint256 index)
        private
    {
        Seat memory seat = s.seats[index];
        bool attested = seat.attestedIn == r.attempt + 1;
        bool minority = attested && seat.ballot != s.settlement.agreed;
        bool silent = index < r.seats && strikeSilent(s, p, seat);
        if (minority && !silent) Members.strike(s, p, seat.account, Fault.Minority);
        uint256 weight = index < r.seats && seat.revealed ? pay.judging : 0;
        if (attested && !minority) weight += pay.attesting;
        if (weight > 0) paySeat(s, r, pay, seat.account, weight);
    }

    function paySeat(State storage s, Round memory r, Payroll memory pay, address account, uint256 weight) private {
        Member storage m = s.members[account];
        m.stake = Members.stakeWith(m, weight);
        emit ITask.SeatPaid(r.number, account, weight, credit(pay, account, weight));
    }

    function strikeSilent(State storage s, Parameters memory p, Seat memory seat) private returns (bool silent) {
        silent = !seat.revealed && !seat.excused;
        if (silent) Members.strike(s, p, seat.account, Fault.Absence);
    }

    // -------------------------------------------------------------------- pay

    function payrollOf(State storage s, Parameters memory p, Round memory r, uint256 items)
        private
        view
        returns (Payroll memory pay)
    {
        Settlement memory x = s.settlement;
        (pay.accounts, pay.amounts) = (new address[](items), new uint256[](items));
        (pay.budget, pay.judging, pay.attesting) = (s.roll.budget, x.judgingWeight, x.attestingWeight);
        uint256 weight = x.totalWeight + pay.judging * r.revealed;
        if (pay.attesting > 0) weight += pay.attesting * s.ballots[x.agreed].votes;
        pay.divisor = weight * p.totalRounds;
    }

    /// @dev What cannot be divided stays in the budget and returns to the pool at the end.
    function credit(Payroll memory pay, address account, uint256 weight) private pure returns (uint256 amount) {
        if (pay.divisor > 0) amount = pay.budget * weight / pay.divisor;
        (pay.accounts[pay.count], pay.amounts[pay.count]) = (account, amount);
        ++pay.count;
    }

    // ------------------------------------------------------------- next round

    function advance(State storage s, Terms memory t, Round memory r) private {
        bytes32 seed = Rounds.nextSeed(s);
        uint256 next = uint256(r.number) + 1;
        bool last = next == t.parameters.totalRounds;
        (bool done, address[] memory seated, bool[] memory fillers) =
            last ? Seating.nobody() : Seating.elect(s, t, seed);
        if (!done) return;
        (s.roll.emptyRounds, s.seed) = (0, seed);
        emit ITask.RoundClosed(r.number, seed);
        if (last) Rounds.finish(s, t);
        else Rounds.open(s, t, next, seated, fillers);
    }
}
