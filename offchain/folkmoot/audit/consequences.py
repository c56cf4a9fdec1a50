"""What has to follow an act: each event in its place, made only once the one before it is known.

Source: `contracts/rounds/Closing.sol`, `Participants.sol` and `RoundOpening.sol`.
"""

from collections.abc import Callable
from dataclasses import replace

from folkmoot.audit import deadlines, seating
from folkmoot.audit.seating import SeatPlan
from folkmoot.audit.stage import Due, Stage
from folkmoot.chain import Phase, Seat, StrikeReason, Update, Verdict
from folkmoot.chain.events import rounds as r
from folkmoot.chain.events import tasks as t
from folkmoot.chain.replay.state import next_seed

# ------------------------------------------------------------------------ strikes


def struck(stage: Stage, account: str, reason: StrikeReason) -> Due:
    """At most one strike a round; the last of several suspends."""
    p, number, m = stage.state.parameters, stage.state.running.round.number, stage.state.participants[account]
    if m.struck_in == number + 1:
        return
    strikes = m.strikes + 1
    yield t.MemberStruck(number, account, reason, strikes)
    if strikes >= p.max_strikes:
        yield t.MemberSuspended(number, account, number + 1 + p.suspension_rounds)


def judged(stage: Stage, update: Update) -> Due:
    """What a verdict means for the update's author."""
    if update.verdict == Verdict.FAULT:
        yield from struck(stage, update.author, StrikeReason.UPDATE)
    if update.verdict >= Verdict.PASSED:
        number, m = stage.state.running.round.number, stage.state.participants[update.author]
        if m.strikes > (m.struck_in == number + 1):  # one of this round stays
            yield t.StrikeCleared(number, update.author, m.strikes - 1)


def is_silent(seat: Seat) -> bool:
    """Whether a seat is struck when its round is over."""
    return not seat.revealed and not seat.excused


# ------------------------------------------------------------------------ closing


def closing(stage: Stage) -> Due:
    """After the seats have agreed: the next model, then each update and each seat, then the next round."""
    now, number = stage.state.running, stage.state.running.round.number
    yield r.ModelBlockWritten(number, number + 1, stage.agreed)
    for index in range(len(now.updates)):
        yield from _update_closed(stage, index)
    for index in range(len(now.seats)):
        yield from _seat_closed(stage, index)
    yield r.RoundClosed(number, number + 1, stage.agreed, stage.paid, next_seed(stage.state))
    yield from advanced(stage, 0, lambda: _elected(stage))


def _update_closed(stage: Stage, index: int) -> Due:
    now = stage.state.running
    update, number = now.updates[index], now.round.number
    yield from judged(stage, update)
    if update.verdict == Verdict.ACCEPTED:
        rank, score, amount = update.rank, update.score, stage.amount(update.weight)
        yield r.UpdateBlockWritten(number, update.author, rank, now.pointers[index], score, amount)


def _seat_closed(stage: Stage, index: int) -> Due:
    now = stage.state.running
    seat, judges = now.seats[index], index < now.round.seats
    has_attested = seat.has_attested(now.round.attempt)
    minority = has_attested and now.tallies[seat.tally].pointer != stage.agreed
    if judges and is_silent(seat):
        yield from struck(stage, seat.account, StrikeReason.ABSENCE)
    elif minority:
        yield from struck(stage, seat.account, StrikeReason.MINORITY)
    _, judging, attesting = stage.weights
    weight = (judging if judges and seat.revealed else 0) + (attesting if has_attested and not minority else 0)
    if weight:
        yield r.SeatPaid(now.round.number, seat.account, weight, stage.amount(weight))


# --------------------------------------------------------------------- next round


def carried(stage: Stage) -> Due:
    """The round ends without a new model, and no pay."""
    s = stage.state
    number = s.running.round.number
    empty = s.empty_rounds + 1
    yield r.RoundCarried(number, empty)
    yield r.ModelBlockWritten(number, number + 1, s.ledger[number])
    yield from advanced(stage, empty, lambda: _elected(stage))


def rolled_back(stage: Stage, model: int, committee: tuple[str, ...]) -> Due:
    """The managers chose an earlier model and the next committee."""
    s = stage.state
    number = s.running.round.number
    yield r.ModelBlockWritten(number, number + 1, s.ledger[model])
    yield from advanced(stage, 0, lambda: seating.named(s.parameters, committee))


def started(stage: Stage, plan: SeatPlan) -> Due:
    """Round 0 opens."""
    yield r.ModelBlockWritten(0, 0, stage.state.parameters.model)
    yield from _opened(stage, 0, lambda: plan)


def advanced(stage: Stage, empty_rounds: int, plan: Callable[[], SeatPlan]) -> Due:
    """The running round is left: the next one opens, or the task is over."""
    s = stage.state
    p, number = s.parameters, s.running.round.number
    if empty_rounds >= p.max_empty_rounds or number + 1 == p.total_rounds:
        yield t.TaskFinished(number, s.budget - sum(s.earned.values()))
    else:
        yield from _opened(stage, number + 1, plan)


def _opened(stage: Stage, number: int, plan: Callable[[], SeatPlan]) -> Due:
    event = seating.opened(stage.state, number, plan())
    yield event
    if not stage.state.running.round.sampled:
        start = max(stage.at.time, stage.state.running.round.paused_until)
        yield deadlines.scheduled(stage.state, Phase.TRAINING, stage.at, start)


def _elected(stage: Stage) -> SeatPlan:
    """The next round's seats. Those that are told where their election rule has no twin here."""
    plan = seating.elected(stage.state, stage.twins, has_failed=stage.has_election_failed)
    told = stage.told
    if not isinstance(told, r.RoundOpened):
        return plan or SeatPlan((), (), 0)
    said = SeatPlan(told.seats, told.fillers, told.committee)
    if plan is None or (said != plan and said == _elected_before(stage)):
        return said
    return plan


def _elected_before(stage: Stage) -> SeatPlan | None:
    """Of many participants the election takes a call of its own: who is retired after it loses its seat again."""
    s = stage.state
    if len(s.participants) <= seating.MAX_SINGLE_CALL or not stage.lately:
        return None
    back = {account: replace(s.participants[account], retired=False) for account in stage.lately}
    then = replace(s, participants={**s.participants, **back})
    plan = seating.elected(then, stage.twins, has_failed=stage.has_election_failed)
    return plan and seating.recalled(s, plan)
