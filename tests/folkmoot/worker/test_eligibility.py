from dataclasses import replace
from typing import Any

import pytest

from folkmoot.chain import Phase
from folkmoot.worker.actions import Wait
from folkmoot.worker.eligibility import may_enrol, not_eligible
from tests.support.views import MEMBER, NOW, NUMBER, PARAMETERS, a_view

OUTSIDER = replace(MEMBER, number=0)
RETIRED = replace(MEMBER, retired=True)
FULL = replace(PARAMETERS, max_enrolled=8)  # as many as `a_view` has enrolled
SAMPLED = replace(a_view(Phase.TRAINING).round, sampled=True)


@pytest.mark.parametrize(
    ("phase", "changes"),
    [
        (Phase.ENROLLING, {"participant": OUTSIDER}),
        (Phase.SAMPLING, {"participant": OUTSIDER}),
        (Phase.PAUSED, {"participant": OUTSIDER}),
        (Phase.TRAINING, {"participant": RETIRED}),
        (Phase.TRAINING, {"participant": RETIRED, "parameters": FULL}),
    ],
    ids=["in time", "first running phase", "last running phase", "once more", "once more in a full task"],
)
def test_who_may_enrol(phase: Phase, changes: dict[str, Any]) -> None:
    assert may_enrol(a_view(phase, **changes))


@pytest.mark.parametrize(
    ("phase", "changes"),
    [
        (Phase.PROPOSED, {"participant": OUTSIDER}),
        (Phase.ENROLLING, {"participant": OUTSIDER, "now": NOW + 50}),
        (Phase.FINISHED, {"participant": OUTSIDER}),
        (Phase.TRAINING, {"participant": OUTSIDER, "admitted": False}),
        (Phase.TRAINING, {"participant": OUTSIDER, "parameters": FULL}),
        (Phase.TRAINING, {}),
    ],
    ids=["not approved", "too late", "over", "no member", "full", "enrolled"],
)
def test_who_may_not_enrol(phase: Phase, changes: dict[str, Any]) -> None:
    assert not may_enrol(a_view(phase, **changes))


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"participant": replace(MEMBER, since=NUMBER)},
        {"participant": replace(MEMBER, suspended_until=NUMBER)},
        {"participant": replace(MEMBER, seated_in=NUMBER)},
        {"participant": replace(MEMBER, seated_in=NUMBER + 1), "parameters": replace(PARAMETERS, seats_train=True)},
        {"participant": replace(MEMBER, sampled_in=NUMBER + 1), "round": SAMPLED},
    ],
    ids=["enrolled", "since this round", "until this round", "seated before", "seats train", "sampled"],
)
def test_who_may_train(changes: dict[str, Any]) -> None:
    assert not_eligible(a_view(Phase.TRAINING, **changes)) is None


@pytest.mark.parametrize(
    ("changes", "awaited"),
    [
        ({"admitted": False}, "admission to the federation"),
        ({"participant": OUTSIDER}, "a place in the task: it is full"),
        ({"participant": replace(MEMBER, since=NUMBER + 1)}, "round 3, the first after the enrolment"),
        ({"participant": replace(MEMBER, suspended_until=NUMBER + 1)}, "round 3: suspended until then"),
        (
            {"participant": replace(MEMBER, seated_in=NUMBER + 1)},
            "the next round: the account has a seat, or was replaced in it",
        ),
        (
            {"participant": replace(MEMBER, sampled_in=NUMBER), "round": SAMPLED},
            "the next round: others were sampled to train",
        ),
    ],
)
def test_who_may_not_train_is_told_what_it_waits_for(changes: dict[str, Any], awaited: str) -> None:
    view = a_view(Phase.TRAINING, **changes)
    assert not_eligible(view) == Wait(awaited, view.deadline)
