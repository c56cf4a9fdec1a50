// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IErrors} from "../interfaces/IErrors.sol";
import {ITask} from "../interfaces/ITask.sol";
import {ImmutableArgs, TaskArgs} from "../libraries/ImmutableArgs.sol";
import {Ledger} from "../libraries/Ledger.sol";
import {Phases} from "../libraries/Phases.sol";
import {
    Parameters,
    Participant,
    Phase,
    Round,
    RoundProgress,
    Seat,
    StrikeReason,
    Update,
    Verdict
} from "../types/TaskTypes.sol";
import {Elections} from "./Elections.sol";
import {Participants} from "./Participants.sol";
import {RoundOpening, SeatPlan} from "./RoundOpening.sol";
import {State} from "./State.sol";

/// @notice Payments of one call, and what turns a weight into an amount.
struct Payroll {
    address[] accounts;
    uint256[] amounts;
    uint256 count;
    uint256 total;
    uint256 budget;
    uint256 divisor;
    uint256 judging; // weight of a seat that revealed
    uint256 attesting; // weight of a seat that attested the agreed pointer
}

/// @title The consequences of a round
/// @notice Writes blocks, strikes, stakes and payments, by a cursor that passes every update and every seat once. Then
/// come the election, which uses them, and the next round.
library Closing {
    /// @dev Updates and seats for which one call strikes in a carried round.
    uint256 private constant MAX_PER_CALL = 200;

    /// @notice What `ITask.close` says.
    function close(State storage s, uint256 steps) external {
        TaskArgs memory args = ImmutableArgs.reader()();
        require(steps > 0, IErrors.ZeroAmount());
        Round memory r = Phases.requirePhase(s.round, args.parameters, Phase.Closing);
        uint256 from = s.progress.closed;
        (, uint256 seats) = RoundOpening.attesting(s, args.parameters, r);
        uint256 items = r.submitted + seats;
        uint256 to = steps < items - from ? from + steps : items;
        if (from == 0) Ledger.writeModel(s.ledger, r.number, uint256(r.number) + 1, agreed(s));
        s.progress.closed = uint16(to);
        uint256 paid = from == 0 ? 0 : s.paid;
        if (to > from) paid += closeItems(s, args, r, from, to);
        bool finished = to - from < steps && finishRound(s, args, r, paid);
        if (!finished) s.paid = paid;
    }

    function agreed(State storage s) private view returns (bytes32) {
        return s.tallies[s.progress.agreed].pointer;
    }

    /// @return paid In all.
    function closeItems(State storage s, TaskArgs memory args, Round memory r, uint256 from, uint256 to)
        private
        returns (uint256 paid)
    {
        Payroll memory pay = payrollOf(s, args.parameters, r, to - from);
        for (uint256 i = from; i < to; ++i) {
            if (i < r.submitted) closeUpdate(s, args.parameters, r, pay, i);
            else closeSeat(s, args.parameters, r, pay, i - r.submitted);
        }
        (address[] memory accounts, uint256[] memory amounts, uint256 count) = (pay.accounts, pay.amounts, pay.count);
        assembly ("memory-safe") {
            // Shortens the arrays; their tails are never read again.
            mstore(accounts, count)
            mstore(amounts, count)
        }
        if (count > 0) args.federation.treasury().credit(r.number, accounts, amounts);
        return pay.total;
    }

    /// @notice Strikes for a settled round that is carried. The rest of the round is void.
    /// @return done False if more are left, or if the election needs a call of its own.
    function strikeCarried(State storage s, TaskArgs memory args, Round memory r) internal returns (bool done) {
        uint256 from = s.progress.closed;
        uint256 items = uint256(r.submitted) + r.seats;
        uint256 to = items - from > MAX_PER_CALL ? from + MAX_PER_CALL : items;
        s.progress.closed = uint16(to);
        for (uint256 i = from; i < to; ++i) {
            if (i < r.submitted) judgeAuthor(s, args.parameters, s.updates[i].author, s.updates[i].verdict);
            else strikeSilent(s, args.parameters, s.seats[i - r.submitted]);
        }
        return from == to || items <= MAX_PER_CALL;
    }

    // ---------------------------------------------------------------- updates

    function judgeAuthor(State storage s, Parameters memory p, address author, Verdict verdict) private {
        if (verdict == Verdict.Fault) Participants.strike(s, p, author, StrikeReason.Update);
        if (verdict >= Verdict.Passed) Participants.clearStrike(s, author);
    }

    function closeUpdate(State storage s, Parameters memory p, Round memory r, Payroll memory pay, uint256 index)
        private
    {
        (address author, Verdict verdict) = (s.updates[index].author, s.updates[index].verdict);
        judgeAuthor(s, p, author, verdict);
        if (verdict == Verdict.Accepted) writeBlock(s, r, pay, index);
    }

    function writeBlock(State storage s, Round memory r, Payroll memory pay, uint256 index) private {
        Update storage u = s.updates[index];
        (address author, uint256 score, uint256 weight, uint256 rank) = (u.author, u.score, u.weight, u.rank);
        Participants.accept(s.participants[author], r.number, score, weight);
        uint256 amount = credit(pay, author, weight);
        emit ITask.UpdateBlockWritten(r.number, author, rank, s.pointers[index], score, amount);
    }

    // ------------------------------------------------------------------ seats

    /// @dev A seat that had not attested when the others agreed is not absent.
    function closeSeat(State storage s, Parameters memory p, Round memory r, Payroll memory pay, uint256 index)
        private
    {
        Seat memory seat = s.seats[index];
        bool attested = seat.attestedIn == r.attempt + 1;
        bool minority = attested && seat.tally != s.progress.agreed;
        bool silent = index < r.seats && strikeSilent(s, p, seat);
        if (minority && !silent) Participants.strike(s, p, seat.account, StrikeReason.Minority);
        uint256 weight = index < r.seats && seat.revealed ? pay.judging : 0;
        if (attested && !minority) weight += pay.attesting;
        if (weight > 0) paySeat(s, r, pay, seat.account, weight);
    }

    function paySeat(State storage s, Round memory r, Payroll memory pay, address account, uint256 weight) private {
        Participant storage m = s.participants[account];
        m.stake = Participants.stakeWith(m, weight);
        emit ITask.SeatPaid(r.number, account, weight, credit(pay, account, weight));
    }

    function strikeSilent(State storage s, Parameters memory p, Seat memory seat) private returns (bool silent) {
        silent = !seat.revealed && !seat.excused;
        if (silent) Participants.strike(s, p, seat.account, StrikeReason.Absence);
    }

    // -------------------------------------------------------------------- pay

    function payrollOf(State storage s, Parameters memory p, Round memory r, uint256 items)
        private
        view
        returns (Payroll memory pay)
    {
        RoundProgress memory x = s.progress;
        (pay.accounts, pay.amounts) = (new address[](items), new uint256[](items));
        (pay.budget, pay.judging, pay.attesting) = (s.roster.budget, x.judgingWeight, x.attestingWeight);
        uint256 weight = x.totalWeight + pay.judging * r.revealed;
        if (pay.attesting > 0) weight += pay.attesting * s.tallies[x.agreed].votes;
        pay.divisor = weight * p.totalRounds;
    }

    /// @dev What cannot be divided stays in the budget and returns to the pool at the end.
    function credit(Payroll memory pay, address account, uint256 weight) private pure returns (uint256 amount) {
        if (pay.divisor > 0) amount = pay.budget * weight / pay.divisor;
        (pay.accounts[pay.count], pay.amounts[pay.count]) = (account, amount);
        ++pay.count;
        pay.total += amount;
    }

    // ------------------------------------------------------------- next round

    function finishRound(State storage s, TaskArgs memory args, Round memory r, uint256 paid)
        private
        returns (bool done)
    {
        bytes32 seed = RoundOpening.nextSeed(s);
        SeatPlan memory plan;
        (done, plan) = Elections.elect(s, args, seed, 0);
        if (!done) return false;
        emit ITask.RoundClosed(r.number, uint256(r.number) + 1, agreed(s), paid, seed);
        RoundOpening.advance(s, args, r.number, seed, 0, plan);
    }
}
