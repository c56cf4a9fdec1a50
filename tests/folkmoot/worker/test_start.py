"""What a worker waits for before it begins, and what ends it."""

from typing import Any

import pytest

from folkmoot.chain import TaskContract
from folkmoot.config import WorkerConfig
from folkmoot.errors import BlobMissing, ConfigError, ConnectionFailed, FolkmootError, KeyMissing, StoreError
from folkmoot.worker.actions import Wait
from folkmoot.worker.reporting import _waiting
from folkmoot.worker.start import await_task, is_away, usable

GOOD, BAD, WORSE = "http://127.0.0.1:8545", "htp:/127.0.0.1", "127.0.0.1:8545"
TASK = "0x" + "1" * 40


class Told:
    """Stands for a reporter and for a shutdown."""

    def __init__(self) -> None:
        self.said: list[str] = []
        self.pauses: list[float] = []

    def problem(self, error: FolkmootError) -> None:
        self.said.append(str(error))

    def waiting(self, wait: Wait, now: int) -> None:
        assert now == 0
        self.said.append(_waiting(wait))

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)


def test_what_is_no_url_is_told_and_the_others_are_asked() -> None:
    told: Any = Told()
    assert usable((BAD, GOOD, BAD), told) == (GOOD,)
    assert len(told.said) == 1
    assert told.said[0].startswith(f"{BAD!r} is no URL of a node: ")
    assert "; the other nodes are asked (such as http://127.0.0.1:8545)" in told.said[0]


@pytest.mark.parametrize(
    ("error", "so"),
    [
        (StoreError("it does not answer"), True),
        (BlobMissing("not here"), False),
        (KeyMissing("no key"), False),
        (ConnectionFailed("no node"), False),
    ],
)
def test_a_store_is_away_when_it_is_not_one_blob_that_lacks(*, error: FolkmootError, so: bool) -> None:
    assert is_away(error) == so


def test_urls_that_are_all_right_need_no_word() -> None:
    told: Any = Told()
    assert usable((GOOD, GOOD), told) == (GOOD, GOOD)
    assert told.said == []


def test_without_any_url_of_a_node_there_is_nothing_to_ask() -> None:
    told: Any = Told()
    with pytest.raises(ConfigError, match="is no URL of a node"):
        usable((BAD, WORSE), told)
    assert told.said == []


class Federation:
    """Stands for a federation with so many tasks, look after look."""

    client: Any = None

    def __init__(self, *counts: int) -> None:
        self.counts = list(counts)

    def task_count(self) -> int:
        return self.counts.pop(0) if len(self.counts) > 1 else self.counts[0]

    def task_at(self, number: int) -> str:
        assert number < self.counts[0]
        return TASK

    def is_task(self, address: str) -> bool:
        return address == TASK


def awaited(task: int | str, *counts: int) -> tuple[TaskContract, Told]:
    told: Any = Told()
    federation: Any = Federation(*counts)
    return await_task(WorkerConfig(task=task, poll_seconds=2), federation, told, told), told


def test_a_task_is_waited_for_until_it_is_proposed() -> None:
    task, told = awaited(1, 0, 1, 1, 2)
    assert task.address == TASK
    assert told.pauses == [2, 2, 2]
    assert told.said == [
        "waiting for task 1 of the federation to be proposed: it has 0 tasks so far",
        *["waiting for task 1 of the federation to be proposed: it has 1 task so far"] * 2,
    ]


@pytest.mark.parametrize("named", [0, TASK])
def test_a_task_that_is_there_is_not_waited_for(named: int | str) -> None:
    task, told = awaited(named, 1)
    assert (task.address, told.said, told.pauses) == (TASK, [], [])


@pytest.mark.parametrize("named", ["0x" + "2" * 40, "digits"])
def test_an_address_of_no_task_is_an_error(named: str) -> None:
    with pytest.raises(ConfigError, match="the federation has no task"):
        awaited(named, 1)
