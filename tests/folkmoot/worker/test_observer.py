from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from folkmoot.chain import Block, Phase
from folkmoot.learning.update_guard import UpdateGuard
from folkmoot.store import MemoryStore, pointer
from folkmoot.task_blobs import TaskBlobs
from folkmoot.worker.journal import Journal
from folkmoot.worker.observer import Observer
from folkmoot.worker.view import View
from tests.support.views import DIGEST, NOW, NUMBER, SEATS, TRAINERS, a_view, opening, submission


@dataclass
class Chain:
    """A client and a reader of a chain that stands still until the test moves it."""

    shows: View
    number: int = 1
    time: int = NOW
    reads: int = 0

    def head(self) -> Block:
        return Block(self.number, f"0x{self.number}", self.time, 30_000_000, 0)

    def now(self) -> int:
        return self.time

    def read(self, at: int) -> View:
        assert at == self.number
        self.reads += 1
        return self.shows

    def move(self, shows: View | None = None, seconds: int = 0) -> None:
        self.number, self.time = self.number + 1, self.time + seconds
        self.shows = shows or self.shows


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal(tmp_path / "journal") as journal:
        yield journal


@pytest.fixture
def chain(parent: bytes) -> Chain:
    return Chain(a_view(Phase.TRAINING, SEATS[0], model=parent))


@pytest.fixture
def observer(chain: Chain, blobs: TaskBlobs, journal: Journal) -> Observer:
    return Observer(chain, chain, blobs, journal)  # type: ignore[arg-type]


def test_a_block_is_read_once(chain: Chain, observer: Observer) -> None:
    observer.view()
    chain.time += 7
    assert observer.view().now == NOW + 7
    assert chain.reads == 1
    chain.move()
    observer.view()
    assert chain.reads == 2


def test_since_is_when_the_task_came_to_stand_so(chain: Chain, observer: Observer) -> None:
    assert observer.view().since == NOW
    chain.move(seconds=5)
    assert observer.view().since == NOW, "a block without a change"
    chain.move(replace(chain.shows, roster=replace(chain.shows.roster, enrolled=9)), seconds=5)
    assert observer.view().since == NOW + 10
    chain.time = chain.shows.round.training_ends
    assert observer.view().since == chain.time, "time alone"


def test_the_model_is_looked_for(chain: Chain, observer: Observer) -> None:
    assert observer.view().model_found
    chain.move(replace(chain.shows, model=b"\x05" * 32))
    assert not observer.view().model_found


def judged(chain: Chain, account: str, store: MemoryStore) -> View:
    """Three updates, the second one published."""
    view = a_view(Phase.COMMITTING, account, model=chain.shows.model)
    entries = [submission(author, found=True) for author in TRAINERS[:3]]
    entries[1] = replace(entries[1], pointer=store.put(b"blob"))
    return replace(view, updates=tuple(entries))


@pytest.mark.parametrize(
    ("account", "found"),
    [
        (SEATS[0], [False, True, False]),
        (TRAINERS[0], [False, True, True]),  # its own; others' blobs are not its business
        (TRAINERS[1], [True, True, True]),
    ],
)
def test_blobs_are_looked_for_by_those_who_need_them(
    chain: Chain, observer: Observer, store: MemoryStore, account: str, found: list[bool]
) -> None:
    chain.move(judged(chain, account, store))
    assert [entry.found for entry in observer.view().updates] == found


def test_what_was_kept_is_seen(observer: Observer, journal: Journal) -> None:
    assert (observer.view().trained, observer.view().opening) == (None, None)
    journal.keep_trained(NUMBER, b"blob", 5)
    journal.keep_opening(opening())
    view = observer.view()
    assert view.trained is not None
    assert view.trained.pointer == pointer(b"blob")
    assert view.opening == opening()
    assert view.digest == DIGEST


def test_an_opening_for_other_updates_is_not_seen(chain: Chain, observer: Observer, journal: Journal) -> None:
    journal.keep_opening(opening())
    chain.move(replace(chain.shows, digest=b"\x08" * 32))
    assert observer.view().opening is None


def test_what_was_found_out_holds_for_the_round(chain: Chain, observer: Observer, journal: Journal) -> None:
    observer.view()
    observer.memory.guard, observer.memory.aggregate = UpdateGuard(1.5), pointer(b"next")
    again = replace(chain.shows, round=replace(chain.shows.round, attempt=1))
    chain.move(again)
    view = observer.view()
    assert (view.guard, view.aggregate) == (UpdateGuard(1.5), pointer(b"next"))
    journal.keep_trained(NUMBER, b"blob", 5)
    chain.move(replace(again, round=replace(again.round, number=NUMBER + 1, attempt=0)))
    view = observer.view()
    assert (view.guard, view.aggregate, view.trained) == (None, None, None)
    assert journal.trained(NUMBER) is None, "nothing of past rounds is kept"
