"""One look for all members tells each what its own reader would."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from experiments.systems import active, task
from folkmoot.chain import Phase
from folkmoot.chain.events.rounds import TrainersSampled
from folkmoot.simulation import ATTACKS, Played, simulate
from folkmoot.simulation.view_cache import TURN_S, ViewCache
from folkmoot.testing import account_of
from folkmoot.worker.actions import DRAWS
from folkmoot.worker.observer import Reader
from tests.support.simulation import LEARNING, MEMBERS, plan

SAMPLED = task("bflc", members=MEMBERS, committee=3, total_rounds=2, **active(MEMBERS, 0.75, 3), **LEARNING)


@pytest.fixture
def played() -> Iterator[Played]:
    """A federation whose first member has no seat, and where some members are drawn to train."""
    with simulate(replace(plan(attackers=(0,)), task=SAMPLED)) as played:
        yield played


@pytest.fixture
def cache(played: Played) -> ViewCache:
    return played.coalition.view_cache


def enrol(played: Played, *numbers: int) -> None:
    members = [account_of(f"experiment {played.plan.seed}: member {number}") for number in numbers]
    played.chain.execute(*((member, played.task.enrol()) for member in members))


def test_a_seat_looks_where_there_is_one(played: Played, cache: ViewCache) -> None:
    view = cache.look()
    assert view.seats
    assert view.seat == view.seats[0]
    assert view.account != played.accounts[0]
    reader = Reader(cache._federation, played.task, cache.parameters, view.account, TURN_S)
    own = reader.read(played.chain.client.head().number)
    assert view == replace(own, now=played.chain.now, since=played.chain.now)
    assert cache.view is view


def test_time_passes_and_only_a_change_is_new(played: Played, cache: ViewCache) -> None:
    begun = cache.look().now
    played.chain.mine()
    view = cache.look()
    assert (view.now, view.since) == (played.chain.now, begun)
    assert view.now > begun
    enrol(played, 1)
    assert cache.look().since == played.chain.now


def test_members_get_their_own_marks(played: Played, cache: ViewCache) -> None:
    for enrolled in ((), (1, 5), (2, 0)):
        enrol(played, *enrolled)
        marks = cache.members(played.accounts)
        assert marks == {account: played.task.participant(account) for account in played.accounts}
    assert [account for account in played.accounts if marks[account].number] == [
        played.accounts[number] for number in (0, 1, 2, 5)
    ]
    some = {played.accounts[number] for number in (2, 3)}
    assert cache.members(some).keys() == some


def test_who_was_drawn_trains(played: Played, cache: ViewCache) -> None:
    next(played.play())
    assert cache.look().phase == Phase.SAMPLING
    cache.members(played.accounts)
    assert not any(map(cache.trains, played.accounts)), "nobody is drawn yet"
    drawing = account_of(f"experiment {played.plan.seed}: member 0")
    (receipt,) = played.chain.execute((drawing, played.task.sample_trainers(DRAWS)))
    (sampled,) = (event for event in receipt.events if isinstance(event, TrainersSampled))
    view, _ = cache.look(), cache.members(played.accounts)
    assert view.phase == Phase.TRAINING
    assert {account for account in played.accounts if cache.trains(account)} == {*sampled.trainers}
    assert not any(cache.trains(seat.account) for seat in view.seats)


def test_seats_and_the_suspended_do_not_train() -> None:
    silent = plan(attack=ATTACKS["withheld-reveal"], attackers=(0,))
    strict = replace(silent.task, max_strikes=1)
    with simulate(replace(silent, task=strict, committee=(0, 1, 2))) as played:
        next(played.play())
        cache = played.coalition.view_cache
        view, marks = cache.look(), cache.members(played.accounts)
        assert marks[played.accounts[0]].suspended_until > view.round.number == 1
        expected = {*played.accounts[1:]} - {seat.account for seat in view.seats}
        assert {account for account in played.accounts if cache.trains(account)} == expected
        assert len(expected) == MEMBERS - 1 - len(view.seats), "who is suspended has no seat"
