from folkmoot.audit.following import due_before, following
from folkmoot.audit.stage import Stage
from folkmoot.chain import Event, Milestone, Verdict
from folkmoot.chain.events import rounds as r
from folkmoot.chain.events import tasks as t
from tests.support.past import SUBMITTED, A, B, C, D
from tests.support.staging import stage

MODEL = b"\4" * 32


def due(where: Stage, event: Event) -> list[Event] | None:
    found = following(event, where)
    return None if found is None else [*found]


def test_the_last_update_ends_the_training() -> None:
    (deadline,) = due(stage(SUBMITTED), SUBMITTED) or ()
    assert isinstance(deadline, r.DeadlineSet)
    assert deadline.milestone == Milestone.SUBMITTED


def test_the_first_commitment_shows_its_window_and_the_last_ends_it() -> None:
    commits = [r.ScoresCommitted(0, seat, 0, b"c") for seat in (A, B, C)]
    first = due(stage(SUBMITTED, commits[0]), commits[0]) or []
    assert [event.milestone for event in first if isinstance(event, r.DeadlineSet)] == [Milestone.SUBMITTED]
    shown = r.DeadlineSet(0, 0, Milestone.SUBMITTED, 300, 0)
    last = due(stage(SUBMITTED, commits[0], shown, *commits[1:]), commits[2]) or []
    assert [event.milestone for event in last if isinstance(event, r.DeadlineSet)] == [Milestone.COMMITTED]


def test_the_last_reveal_ends_its_window_unless_it_settles_the_round() -> None:
    commits = [r.ScoresCommitted(0, A, 0, b"c"), r.DeadlineSet(0, 0, Milestone.COMMITTED, 300, 0)]
    reveal = r.ScoresRevealed(0, A, 0, 1, (2,), b"s" * 32)
    where = stage(SUBMITTED, *commits, reveal)
    assert due(where, reveal) == [r.DeadlineSet(0, 0, Milestone.COMMITTED, 100, 10)]
    where.rest = [r.RoundSettled(0, 1, (), (), (), (), (0, 0))]
    assert due(where, reveal) == []


def test_a_round_without_an_accepted_update_can_be_recovered_at_once() -> None:
    settled = r.RoundSettled(0, 1, (D,), (0,), (Verdict.REJECTED,), (), (0, 0))
    where = stage(SUBMITTED, settled)
    assert due(where, settled) == [r.DeadlineSet(0, 0, Milestone.SETTLED, 100, 10)]
    accepted = r.RoundSettled(0, 1, (D,), (5,), (Verdict.ACCEPTED,), (0,), (7, 2, 3))
    where = stage(SUBMITTED, accepted)
    (deadline,) = due(where, accepted) or ()
    assert isinstance(deadline, r.DeadlineSet)
    assert deadline.deadline == 100 + where.state.parameters.aggregating_window
    assert where.weights == (7, 2, 3)


def test_more_than_half_of_the_seats_agree_and_of_their_weight() -> None:
    attested = [r.AggregateAttested(0, seat, 0, MODEL) for seat in (A, B)]
    assert due(stage(attested[0]), attested[0]) == []
    assert due(stage(*attested), attested[1]) == [r.AggregateAgreed(0, MODEL, 2)]
    assert due(stage(*attested, stake_weighted=True), attested[1]) == [], "their weights are 0"
    late = stage(*attested)
    late.agreed = MODEL
    assert due(late, attested[1]) is None


def test_what_begins_nothing_leaves_what_was_due() -> None:
    where = stage()
    assert due(where, t.KeysShared(A, b"p")) is None
    assert due(where, r.RuleFailed(0, A)) is None
    assert where.failed == {A}
    assert due(where, r.SeatPaid(0, A, 1, 40)) is None
    assert where.paid == 40


def test_a_pause_is_told_behind_the_deadline_that_it_moves() -> None:
    where = stage(r.DeadlineSet(0, 0, Milestone.OPEN, 300, 0))
    (moved,) = due_before(t.TaskPaused(0, 150), where)
    assert moved == r.DeadlineSet(0, 0, Milestone.OPEN, 350, 0)
