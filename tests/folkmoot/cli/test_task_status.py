from dataclasses import replace

import pytest

from folkmoot.chain import Event, Milestone, Phase, RoundState, Verdict
from folkmoot.chain.events import rounds as r
from folkmoot.chain.events import tasks as t
from folkmoot.cli.task_status import RoundReport, final_score, is_scored, last_settled, reports, task_status
from folkmoot.rules import ABSTAINED
from folkmoot.rules.score import MAX_SCORE
from tests.folkmoot.cli.task_events import (
    AGREED,
    APPROVED,
    CLOSED,
    COMMITTED,
    OPENED,
    REVEALED,
    SETTLED,
    SUBMITTED,
    A,
    B,
    C,
    D,
    E,
    after,
)  # fmt: skip


def test_a_proposal_waits_for_the_managers() -> None:
    stand = task_status(after(), 0, block=0)
    assert (stand.phase, stand.deadline, stand.missing) == (Phase.PROPOSED, None, ())
    assert stand.waiting == "the managers to approve the task"


def test_enrolling_misses_the_committee() -> None:
    stand = task_status(after(APPROVED, t.MemberEnrolled(B, 1, 0), t.MemberEnrolled(E, 2, 0)), 10, block=0)
    assert (stand.phase, stand.deadline) == (Phase.ENROLLING, 50)
    assert (stand.acted, stand.missing) == ((B, E), (A, C))
    assert stand.waiting.startswith("members to enrol: 2 of at least 4")


ENROLLED = [APPROVED, *(t.MemberEnrolled(who, number, 0) for number, who in enumerate((A, B, C, D), start=1))]


def test_enrolling_with_enough_members_waits_for_anyone_to_start_and_workers_give_others_time() -> None:
    state = replace(after(*ENROLLED), parameters=replace(after().parameters, min_updates=1, enrolling_window=100))
    stand = task_status(state, 10, enrolled_at=8, block=0)
    assert (stand.waiting, stand.missing, stand.starts) == ("anyone to start the task: folkmoot task start", (), 13)
    full = replace(state, parameters=replace(state.parameters, max_enrolled=4))
    assert task_status(full, 10, enrolled_at=8, block=0).starts == 8, "no one else can come"
    assert task_status(state, 49, enrolled_at=48, block=0).starts == 49, "half of what is left until the deadline, 50"
    assert task_status(state, 50, enrolled_at=8, block=0).starts == 13
    assert task_status(state, 10, block=0).starts is None


@pytest.mark.parametrize(
    "events", [ENROLLED[:-1], [*ENROLLED[:3], t.MemberEnrolled(E, 3, 0), t.MemberEnrolled(D, 4, 0)]]
)
def test_enrolling_without_the_committee_or_enough_trainers_cannot_start(events: list[Event]) -> None:
    stand = task_status(after(*events), 10, enrolled_at=8, block=0)
    assert stand.starts is None
    assert stand.waiting.startswith("members to enrol: ")


def test_training_misses_trainers_and_no_seats() -> None:
    stand = task_status(after(*OPENED, SUBMITTED), 99, block=0)
    assert (stand.phase, stand.deadline) == (Phase.TRAINING, 100)
    assert (stand.acted, stand.missing) == ((D,), (E,))
    assert stand.waiting == "updates: 1 of 2 trainers have submitted"
    state = after(*OPENED)
    alone = replace(state.running, round=replace(state.running.round, eligible=1))
    assert task_status(replace(state, running=alone), 99, block=0).waiting == "updates: 0 of 1 trainer has submitted"


@pytest.mark.parametrize(
    "event", [t.MemberSuspended(0, E, 2), t.MemberRetired(E), t.MemberEnrolled(E, 5, 1)], ids=lambda e: type(e).__name__
)
def test_training_does_not_wait_for_who_may_not_train(event: Event) -> None:
    assert task_status(after(*OPENED, event), 99, block=0).missing == (D,)


