from dataclasses import replace

from folkmoot.audit.consequences import carried, closing, judged, rolled_back, started, struck
from folkmoot.audit.seating import named
from folkmoot.audit.stage import Due, Stage
from folkmoot.chain import Event, StrikeReason, Verdict
from folkmoot.chain.events import rounds as r
from folkmoot.chain.events import tasks as t
from folkmoot.chain.replay.rounds import after
from tests.support.past import SUBMITTED, A, B, C, D
from tests.support.staging import stage, with_state

MODEL = b"\4" * 32


def played(where: Stage, due: Due) -> list[Event]:
    """All that is due, each event known to the state before the next one is asked for."""
    events = []
    for event in due:
        where.told = event
        events.append(event)
        where.state = after(event, where.state)
    return events


def test_the_strike_that_is_too_much_suspends() -> None:
    where = stage(max_strikes=2, suspension_rounds=3)
    assert played(where, struck(where, A, StrikeReason.ABSENCE)) == [t.MemberStruck(0, A, StrikeReason.ABSENCE, 1)]
    assert played(where, struck(where, A, StrikeReason.UPDATE)) == [], "one a round"
    with_state(where, participants={A: replace(where.state.participants[A], struck_in=0)})
    assert [*struck(where, A, StrikeReason.MINORITY)] == [
        t.MemberStruck(0, A, StrikeReason.MINORITY, 2),
        t.MemberSuspended(0, A, 4),
    ]


def test_an_accepted_update_clears_a_strike_of_an_earlier_round() -> None:
    where = stage(SUBMITTED)
    update = replace(where.state.running.updates[0], verdict=Verdict.PASSED)
    before = {**where.state.participants}
    with_state(where, participants={**before, D: replace(before[D], strikes=1)})
    assert [*judged(where, update)] == [t.StrikeCleared(0, D, 0)]
    with_state(where, participants={**before, D: replace(before[D], strikes=1, struck_in=1)})
    assert [*judged(where, update)] == []


def agreed(*dissenting: str) -> Stage:
    """One update was accepted, C did not reveal, and the seats attested."""
    reveals = [r.ScoresRevealed(0, seat, 0, 6_000, (7_000,), b"s" * 32) for seat in (A, B)]
    settled = r.RoundSettled(0, 6_000, (D,), (7_000,), (Verdict.ACCEPTED,), (0,), (100, 50, 25))
    attested = [r.AggregateAttested(0, s, 0, b"\5" * 32 if s in dissenting else MODEL) for s in (A, B, C)]
    where = stage(SUBMITTED, *reveals, settled, *attested, r.AggregateAgreed(0, MODEL, 2), total_rounds=2)
    where.weights, where.agreed = (100, 50, 25), MODEL
    return where


def test_closing_pays_strikes_and_opens_the_next_round() -> None:
    where = agreed("nobody")
    where.paid = 450
    model, block, *rest = played(where, closing(where))
    assert model == r.ModelBlockWritten(0, 1, MODEL)
    assert block == r.UpdateBlockWritten(0, D, 1, SUBMITTED.pointer, 7_000, 163)  # 450 * 100 / 275
    assert rest[:4] == [
        r.SeatPaid(0, A, 75, 122),
        r.SeatPaid(0, B, 75, 122),
        t.MemberStruck(0, C, StrikeReason.ABSENCE, 1),
        r.SeatPaid(0, C, 25, 40),
    ]
    assert [type(event) for event in rest[4:]] == [r.RoundClosed, r.RoundOpened, r.DeadlineSet]
    assert rest[4] == replace(rest[4], round=0, model=1, pointer=MODEL, paid=450)


def test_who_attests_another_model_is_struck_and_not_paid_for_it() -> None:
    where = agreed(A)
    events = played(where, closing(where))
    assert t.MemberStruck(0, A, StrikeReason.MINORITY, 1) in events
    assert next(e for e in events if isinstance(e, r.SeatPaid) and e.member == A).weight == 50


def test_the_last_round_ends_the_task_and_returns_what_is_left() -> None:
    where = agreed()
    with_state(where, parameters=replace(where.state.parameters, total_rounds=1))
    last = played(where, closing(where))[-1]
    assert last == t.TaskFinished(0, 900 - sum(where.state.earned.values()))


def test_a_carried_round_keeps_its_model_and_the_last_one_of_too_many_ends_the_task() -> None:
    where = stage(max_empty_rounds=2, total_rounds=9)
    events = played(where, carried(where))
    assert events[:2] == [r.RoundCarried(0, 1), r.ModelBlockWritten(0, 1, where.state.ledger[0])]
    where = stage(max_empty_rounds=1, total_rounds=9)
    assert isinstance(played(where, carried(where))[-1], t.TaskFinished)


def test_a_roll_back_seats_whom_the_managers_named() -> None:
    where = stage(total_rounds=9)
    model, opened, deadline = played(where, rolled_back(where, 0, (B, C, D)))
    assert model == r.ModelBlockWritten(0, 1, where.state.ledger[0])
    assert isinstance(opened, r.RoundOpened)
    assert (opened.seats, opened.fillers) == ((B, C, D), (False,) * 3)
    assert isinstance(deadline, r.DeadlineSet)


def test_a_task_starts_with_its_first_model() -> None:
    where = stage()
    p = where.state.parameters
    model, opened, _ = played(where, started(where, named(p, [A, B, C])))
    assert model == r.ModelBlockWritten(0, 0, p.model)
    assert isinstance(opened, r.RoundOpened)
