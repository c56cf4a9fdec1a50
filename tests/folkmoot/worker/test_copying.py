import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from folkmoot.chain import Phase, Verdict
from folkmoot.errors import BlobMissing, StoreError
from folkmoot.learning import Descriptor
from folkmoot.store import LocalStore, MemoryStore, pointer
from folkmoot.store.copies import Copies
from folkmoot.worker.copying import Restorer, open_copies, others_need, start_restoring
from folkmoot.worker.start import STORE_AGAIN
from tests.support.told import Told
from tests.support.views import MODEL, SEATS, TRAINERS, a_view, pointer_of, submission

LIMIT = 1 << 20
PATIENCE_S = 20.0
UPDATES = tuple(submission(author) for author in TRAINERS[:3])
SETTLED = (submission(TRAINERS[0], verdict=Verdict.ACCEPTED), submission(TRAINERS[1], verdict=Verdict.REJECTED))


@pytest.fixture
def told() -> Any:
    return Told()


def until(holds: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < ends
        time.sleep(0.01)


@pytest.mark.parametrize("phase", [Phase.ENROLLING, Phase.SAMPLING, Phase.TRAINING, Phase.CLOSING, Phase.FINISHED])
def test_the_model_is_needed_as_long_as_the_task_lasts_and_what_it_leaves(phase: Phase) -> None:
    assert list(others_need(a_view(phase, SEATS[0], updates=UPDATES))) == [MODEL]


@pytest.mark.parametrize("phase", [Phase.EXPIRED, Phase.CANCELLED])
def test_nothing_is_needed_afterwards(phase: Phase) -> None:
    assert list(others_need(a_view(phase, SEATS[0], updates=UPDATES))) == []


@pytest.mark.parametrize("phase", [Phase.COMMITTING, Phase.REVEALING, Phase.SETTLING])
def test_updates_are_needed_while_they_are_judged(phase: Phase) -> None:
    expected = [MODEL, *(entry.pointer for entry in UPDATES)]
    assert list(others_need(a_view(phase, SEATS[0], updates=UPDATES))) == expected


def test_accepted_updates_are_needed_while_they_are_aggregated() -> None:
    assert list(others_need(a_view(Phase.AGGREGATING, SEATS[0], updates=SETTLED))) == [MODEL, pointer_of(TRAINERS[0])]


def test_what_the_store_loses_is_published_again(tmp_path: Path, told: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("folkmoot.worker.copying.CHECK_S", 0.01)
    store = MemoryStore()
    copies = Copies(LocalStore(tmp_path), store, limit=LIMIT)
    with ExitStack() as stack:
        follow = start_restoring(copies, told, stack)
        model = copies.put(b"model")
        follow(a_view(Phase.TRAINING, SEATS[0], model=model))
        for _ in range(2):
            store.remove(model)
            until(lambda: store.has(model, limit=LIMIT))
        until(lambda: len(told.lines) == 2)
        assert all("published Qm" in line and "the store lacked it" in line for line in told.lines)
        follow(a_view(Phase.CANCELLED, SEATS[0], model=model))
        store.remove(model)
        time.sleep(0.1)
        assert not store.has(model, limit=LIMIT)


def test_a_store_that_fails_is_told_once(tmp_path: Path, told: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    class Away(MemoryStore):
        looks = 0

        def read(self, *_: object, **__: object) -> Any:
            self.looks += 1
            raise StoreError("the store is away")

    monkeypatch.setattr("folkmoot.worker.copying.CHECK_S", 0.01)
    store = Away()
    copies = Copies(LocalStore(tmp_path), store, limit=LIMIT)
    with ExitStack() as stack:
        start_restoring(copies, told, stack)(a_view(Phase.TRAINING, SEATS[0]))

        def is_asked_again() -> bool:
            copies.want([MODEL])
            return store.looks > 2

        until(is_asked_again)
        until(lambda: bool(told.lines))
    assert told.lines == ["problem: the store is away"]


def test_a_model_that_nobody_has_is_told_with_the_way_out(tmp_path: Path, told: Any) -> None:
    store = MemoryStore()
    copies = Copies(LocalStore(tmp_path), store, limit=LIMIT)
    restorer = Restorer(copies, told)
    restorer.restore()
    restorer.follow(a_view(Phase.TRAINING, SEATS[0], model=pointer(b"model")))
    copies.want([pointer(b"model")], patience=PATIENCE_S)
    restorer.restore()
    with pytest.raises(BlobMissing, match=r"lacks model 2, Qm.* folkmoot manager roll-back"):
        restorer.restore()
    store.put(b"model")

    def is_there() -> bool:
        copies.want([pointer(b"model")])
        return copies.has(pointer(b"model"), limit=LIMIT)

    until(is_there)
    restorer.restore()


def test_a_store_that_works_again_is_told_once_and_not_before(
    tmp_path: Path, told: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Absent(MemoryStore):
        is_away, looks = True, 0

        def read(self, *args: Any, **options: Any) -> Any:
            self._check()
            return super().read(*args, **options)

        def has(self, *args: Any, **options: Any) -> bool:
            self._check()
            return super().has(*args, **options)

        def _check(self) -> None:
            self.looks += 1
            if self.is_away:
                raise StoreError("the store is away")

    monkeypatch.setattr("folkmoot.worker.copying.CHECK_S", 0.01)
    store = Absent()
    copies = Copies(LocalStore(tmp_path), store, limit=LIMIT)
    with ExitStack() as stack:
        start_restoring(copies, told, stack)(a_view(Phase.TRAINING, SEATS[0]))
        copies.want([MODEL], patience=PATIENCE_S)
        until(lambda: bool(told.lines))
        copies.want([])  # so nothing is left that could fail
        looks = store.looks
        until(lambda: store.looks > looks + 2)
        assert told.lines == ["problem: the store is away"]
        store.is_away = False
        until(lambda: len(told.lines) > 1)
        time.sleep(0.1)
    assert told.lines == ["problem: the store is away", STORE_AGAIN]


def test_large_blobs_are_shown_as_they_come(
    tmp_path: Path, told: Any, descriptor: Descriptor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("folkmoot.worker.copying.max_blob_size", lambda _: 32 << 20)
    store = MemoryStore()
    name = store.put(bytes(descriptor.blob_limit))
    open_copies(tmp_path / "copies", store, descriptor, told).want([name], patience=PATIENCE_S)
    assert told.lines
    assert all(line.startswith("fetching a blob, MiB: ") and " of 32" in line for line in told.lines)