def test_a_trainer_who_left_after_submitting_has_acted() -> None:
    assert task_status(after(*OPENED, SUBMITTED, t.MemberRetired(D)), 99, block=0).acted == (D,)


def test_committing_revealing_aggregating() -> None:
    stands = [
        task_status(after(*OPENED, SUBMITTED, COMMITTED[0]), 150, block=0),
        task_status(after(*OPENED, SUBMITTED, *COMMITTED, REVEALED[0]), 250, block=0),
        task_status(after(*OPENED, SUBMITTED, *COMMITTED, *REVEALED, *SETTLED, AGREED[0]), 350, block=0),
    ]
    assert [(s.phase, s.deadline) for s in stands] == [
        (Phase.COMMITTING, 200), (Phase.REVEALING, 300), (Phase.AGGREGATING, 400),
    ]  # fmt: skip
    assert [(s.acted, s.missing) for s in stands] == [((A,), (B, C)), ((A,), (B,)), ((A,), (B, C))]


def test_an_attempt_anew_asks_anew() -> None:
    again = [r.RoundRecovered(0, 1, Phase.REVEALING), r.DeadlineSet(0, 1, Milestone.SUBMITTED, 550, 0)]
    stand = task_status(after(*OPENED, SUBMITTED, *COMMITTED, REVEALED[0], *again), 400, block=0)
    assert (stand.phase, stand.acted, stand.missing) == (Phase.COMMITTING, (A,), (B, C))


@pytest.mark.parametrize(
    ("events", "now", "stalled"),
    [([], 100, Phase.TRAINING), ([SUBMITTED], 200, Phase.COMMITTING), ([SUBMITTED, *COMMITTED], 300, Phase.REVEALING)],
)
def test_a_stalled_round_waits_for_anyone(events: list[Event], now: int, stalled: Phase) -> None:
    stand = task_status(after(*OPENED, *events), now, block=0)
    assert (stand.phase, stand.stalled, stand.deadline) == (Phase.STALLED, stalled, None)
    assert stand.waiting == "anyone to recover the round"


def test_a_pause_has_an_end() -> None:
    stand = task_status(after(*OPENED, t.TaskPaused(0, 90)), 89, block=0)
    assert (stand.phase, stand.deadline, stand.waiting) == (Phase.PAUSED, 90, "the end of the pause")


@pytest.mark.parametrize(
    ("event", "phase"),
    [
        (t.TaskFinished(0, 5), Phase.FINISHED),
        (t.TaskExpired(), Phase.EXPIRED),
        (t.TaskCancelled(), Phase.CANCELLED),
    ],
)
def test_what_is_over_waits_for_nothing(event: Event, phase: Phase) -> None:
    stand = task_status(after(APPROVED, event), 10**9, block=0)
    assert (stand.phase, stand.waiting, stand.deadline) == (phase, "", None)


def test_reports_of_rounds() -> None:
    events = [*OPENED, SUBMITTED, *COMMITTED, *REVEALED, *SETTLED, *AGREED, *CLOSED]
    state = after(*events)
    assert reports(state, events) == [
        RoundReport(round=0, settled=True, baseline=2_500, best=7_000, submitted=1, accepted=1, outcome="model 1"),
        RoundReport(round=1, settled=False, baseline=None, best=None, submitted=0, accepted=0, outcome=""),
    ]
    settled = last_settled(state)
    assert settled is not None
    assert settled.round.number == 0


def rejected(*said: tuple[int, int], score: int = 0, baseline: int = MAX_SCORE) -> RoundState:
    """Round 0 after seats said a baseline and a score of its only update each, which is not accepted."""
    revealed = [r.ScoresRevealed(0, s, 0, b, (u,), salt=b"\1" * 32) for s, (b, u) in zip((A, B, C), said, strict=False)]
    settled = r.RoundSettled(0, baseline, (D,), (score,), (Verdict.REJECTED,), ranking=(), weights=(0, 0))
    return after(*OPENED, SUBMITTED, *COMMITTED, *revealed, settled).running


