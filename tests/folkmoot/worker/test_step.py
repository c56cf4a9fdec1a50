from dataclasses import replace
from typing import Any

import pytest

from folkmoot.chain import Metric, Milestone, Phase, Verdict
from folkmoot.learning.update_guard import UpdateGuard
from folkmoot.worker.actions import (
    Action,
    Aggregate,
    Attest,
    Close,
    Commit,
    Enrol,
    Expire,
    HandOn,
    Publish,
    Recover,
    Retire,
    Reveal,
    SampleTrainers,
    Score,
    Settle,
    Start,
    Stop,
    Submit,
    Train,
    TrainReference,
    Wait,
)
from folkmoot.worker.step import step
from folkmoot.worker.view import View
from tests.support.views import (
    MEMBER,
    NEXT_MODEL,
    NOW,
    NUMBER,
    PARAMETERS,
    SEATS,
    STRANGER,
    TRAINERS,
    WINDOW,
    a_view,
    opening,
    seat,
    submission,
    trained,
)

SEAT, TRAINER = SEATS[0], TRAINERS[0]
SOME = replace(a_view(Phase.TRAINING).round, sampled=True)
PEERS = replace(PARAMETERS, seats_train=True)


def committee(account: str = SEAT, **changes: Any) -> tuple[Any, ...]:
    """The committee, one of whose seats has done something."""
    return tuple(seat(other, **(changes if other == account else {})) for other in SEATS)


def with_aggregator(view: View) -> View:
    """The last seat only attests."""
    return replace(view, round=replace(view.round, seats=2))


def unpublished(account: str = TRAINER, **changes: Any) -> dict[str, Any]:
    """The updates of three trainers, one of which is not in the store yet, but in its author's journal."""
    updates = tuple(submission(author, found=author != account, **changes) for author in TRAINERS[:3])
    return {"updates": updates, "trained": trained(account)}


