"""`step` against the contract's own conditions, over rounds drawn at random."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from folkmoot.chain import Metric, Milestone, Phase, Seat, Verdict
from folkmoot.learning.update_guard import UpdateGuard
from folkmoot.worker.actions import (
    Action,
    Aggregate,
    Attest,
    Close,
    Commit,
    Enrol,
    Expire,
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
    NEXT_MODEL,
    NUMBER,
    SEATS,
    STRANGER,
    TRAINERS,
    a_view,
    opening,
    seat,
    submission,
    trained,
)

ATTEMPT = 1
RUNNING = range(Phase.SAMPLING, Phase.PAUSED + 1)


@st.composite
def seats(draw: st.DrawFn) -> tuple[Seat, ...]:
    """A committee in any state; a trainer may have filled a vacancy."""
    accounts = (draw(st.sampled_from((SEATS[0], TRAINERS[0]))), *SEATS[1:])
    marks = st.integers(0, ATTEMPT + 1)
    return tuple(
        seat(account, committed_in=draw(marks), attested_in=draw(marks), revealed=draw(st.booleans()))
        for account in accounts
    )


@st.composite
def views(draw: st.DrawFn) -> View:
    """Any phase, any account, anything done or not done."""
    phase = draw(st.sampled_from(Phase))
    account = draw(st.sampled_from((SEATS[0], SEATS[1], TRAINERS[0], TRAINERS[3], STRANGER)))
    stalled = draw(st.sampled_from((Phase.TRAINING, Phase.COMMITTING, Phase.REVEALING, Phase.AGGREGATING)))
    view = a_view(phase, account, stalled=stalled)
    committee = draw(seats())
    verdicts = st.sampled_from(Verdict)
    authors = TRAINERS[: draw(st.integers(0, 3))] if phase == Phase.TRAINING else TRAINERS[: view.round.submitted]
    marks = st.sampled_from((0, NUMBER, NUMBER + 1))
    participant = replace(
        view.participant,
        number=draw(st.integers(0, 9)),
        retired=draw(st.booleans()),
        since=draw(marks),
        suspended_until=draw(marks),
        submitted_in=(NUMBER + 1) * (account in authors),
        seated_in=NUMBER + 1 if account in {taken.account for taken in committee} else draw(marks),
        sampled_in=draw(marks),
    )
    return replace(
        view,
        now=view.now + draw(st.integers(0, 60)),
        since=view.since - draw(st.integers(0, 60)),
        admitted=draw(st.booleans()),
        parameters=replace(
            view.parameters, seats_train=draw(st.booleans()), min_enrolled=draw(st.sampled_from((5, 9)))
        ),
        metric=draw(st.sampled_from(Metric)),
        round=replace(
            view.round,
            attempt=ATTEMPT,
            submitted=len(authors),
            seats=draw(st.integers(1, 3)),
            sampled=draw(st.booleans()),
        ),
        roster=replace(view.roster, enrolled=draw(st.sampled_from((8, 20)))),
        participant=participant,
        seats=committee,
        updates=tuple(submission(a, found=draw(st.booleans()), verdict=draw(verdicts)) for a in authors),
        startable=draw(st.booleans()),
        departed=draw(st.sampled_from(((), (TRAINERS[2],)))),
        model_found=draw(st.booleans()),
        trained=draw(st.sampled_from((None, trained(account), trained(SEATS[2])))),
        guard=draw(st.sampled_from((None, UpdateGuard(1.0)))),
        opening=draw(st.sampled_from((None, opening(attempt=ATTEMPT)))),
        aggregate=draw(st.sampled_from((None, NEXT_MODEL))),
        agreed=draw(st.sampled_from((NEXT_MODEL, b"\7" * 32))),
    )


# What the contract requires of each transaction, and good sense of each job. Sources: the libraries' `require`s.


def sits(view: View, index: int) -> bool:
    return view.admitted and view.seats[index].account == view.account


def judges(view: View, index: int) -> bool:
    return index < view.round.seats and sits(view, index)


def attests(view: View, index: int) -> bool:
    separate = len(view.seats) > view.round.seats
    return sits(view, index) and (index >= view.round.seats or not separate)


def may_start(view: View) -> bool:
    due = view.roster.active >= view.parameters.min_enrolled or view.now >= view.roster.start_by
    return view.phase == Phase.ENROLLING and view.startable and due


def may_submit(view: View) -> bool:
    member, number = view.participant, view.round.number
    enrolled = member.number > 0 and not member.retired and view.admitted
    counts = member.since <= number and member.suspended_until <= number
    seated = member.seated_in == number + 1 and not view.parameters.seats_train
    free = not seated and member.submitted_in != number + 1
    drawn = not view.round.sampled or member.sampled_in == number + 1
    return view.phase == Phase.TRAINING and enrolled and counts and free and drawn


def may_commit(view: View, index: int) -> bool:
    own = view.seats[index]
    fresh = not own.revealed and own.committed_in != view.round.attempt + 1
    return view.phase == Phase.COMMITTING and judges(view, index) and fresh


def may_attest(view: View, index: int) -> bool:
    fresh = view.seats[index].attested_in != view.round.attempt + 1
    late = view.phase == Phase.CLOSING and not view.progress.closed
    return (view.phase == Phase.AGGREGATING or late) and attests(view, index) and fresh


def agrees(view: View, action: Attest) -> bool:
    return view.phase != Phase.CLOSING or action.pointer == view.agreed


def may_reveal(view: View, action: Reveal) -> bool:
    own, now = view.seats[action.seat], view.round
    committed = not own.revealed and own.committed_in == now.attempt + 1
    return view.phase == Phase.REVEALING and judges(view, action.seat) and committed and is_current(view, action)


def is_current(view: View, action: Commit | Reveal) -> bool:
    kept = action.opening
    return (kept.round, kept.attempt, kept.digest) == (view.round.number, view.round.attempt, view.digest)


def may_enrol(view: View) -> bool:
    free = view.participant.retired or (
        view.participant.number == 0 and view.roster.enrolled < view.parameters.max_enrolled
    )
    return view.admitted and free and (view.phase == Phase.ENROLLING or view.phase in RUNNING)


def may_publish(view: View) -> bool:
    own = view.own
    judged = view.phase in {Phase.COMMITTING, Phase.REVEALING, Phase.SETTLING, Phase.AGGREGATING, Phase.CLOSING}
    stalled_later = view.phase == Phase.STALLED and view.stalled != Phase.TRAINING
    return own is not None and (judged or stalled_later)


ALLOWED: dict[type, Callable[[View, Any], bool]] = {
    Wait: lambda *_: True,
    Stop: lambda view, _: view.phase > Phase.PAUSED,
    Enrol: lambda view, _: may_enrol(view),
    Train: lambda view, _: may_submit(view) and view.model_found,
    Submit: lambda view, action: may_submit(view) and action.trained.samples > 0,
    TrainReference: lambda view, _: view.seat in view.judges and (view.model_found or not view.is_patient),
    Score: lambda view, _: may_commit(view, view.position),
    Commit: lambda view, action: may_commit(view, action.seat) and is_current(view, action),
    Reveal: may_reveal,
    Aggregate: lambda view, _: may_attest(view, view.position) and all(entry.found for entry in view.accepted),
    Attest: lambda view, action: may_attest(view, action.seat) and agrees(view, action),
    Publish: lambda view, _: may_publish(view),
    Start: lambda view, _: may_start(view),
    Expire: lambda view, _: view.phase == Phase.ENROLLING and view.now >= view.roster.start_by and not may_start(view),
    Retire: lambda view, action: action.account in view.departed,
    SampleTrainers: lambda view, action: view.phase == Phase.SAMPLING and action.steps > 0,
    Settle: lambda view, action: view.phase == Phase.SETTLING and action.steps > 0,
    Close: lambda view, action: view.phase == Phase.CLOSING and action.steps > 0,
    Recover: lambda view, _: view.phase == Phase.STALLED,
}


@settings(max_examples=500)
@given(views())
def test_nothing_is_proposed_that_may_not_be_done(view: View) -> None:
    action = step(view)
    assert ALLOWED[type(action)](view, action)


# What an action changes.


def with_seat(view: View, **changes: Any) -> View:
    seats = tuple(replace(s, **changes) if s.account == view.account else s for s in view.seats)
    return replace(view, seats=seats)


def with_milestone(view: View, milestone: Milestone) -> View:
    return replace(view, round=replace(view.round, milestone=milestone), since=view.now)


def published(view: View) -> View:
    return replace(view, updates=tuple(replace(e, found=e.found or e == view.own) for e in view.updates))


def submitted(view: View, action: Submit) -> View:
    entry = replace(submission(view.account, found=False), pointer=action.trained.pointer)
    return replace(view, updates=(*view.updates, entry))


EFFECT: dict[type, Callable[[View, Any], View]] = {
    Enrol: lambda view, _: replace(
        view, participant=replace(view.participant, number=9, retired=False, since=NUMBER + 1)
    ),
    Train: lambda view, _: replace(view, trained=trained(view.account)),
    Submit: submitted,
    TrainReference: lambda view, _: replace(view, guard=UpdateGuard(1.0)),
    Score: lambda view, _: replace(view, opening=opening(attempt=ATTEMPT)),
    Commit: lambda view, _: with_seat(view, committed_in=ATTEMPT + 1),
    Reveal: lambda view, _: with_seat(view, revealed=True),
    Aggregate: lambda view, _: replace(view, aggregate=NEXT_MODEL),
    Attest: lambda view, _: with_seat(view, attested_in=ATTEMPT + 1),
    Publish: lambda view, _: published(view),
    Start: lambda view, _: with_milestone(view, Milestone.OPEN),
    Expire: lambda view, _: with_milestone(view, Milestone.EXPIRED),
    Retire: lambda view, _: replace(view, departed=()),
    Settle: lambda view, _: with_milestone(view, Milestone.SETTLED),
    Close: lambda view, _: with_milestone(view, Milestone.FINISHED),
    Recover: lambda view, _: with_milestone(view, Milestone.AGREED),
}


@given(views())
def test_what_was_done_is_not_done_again(view: View) -> None:
    action: Action = step(view)
    if type(action) in EFFECT:
        assert type(step(EFFECT[type(action)](view, action))) is not type(action)


@given(views())
def test_a_step_depends_on_the_view_alone(view: View) -> None:
    assert step(view) == step(replace(view))
