from itertools import product

import pytest

from folkmoot.chain import Phase
from folkmoot.worker.actions import Train, Wait
from folkmoot.worker.step import step
from folkmoot.worker.waits import Waits, reason_of
from tests.support.views import SEATS, STRANGER, TRAINERS, a_view


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("what", "reason"),
    [
        ("updates: 2 of 3 trainers have submitted", "updates"),
        ("the blob of model 12", "the blob of model N"),
        ("round 4: suspended until then", "round N"),
        ("the score of model 3 to be sent: 0xabc says: no", "the score of model N to be sent"),
    ],
)
def test_a_reason_has_no_numbers_and_no_names(what: str, reason: str) -> None:
    assert reason_of(Wait(what)) == reason


def test_reasons_are_few_whatever_the_worker_sees() -> None:
    everybody = (*SEATS, *TRAINERS, STRANGER)
    views = [
        a_view(phase, account, admitted=admitted, departed=())
        for phase, account, admitted in product(Phase, everybody, (True, False))
    ]
    reasons = {reason_of(action) for view in views if isinstance(action := step(view), Wait)}
    assert 8 <= len(reasons) <= 25
    assert [reason for reason in reasons if any(map(str.isdigit, reason))] == []


def test_a_wait_goes_on_while_only_its_numbers_change() -> None:
    clock = Clock()
    waits = Waits(clock)
    waits.see(Wait("updates: 1 of 3"))
    clock.now = 5
    waits.see(Wait("updates: 2 of 3"))
    clock.now = 8
    assert waits.current() == waits.total() == {"updates": 8.0}


def test_waits_add_up_and_end_with_work_or_another_wait() -> None:
    clock = Clock()
    waits = Waits(clock)
    assert (waits.current(), waits.total()) == ({}, {})
    waits.see(Wait("updates: 1 of 3"))
    clock.now = 2
    waits.see(Wait("the end of the pause"))
    clock.now = 3
    waits.see(Train(1))
    clock.now = 10
    assert (waits.current(), waits.total()) == ({}, {"updates": 2.0, "the end of the pause": 1.0})
    waits.see(Wait("updates: 0 of 3"))
    clock.now = 14
    assert (waits.current(), waits.total()["updates"]) == ({"updates": 4.0}, 6.0)
