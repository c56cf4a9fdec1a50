from dataclasses import replace

import pytest

from folkmoot.audit import seating
from folkmoot.audit.seating import SeatPlan
from folkmoot.chain import Milestone, Participant, Phase, TaskState, Verdict
from folkmoot.rules import sample_trainers
from tests.support.past import A, B, C, D
from tests.support.staging import TWINS, stage

OTHERS = ["0x" + digit * 40 for digit in "6789"]


def crowd(**parameters: object) -> TaskState:
    """Eight participants, three of whom sit."""
    usual = {"committee": 3, "aggregators": 0, "min_updates": 1, "max_updates": 9, "max_enrolled": 20, "max_terms": 2}
    s = stage(**{**usual, **parameters}).state
    new = {a: replace(s.participants[A], number=5 + i, seated_in=0, filled_in=0, seat=0) for i, a in enumerate(OTHERS)}
    return replace(s, participants={**s.participants, **new})


def changed(s: TaskState, account: str, **changes: object) -> TaskState:
    participant: Participant = replace(s.participants[account], **changes)  # type: ignore[arg-type]
    return replace(s, participants={**s.participants, account: participant})


def test_seats_that_did_their_duty_stay_where_nobody_was_accepted() -> None:
    plan = seating.elected(crowd(), TWINS, has_failed=False)
    assert plan == SeatPlan((A, B, C), (True, True, True), 3)


def test_who_was_struck_goes_behind_the_proven_and_before_strangers() -> None:
    s = changed(crowd(), A, struck_in=1, accepted_in=1)
    s = changed(s, OTHERS[0], accepted_in=0)
    s = changed(s, OTHERS[1], accepted_in=1)
    s = replace(s, running=replace(s.running, round=replace(s.running.round, number=3)))
    plan = seating.elected(s, TWINS, has_failed=False)
    assert plan
    assert {A, OTHERS[1]} <= {*plan.accounts}, "accepted once, however long ago"


def test_the_providers_alone_sit_if_they_can_fill_the_seats() -> None:
    s = crowd()
    updates = [replace(_update(author), score=score) for author, score in zip(OTHERS, (5, 9, 7, 6), strict=True)]
    now = replace(s.running, updates=tuple(updates), round=replace(s.running.round, milestone=Milestone.AGREED))
    plan = seating.elected(replace(s, running=now), TWINS, has_failed=False)
    assert plan == SeatPlan((OTHERS[1], OTHERS[2], OTHERS[3]), (False, False, False), 3)


def _update(author: str):  # type: ignore[no-untyped-def]
    from folkmoot.chain import Update  # noqa: PLC0415

    return Update(author, 1, 0, 0, 1, Verdict.ACCEPTED)


def test_after_a_rules_failure_the_dutiful_stay_and_without_a_twin_nothing_is_known() -> None:
    s = changed(crowd(), B, struck_in=1)
    assert seating.elected(s, TWINS, has_failed=True) == SeatPlan((A, C), (True, True), 2)
    assert seating.elected(s, replace(TWINS, election=None), has_failed=False) is None


def test_enough_are_left_to_train() -> None:
    s = crowd(committee=6, min_updates=4)
    assert seating.seats_for(s, 8) == 4
    assert seating.seats_for(crowd(committee=6, min_updates=4, seats_train=True), 8) == 6
    assert seating.most_seats(crowd(committee=3, aggregators=3).parameters, 5) == 3, "two could not decide"


def test_a_round_is_opened_for_all_who_are_left_or_for_a_share_of_them() -> None:
    plan = SeatPlan((A, B, C), (True,) * 3, 3)
    assert seating.opened(crowd(), 1, plan).eligible == 5
    sampled = seating.opened(crowd(active_share=7_500), 1, plan)
    assert (sampled.eligible, sampled.sampled) == (3, True)
    suspended = changed(crowd(), D, suspended_until=2)
    assert seating.opened(suspended, 1, plan).eligible == 4


def test_trainers_are_drawn_as_the_twin_of_the_contract_draws_them() -> None:
    s = crowd(active_share=5_000)
    found = [account for _, account in zip(range(3), (a for _, a in seating.next_trainers(s, 0)), strict=False)]
    able = {m.number for a, m in s.participants.items() if a not in {A, B, C}}
    numbers = sample_trainers(able, 3, s.seed, 20)
    assert [s.participants[account].number for account in found] == numbers
    (first, _), *_ = seating.next_trainers(s, 0)
    later = changed(s, found[0], sampled_in=1)
    assert [account for _, account in seating.next_trainers(later, first)][:2] == found[1:]


@pytest.mark.parametrize(("stalled", "first"), [(Phase.COMMITTING, OTHERS[0]), (Phase.TRAINING, D)])
def test_vacancies_go_to_who_has_no_update_unless_updates_are_missing(stalled: Phase, first: str) -> None:
    s = changed(crowd(), D, submitted_in=1)
    for other in OTHERS[1:]:
        s = changed(s, other, retired=True)
    assert seating.successors(s, stalled, 1) == [first]
    assert {*seating.successors(s, stalled, 2)} == {D, OTHERS[0]}
    assert seating.successors(s, stalled, 0) == []


def test_an_earlier_election_loses_who_was_retired_since() -> None:
    plan = SeatPlan((A, B, C, D), (True,) * 4, 3)
    assert seating.recalled(changed(crowd(), B, retired=True), plan).accounts == (A, C)


def test_a_first_committee_is_drawn_of_those_who_are_members() -> None:
    plan = seating.drawn(crowd(), b"\5" * 32, lambda account: account != A)
    assert len(plan.accounts) == 3
    assert A not in plan.accounts