NOTHING = ABSTAINED, ABSTAINED


@pytest.mark.parametrize(
    ("found", "is_known"),
    [
        (rejected(NOTHING, NOTHING, NOTHING), False),
        (rejected(NOTHING, NOTHING), False),
        (rejected((6_000, 5_000), NOTHING, NOTHING), False),
        (rejected((6_000, 0), NOTHING, NOTHING), True),
        (rejected((6_000, 100), (6_000, 100), (6_000, 100)), True),
        (rejected(NOTHING, NOTHING, NOTHING, score=1), True),
        (replace(rejected((6_000, 0), (6_000, 0), (6_000, 0)), score_rule_failed=True), False),
    ],
    ids=["all abstain", "one is absent", "too few", "one looked", "votes against it", "a score", "the rule failed"],
)
def test_a_score_that_stands_for_missing_voices_was_not_measured(found: RoundState, is_known: bool) -> None:
    assert is_scored(found, found.updates[0]) == is_known


def test_a_round_that_nobody_could_score_has_no_scores() -> None:
    state = replace(after(), running=rejected(NOTHING, NOTHING, NOTHING))
    (report,) = reports(state, [])
    assert (report.settled, report.baseline, report.best) == (True, None, None)


@pytest.mark.parametrize(
    ("event", "outcome"),
    [
        (r.RoundCarried(0, 1), "no new model: the old one is carried forward"),
        (r.RoundRolledBack(0, 0, (A, B, C)), "rolled back to model 0"),
    ],
)
def test_reports_of_rounds_without_a_model(event: Event, outcome: str) -> None:
    events = [*OPENED, event, *CLOSED[2:]]
    assert [report.outcome for report in reports(after(*events), events)] == [outcome, ""]


OVER = [*OPENED, SUBMITTED, *COMMITTED, *REVEALED, *SETTLED, *AGREED, *CLOSED[:2], t.TaskFinished(0, 5)]


@pytest.mark.parametrize(
    ("said", "score"),
    [
        ((), None),
        ((9_000,), None),
        ((9_000, 9_200), 9_000),
        ((9_200, 9_000), 9_000),
        ((10_000, 9_100, 9_000), 9_100),
        ((0, 9_100, 9_000), 9_000),
        ((0, 0), 0),
    ],
)
def test_the_final_score_is_the_lower_median_of_most_seats(said: tuple[int, ...], score: int | None) -> None:
    events = [*OVER, *(r.ModelScored(0, 1, seat, given) for seat, given in zip((C, A, B), said, strict=False))]
    state = after(*events)
    assert final_score(state) == {1: score}
    told = "not scored" if score is None else f"scored {score / 100:.2f} %"
    assert [report.outcome for report in reports(state, events)] == [f"model 1, {told}"]
    assert [report.outcome for report in reports(state, [])] == [told], "by the state alone"


def test_half_of_the_seats_are_too_few_for_a_final_score() -> None:
    """Of four, two liars could say anything."""
    seats = (A, B, C, D)
    opened = r.RoundOpened(0, seats, committee=4, fillers=(False,) * 4, eligible=2, sampled=False)
    over = [*(opened if isinstance(event, r.RoundOpened) else event for event in OPENED), t.TaskFinished(0, 5)]
    scores = [r.ModelScored(0, 1, seat, 9_000 + 100 * index) for index, seat in enumerate(seats)]
    assert [final_score(after(*over, *scores[:count])) for count in (2, 3, 4)] == [{1: None}, {1: 9_100}, {1: 9_100}]


@pytest.mark.parametrize("events", [[APPROVED], [APPROVED, t.TaskCancelled()], [APPROVED, t.TaskExpired()], OVER[:-1]])
def test_only_a_finished_task_has_a_final_score(events: list[Event]) -> None:
    assert final_score(after(*events)) == {}


def test_no_rounds_before_the_start() -> None:
    assert reports(after(APPROVED), [APPROVED]) == []
    assert last_settled(after(APPROVED)) is None
