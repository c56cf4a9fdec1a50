"""Manipulations are caught by the sentence that names them, and honest tasks are not accused.

`make manipulations` plays all one hundred and more honest tasks, by a seed of its own.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest

from folkmoot.audit import judge
from folkmoot.chain import Client
from folkmoot.chain.events.tasks import EnrolmentClosed, TaskStarted
from folkmoot.testing import LocalChain, run_anvil
from tests.manipulations import blobs, on_chain, real_contracts, scripts
from tests.manipulations.game import Game
from tests.manipulations.ground import Ground, ground
from tests.manipulations.honest import SHAPES, false_findings, live
from tests.manipulations.hundred import HUNDRED, LIARS, of_ground, repeated, try_one
from tests.manipulations.town import town
from tests.support.alterations import with_events
from tools import contracts

SEED = 1

KINDS = [one.kind for one in (*LIARS, *on_chain.ALTERED, *blobs.STORED, *blobs.ACCEPTED)]
MENDED = ["a forged manager", "a forged expiry", "a decision left out", "a block before another", "an application"]
MENDED += ["a decision used twice", "another descriptor", "a membership that is paid for", "a task in the list"]
OF_GROUND = Random(SEED).sample([kind for kind in KINDS if kind not in MENDED], 12)
OF_CONTRACTS = ("a recovery before its time", "a settling before its time", "a task that anyone cancels")
OF_SHAPES = Random(SEED).sample(range(len(SHAPES)), 4)


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    with ground(tmp_path_factory.mktemp("blobs"), SEED) as found:
        yield found


@pytest.fixture(scope="module")
def patched() -> Iterator[LocalChain]:
    with run_anvil() as anvil, Client([anvil.url], connect=anvil.connect) as client:
        yield LocalChain(anvil, client)


def test_the_record_holds(record: Ground) -> None:
    assert [*false_findings(record.town.audit())] == []


@pytest.mark.parametrize("kind", [*OF_GROUND, *MENDED])
def test_what_is_told_or_stored_otherwise_is_caught(record: Ground, kind: str) -> None:
    (manipulation,) = (one for one in of_ground(record) if one.kind == kind)
    assert try_one(manipulation, SEED, 1).fault == ""


def test_an_enrolment_is_closed_once(record: Ground) -> None:
    told, start = record.chronicle, record.all(TaskStarted)[0]
    assert start.origin
    again = EnrolmentClosed(start.origin.block, origin=start.origin)
    place = [*told.events].index(start)
    changed = with_events(told, [*told.events[:place], again, *told.events[place:]])
    said = [finding.text for finding in judge(changed, {}).findings]
    assert any(text.startswith("EnrolmentClosed: it was closed before, in block ") for text in said)


@pytest.mark.parametrize("kind", OF_CONTRACTS)
def test_contracts_that_do_otherwise_are_caught(patched: LocalChain, kind: str) -> None:
    (manipulation,) = (one for one in real_contracts.manipulations(patched) if one.kind == kind)
    assert try_one(manipulation, SEED, 1).fault == ""


def test_there_are_a_hundred_of_which_none_is_there_twice(record: Ground) -> None:
    kinds = [one.kind for one in of_ground(record)]
    assert sorted(kinds) == sorted(KINDS)
    assert len({*kinds}) == len(kinds) <= HUNDRED - len(real_contracts.PATCHES)
    drawn = repeated(of_ground(record))
    assert len({(one.kind, number) for one, number in (next(drawn) for _ in range(HUNDRED))}) == HUNDRED


def test_honest_tasks_are_not_accused(tmp_path: Path) -> None:
    contracts.build()
    with town(tmp_path) as here:
        for number in OF_SHAPES:
            live(here, SHAPES[number], SEED + number, steps=50)
        assert [*false_findings(here.audit())] == []


def test_a_recovery_of_several_calls_is_not_accused(tmp_path: Path) -> None:
    """Of 70 seats three did their part: the first call comes as far as the 64th that is vacant."""
    with town(tmp_path, members=80) as here:
        settings = {"committee": 70, "updates_per_round": 70, "max_updates": 75, "max_enrolled": 80}
        scripts.recovered_in_two_calls(here.propose("bflc", SEED, total_rounds=2, **settings))
        assert [*false_findings(here.audit())] == []


@pytest.mark.parametrize("script", [scripts.left_while_settling, scripts.rolled_back_while_settling])
def test_what_happens_while_a_round_is_settled_is_not_accused(tmp_path: Path, script: Callable[[Game], None]) -> None:
    with town(tmp_path, members=23) as here:
        settings = {"updates_per_round": 20, "max_updates": 20, "max_enrolled": 25}
        script(here.propose("bflc", SEED, total_rounds=1, **settings))
        assert [*false_findings(here.audit())] == []