TABLE: dict[str, tuple[View, Action | type]] = {
    "proposed": (a_view(Phase.PROPOSED), Wait),
    "enrolling, not enrolled": (a_view(Phase.ENROLLING, participant=replace(MEMBER, number=0)), Enrol()),
    "enrolling, retired and admitted again": (
        a_view(Phase.ENROLLING, participant=replace(MEMBER, retired=True)),
        Enrol(),
    ),
    "enrolling, no member": (a_view(Phase.ENROLLING, participant=replace(MEMBER, number=0), admitted=False), Wait),
    "enrolling, enrolled": (a_view(Phase.ENROLLING, SEAT), Wait),
    "enrolling, too late": (a_view(Phase.ENROLLING, SEAT, now=NOW + 50), Expire()),
    "training, trainer": (a_view(Phase.TRAINING, TRAINER), Train(NUMBER)),
    "training, trainer without the model": (a_view(Phase.TRAINING, TRAINER, model_found=False), Wait),
    "training, trained": (
        a_view(Phase.TRAINING, TRAINER, trained=trained(TRAINER)),
        Submit(NUMBER, trained(TRAINER)),
    ),
    "training, submitted": (a_view(Phase.TRAINING, TRAINER, **unpublished()), Wait),
    "training, seat": (a_view(Phase.TRAINING, SEAT), TrainReference(NUMBER)),
    "training, seat without the model": (a_view(Phase.TRAINING, SEAT, model_found=False), Wait),
    "training, calibrated seat": (a_view(Phase.TRAINING, SEAT, guard=UpdateGuard(1.0)), Wait),
    "training, not enrolled": (a_view(Phase.TRAINING, participant=replace(MEMBER, number=0)), Enrol()),
    "training, enrolled for later": (a_view(Phase.TRAINING, participant=replace(MEMBER, since=NUMBER + 1)), Wait),
    "training, suspended": (a_view(Phase.TRAINING, participant=replace(MEMBER, suspended_until=NUMBER + 1)), Wait),
    "training, replaced in its seat": (a_view(Phase.TRAINING, participant=replace(MEMBER, seated_in=NUMBER + 1)), Wait),
    "training, banned and retired": (
        a_view(Phase.TRAINING, TRAINER, admitted=False, participant=replace(MEMBER, retired=True)),
        Wait,
    ),
    "training, no place": (
        a_view(Phase.TRAINING, participant=replace(MEMBER, number=0), parameters=replace(PARAMETERS, max_enrolled=8)),
        Wait,
    ),
    "training, banned": (a_view(Phase.TRAINING, TRAINER, admitted=False), Wait),
    "drawing, first seat": (a_view(Phase.SAMPLING, SEAT), SampleTrainers(500)),
    "drawing, second seat": (a_view(Phase.SAMPLING, SEATS[1]), Wait),
    "training, drawn": (
        a_view(Phase.TRAINING, round=SOME, participant=replace(MEMBER, sampled_in=NUMBER + 1)),
        Train(NUMBER),
    ),
    "training, not drawn": (
        a_view(Phase.TRAINING, round=SOME, participant=replace(MEMBER, sampled_in=NUMBER)),
        Wait,
    ),
    "training, seat that trains": (a_view(Phase.TRAINING, SEAT, parameters=PEERS), Train(NUMBER)),
    "training, seat that has trained": (
        a_view(Phase.TRAINING, SEAT, parameters=PEERS, trained=trained(SEAT)),
        Submit(NUMBER, trained(SEAT)),
    ),
    "training, seat that has submitted": (
        a_view(Phase.TRAINING, SEAT, parameters=PEERS, updates=(submission(SEAT),)),
        TrainReference(NUMBER),
    ),
    "training, seat that would train but was not drawn": (
        a_view(Phase.TRAINING, SEAT, parameters=PEERS, round=SOME),
        TrainReference(NUMBER),
    ),
    "training, replaced in its seat among seats that train": (
        a_view(Phase.TRAINING, parameters=PEERS, participant=replace(MEMBER, seated_in=NUMBER + 1)),
        Train(NUMBER),
    ),
    "training, seat that looks for availability": (
        a_view(Phase.TRAINING, SEAT, metric=Metric.AVAILABILITY),
        TrainReference(NUMBER),
    ),
    "training, aggregator": (with_aggregator(a_view(Phase.TRAINING, SEATS[2])), Wait),
    "committing, seat that looks for availability": (
        a_view(Phase.COMMITTING, SEAT, metric=Metric.AVAILABILITY, guard=UpdateGuard()),
        Score(NUMBER, 0, UpdateGuard()),
    ),
    "committing, aggregator": (with_aggregator(a_view(Phase.COMMITTING, SEATS[2])), Wait),
    "aggregating, aggregator": (with_aggregator(a_view(Phase.AGGREGATING, SEATS[2])), Aggregate(NUMBER)),
    "aggregating, judge beside aggregators": (with_aggregator(a_view(Phase.AGGREGATING, SEAT)), Wait),
    "committing, author": (a_view(Phase.COMMITTING, TRAINER, **unpublished()), Publish(NUMBER)),
    "committing, author with another blob": (
        a_view(Phase.COMMITTING, TRAINER, **(unpublished() | {"trained": trained(SEAT)})),
        Wait,
    ),
    "committing, published author": (a_view(Phase.COMMITTING, TRAINER, trained=trained(TRAINER)), Wait),
    "committing, seat": (a_view(Phase.COMMITTING, SEAT), TrainReference(NUMBER)),
    "committing, calibrated seat": (
        a_view(Phase.COMMITTING, SEAT, guard=UpdateGuard(1.5)),
        Score(NUMBER, 0, UpdateGuard(1.5)),
    ),
    "committing, blobs missing": (
        a_view(Phase.COMMITTING, SEAT, guard=UpdateGuard(1.5), updates=unpublished()["updates"]),
        Wait,
    ),
    "committing, blobs missing for almost half of the window": (
        a_view(
            Phase.COMMITTING,
            SEAT,
            guard=UpdateGuard(1.5),
            updates=unpublished()["updates"],
            now=NOW + WINDOW // 2 - 1,
        ),
        Wait,
    ),
    "committing, blobs missing for half of the window": (
        a_view(
            Phase.COMMITTING,
            SEAT,
            guard=UpdateGuard(1.5),
            updates=unpublished()["updates"],
            now=NOW + WINDOW // 2,
        ),
        Score(NUMBER, 0, UpdateGuard(1.5)),
    ),
    "committing, seat without the model": (a_view(Phase.COMMITTING, SEAT, model_found=False), Wait),
    "committing, seat without the model for half of the window": (
        a_view(Phase.COMMITTING, SEAT, model_found=False, now=NOW + WINDOW // 2),
        TrainReference(NUMBER),
    ),
    "committing, scored": (a_view(Phase.COMMITTING, SEAT, opening=opening()), Commit(0, opening())),
    "committing, committed": (
        a_view(Phase.COMMITTING, SEAT, opening=opening(), seats=committee(committed_in=1)),
        Wait,
    ),
    "committing, revealed in an earlier attempt": (
        a_view(Phase.COMMITTING, SEAT, opening=opening(), seats=committee(revealed=True)),
        Wait,
    ),
    "committing, banned seat": (a_view(Phase.COMMITTING, SEAT, opening=opening(), admitted=False), Wait),
    "committing, an author that must sit": (
        a_view(
            Phase.COMMITTING, TRAINER, guard=UpdateGuard(2.0), seats=(seat(SEATS[0]), seat(TRAINER), seat(SEATS[2]))
        ),
        Score(NUMBER, 0, UpdateGuard(2.0)),
    ),
    "revealing, committed": (a_view(Phase.REVEALING, SEAT, opening=opening()), Reveal(0, opening())),
    "revealing, second seat": (a_view(Phase.REVEALING, SEATS[1], opening=opening()), Reveal(1, opening())),
    "revealing, nothing committed": (
        a_view(Phase.REVEALING, SEAT, opening=opening(), seats=committee(SEATS[1], committed_in=1)),
        Wait,
    ),
    "revealing, revealed": (
        a_view(Phase.REVEALING, SEAT, opening=opening(), seats=committee(committed_in=1, revealed=True)),
        Wait,
    ),
    "revealing, banned seat": (a_view(Phase.REVEALING, SEAT, opening=opening(), admitted=False), Wait),
    "revealing, journal lost": (a_view(Phase.REVEALING, SEAT), Wait),
    "revealing, late author": (a_view(Phase.REVEALING, TRAINER, **unpublished()), Publish(NUMBER)),
    "settling, first seat": (a_view(Phase.SETTLING, SEAT), Settle(2)),
    "settling, second seat": (a_view(Phase.SETTLING, SEATS[1]), Wait),
    "aggregating, seat": (a_view(Phase.AGGREGATING, SEAT), Aggregate(NUMBER)),
    "aggregating, an accepted blob missing": (
        a_view(Phase.AGGREGATING, SEAT, updates=unpublished(verdict=Verdict.ACCEPTED)["updates"]),
        Wait,
    ),
    "aggregating, a rejected blob missing": (
        a_view(Phase.AGGREGATING, SEAT, updates=(submission(TRAINER, found=False, verdict=Verdict.REJECTED),)),
        Aggregate(NUMBER),
    ),
    "aggregating, aggregated": (
        a_view(Phase.AGGREGATING, SEATS[1], aggregate=NEXT_MODEL),
        Attest(NUMBER, 1, NEXT_MODEL),
    ),
    "aggregating, attested": (
        a_view(Phase.AGGREGATING, SEAT, aggregate=NEXT_MODEL, seats=committee(attested_in=1)),
        Wait,
    ),
    "aggregating, banned seat": (a_view(Phase.AGGREGATING, SEAT, aggregate=NEXT_MODEL, admitted=False), Wait),
    "aggregating, trainer": (a_view(Phase.AGGREGATING, TRAINER), Wait),
    "closing, first seat": (
        a_view(Phase.CLOSING, SEAT, seats=tuple(seat(other, attested_in=1) for other in SEATS)),
        Close(7),
    ),
    "closing, trainer": (a_view(Phase.CLOSING, TRAINER), Wait),
    "closing, seat that has not attested": (a_view(Phase.CLOSING, SEAT, agreed=NEXT_MODEL), Aggregate(NUMBER)),
    "closing, seat that agrees": (
        a_view(Phase.CLOSING, SEATS[1], agreed=NEXT_MODEL, aggregate=NEXT_MODEL),
        Attest(NUMBER, 1, NEXT_MODEL),
    ),
    "closing, seat that does not agree": (a_view(Phase.CLOSING, SEAT, agreed=b"\7" * 32, aggregate=NEXT_MODEL), Wait),
    "closing, seat that does not agree in its turn": (
        a_view(Phase.CLOSING, SEAT, agreed=b"\7" * 32, aggregate=NEXT_MODEL, now=NOW + 10),
        Close(7),
    ),
    "stalled in training, author": (
        a_view(Phase.STALLED, TRAINER, stalled=Phase.TRAINING, **unpublished()),
        Wait,
    ),
    "stalled in committing, author": (a_view(Phase.STALLED, TRAINER, **unpublished()), Publish(NUMBER)),
    "stalled, first seat": (a_view(Phase.STALLED, SEAT), Recover()),
    "stalled, stranger in its turn": (a_view(Phase.STALLED, STRANGER, now=NOW + 10 * 3), Recover()),
    "paused, seat": (a_view(Phase.PAUSED, SEAT, opening=opening()), Wait),
    "paused, author": (a_view(Phase.PAUSED, TRAINER, **unpublished()), Wait),
    "finished": (a_view(Phase.FINISHED), Stop("the task is finished")),
    "expired": (a_view(Phase.EXPIRED), Stop("the task is expired")),
    "cancelled": (a_view(Phase.CANCELLED), Stop("the task is cancelled")),
}


@pytest.mark.parametrize(("view", "expected"), TABLE.values(), ids=TABLE)
def test_what_is_done_next(view: View, expected: Action | type) -> None:
    action = step(view)
    assert type(action) is expected if isinstance(expected, type) else action == expected


def test_the_table_has_every_phase() -> None:
    assert {view.phase for view, _ in TABLE.values()} == set(Phase)


@pytest.mark.parametrize("name", [name for name, (_, expected) in TABLE.items() if expected is Wait])
def test_a_wait_tells_for_what_and_until_when(name: str) -> None:
    view, _ = TABLE[name]
    wait = step(view)
    assert isinstance(wait, Wait)
    assert wait.what
    assert view.deadline is None or wait.until is not None
    assert wait.until is None or wait.until > view.now


def test_waiting_names_those_who_have_not_acted() -> None:
    committing = step(a_view(Phase.COMMITTING, TRAINER, seats=committee(committed_in=1)))
    revealing = step(a_view(Phase.REVEALING, TRAINER, seats=committee(SEATS[1], committed_in=1)))
    aggregating = step(a_view(Phase.AGGREGATING, TRAINER, seats=committee(attested_in=1)))
    named = [action.who for action in (committing, revealing, aggregating) if isinstance(action, Wait)]
    assert named == [SEATS[1:], SEATS[1:2], SEATS[1:]]


def test_a_full_task_starts_at_once_and_others_wait_for_latecomers() -> None:
    ready = a_view(Phase.ENROLLING, SEAT, startable=True)
    full = replace(ready, roster=replace(ready.roster, enrolled=ready.parameters.max_enrolled))
    assert step(full) == Start()
    assert step(replace(ready, parameters=replace(PARAMETERS, min_enrolled=6))) == Start(), "so many were waited for"
    assert step(ready) == Wait("the task to be started", NOW + 5)
    assert step(replace(ready, now=NOW + 5)) == Start()
    closed = replace(ready, round=replace(ready.round, milestone=Milestone.ENROLLED))
    assert step(closed) == Start(), "nobody can enrol any more"


def test_a_task_that_is_ready_late_is_started_before_the_window_has_passed() -> None:
    late = a_view(Phase.ENROLLING, SEAT, startable=True)
    late = replace(late, roster=replace(late.roster, start_by=NOW + 4))
    assert step(late) == Wait("the task to be started", NOW + 2)
    assert step(replace(late, now=NOW + 2)) == Start()


def test_a_task_starts_with_fewer_than_it_would_have_once_the_window_has_passed() -> None:
    few = a_view(Phase.ENROLLING, SEAT, startable=True, parameters=replace(PARAMETERS, min_enrolled=9))
    end = few.roster.start_by
    assert isinstance(step(replace(few, now=end - 1)), Wait)
    assert step(replace(few, now=end)) == Start()
    assert step(replace(few, now=end, startable=False)) == Expire()


def test_a_full_task_takes_nobody_in() -> None:
    view = a_view(Phase.ENROLLING, participant=replace(MEMBER, number=0))
    assert step(replace(view, roster=replace(view.roster, enrolled=20))) != Enrol()


def test_who_left_the_federation_is_retired_when_there_is_time() -> None:
    idle = a_view(Phase.TRAINING, SEAT, guard=UpdateGuard(1.0), departed=(TRAINERS[3],))
    assert step(idle) == Retire(TRAINERS[3])
    assert step(replace(idle, guard=None)) == TrainReference(NUMBER)
    assert isinstance(step(replace(idle, account=SEATS[1])), Wait)


def test_keys_are_handed_on_when_there_is_time() -> None:
    action = HandOn((TRAINERS[3],))
    idle = a_view(Phase.TRAINING, SEAT, guard=UpdateGuard(1.0), lacking=action.accounts)
    assert step(idle) == action
    assert step(replace(idle, guard=None)) == TrainReference(NUMBER)
    assert isinstance(step(replace(idle, account=SEATS[1])), Wait)
    later = replace(idle, account=SEATS[1], now=NOW + idle.turn)
    assert step(later) == action, "the seat before it did not"
    scoring = a_view(Phase.COMMITTING, SEAT, guard=UpdateGuard(1.0), lacking=action.accounts)
    assert step(scoring) == action, "each seat may have what another one waits for"
    assert isinstance(step(replace(scoring, lacking=())), Score)


def test_an_opening_for_another_attempt_is_not_used() -> None:
    view = a_view(Phase.COMMITTING, SEAT, guard=UpdateGuard(1.0))
    later = replace(view, round=replace(view.round, attempt=1), seats=committee(committed_in=1))
    assert step(later) == Score(NUMBER, 1, UpdateGuard(1.0))


def test_what_it_waits_for_is_counted_right() -> None:
    enrolling, training = a_view(Phase.ENROLLING, SEAT), a_view(Phase.TRAINING, SEAT, guard=UpdateGuard())
    for number, told in ((1, "members to enrol: 1 is enrolled"), (2, "members to enrol: 2 are enrolled")):
        waits = step(replace(enrolling, roster=replace(enrolling.roster, enrolled=number)))
        assert isinstance(waits, Wait)
        assert waits.what == told
    for number, told in ((1, "0 of 1 trainer has submitted"), (2, "0 of 2 trainers have submitted")):
        waits = step(replace(training, round=replace(training.round, eligible=number, submitted=0)))
        assert isinstance(waits, Wait)
        assert waits.what == f"updates: {told}"
