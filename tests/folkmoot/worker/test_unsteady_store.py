"""A worker whose store hangs or takes nothing: nobody honest is struck, nothing is lost, and what is said is so."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path
from threading import Event, Thread
from typing import TypeVar

import pytest

from folkmoot.chain import Metric, Phase, Verdict
from folkmoot.errors import BlobMissing, FolkmootError, StoreError
from folkmoot.learning import TorchLearner, Weights
from folkmoot.learning.update_guard import UpdateGuard
from folkmoot.rules import ABSTAINED
from folkmoot.store import Content, LocalStore, MemoryStore, cid, pointer
from folkmoot.store.copies import Copies
from folkmoot.store.fetching import AT_ONCE
from folkmoot.task_blobs import TaskBlobs
from folkmoot.worker.copying import Restorer, start_restoring
from folkmoot.worker.evaluation import EvaluationRequest, evaluate
from folkmoot.worker.journal import Journal
from folkmoot.worker.local_facts import LocalFacts
from folkmoot.worker.view import Submission
from tests.support.told import Told
from tests.support.views import MODEL, NUMBER, SEATS, TASK, TRAINERS, a_view, submission

T = TypeVar("T")

LIMIT = 1 << 20
SOON_S = 5.0


class Unsteady(MemoryStore):
    """Hangs, is slow to say that it fails, or takes nothing, while it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.goes_on, self.hangs, self.is_full, self.fails_after = Event(), False, False, 0.0

    def read(self, pointer: bytes, *, limit: int, consume: Callable[[Iterator[bytes]], T]) -> T:
        self._falter()
        return super().read(pointer, limit=limit, consume=consume)

    def put(self, content: Content) -> bytes:
        if self.is_full:
            raise StoreError("no space left")
        self._falter()
        return super().put(content)

    def _falter(self) -> None:
        if self.hangs:
            self.goes_on.wait()
        if self.hangs or self.fails_after:
            time.sleep(self.fails_after)
            raise StoreError("the store is away")


@pytest.fixture
def unsteady(store: MemoryStore) -> Iterator[Unsteady]:
    made = Unsteady()
    made._blobs.update(store._blobs)
    yield made
    made.goes_on.set()


@pytest.fixture
def copies(tmp_path: Path, unsteady: Unsteady) -> Copies:
    return Copies(LocalStore(tmp_path / "copies"), unsteady, limit=LIMIT)


@pytest.fixture
def kept(copies: Copies, blobs: TaskBlobs, parent: bytes) -> TaskBlobs:
    return TaskBlobs(copies, blobs.descriptor, task=TASK, first_model=parent)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal(tmp_path / "journal") as journal:
        yield journal


# ------------------------------------------------------- nobody honest is struck


@pytest.fixture
def published(blobs: TaskBlobs, unsteady: Unsteady, parent: bytes, model: Weights) -> list[Submission]:
    """Honest updates, more than are fetched at once, all of them in the store."""
    entries = []
    for number in range(AT_ONCE + 2):
        author = f"0x{100 + number:040d}"
        weights = {name: values + (number + 1) / 1_000 for name, values in model.items()}
        weights = {name: values.astype("float32") for name, values in weights.items()}
        blob = blobs.encode_update(weights, round=NUMBER, author=author, parent=parent)
        entries.append(Submission(update=submission(author).update, pointer=unsteady.put(blob)))
    return entries


def scores(entries: list[Submission], learner: TorchLearner, kept: TaskBlobs, parent: bytes) -> tuple[int, ...]:
    """What a judge says where availability is measured, when it does not wait any more."""
    request = EvaluationRequest(
        evaluator=SEATS[0],
        round=NUMBER,
        parent=parent,
        guard=UpdateGuard(),
        metric=Metric.AVAILABILITY,
        submissions=tuple(entries),
        patient=False,
    )
    return evaluate(request, learner, kept).scores


def fetched(copies: Copies, names: list[bytes]) -> None:
    ends = time.monotonic() + SOON_S
    copies.want(names, patience=0.2)
    while not all(copies.has(name, limit=LIMIT) for name in names):
        assert time.monotonic() < ends
        copies.want(names, patience=0.2)


def test_a_store_that_hangs_gives_no_author_a_0(
    unsteady: Unsteady,
    copies: Copies,
    kept: TaskBlobs,
    published: list[Submission],
    learner: TorchLearner,
    parent: bytes,
) -> None:
    fetched(copies, [parent])
    unsteady.hangs = True
    copies.want([parent, *(entry.pointer for entry in published)], patience=0.2)
    found = scores(published, learner, kept, parent)
    assert set(found) == {ABSTAINED}, "a 0 says that the store has it not; it says nothing"


def test_a_store_that_is_slow_to_fail_gives_no_author_a_0_that_was_not_looked_at(
    unsteady: Unsteady,
    copies: Copies,
    kept: TaskBlobs,
    published: list[Submission],
    learner: TorchLearner,
    parent: bytes,
) -> None:
    fetched(copies, [parent])
    unsteady.fails_after = 1.0
    copies.want([parent, *(entry.pointer for entry in published)], patience=0.2)
    time.sleep(1.2)  # the first ones have failed, the last ones are under way
    found = scores(published, learner, kept, parent)
    assert set(found) == {ABSTAINED}


def test_a_damaged_copy_of_a_judges_own_gives_no_author_a_0(
    tmp_path: Path,
    copies: Copies,
    kept: TaskBlobs,
    published: list[Submission],
    learner: TorchLearner,
    parent: bytes,
) -> None:
    fetched(copies, [parent, *(entry.pointer for entry in published)])
    (tmp_path / "copies" / cid(published[0].pointer)).write_bytes(b"half of")
    found = scores(published, learner, kept, parent)
    assert found[0] != 0, "the store has it"


# -------------------------------------------------------------- nothing is stuck


def test_a_model_that_no_store_took_outlives_a_restart(
    unsteady: Unsteady, copies: Copies, kept: TaskBlobs, journal: Journal, parent: bytes, tmp_path: Path
) -> None:
    """It was attested already, so that nobody makes it again."""
    view = a_view(Phase.AGGREGATING, SEATS[0], model=parent)
    local = LocalFacts(kept, journal, copies=copies)
    local.add_to(view)
    unsteady.is_full = True
    name, fault = local.publish(b"the next model")
    assert fault
    again = Copies(LocalStore(tmp_path / "copies"), unsteady, limit=LIMIT)
    restarted = LocalFacts(TaskBlobs(again, kept.descriptor, task=TASK, first_model=parent), journal, copies=again)
    restarted.add_to(view)
    unsteady.is_full = False
    restorer = Restorer(again, Told())  # type: ignore[arg-type]
    begun = a_view(Phase.SAMPLING, SEATS[0], model=name, updates=())
    begun = replace(begun, round=replace(begun.round, number=NUMBER + 1))
    restarted.add_to(begun)
    restorer.follow(begun)
    with suppress(StoreError):
        restorer.restore()
    assert unsteady.has(name, limit=LIMIT), "the only copy was removed"


def test_a_model_that_no_store_took_outlives_a_look_at_a_node_that_is_a_block_behind(
    unsteady: Unsteady, copies: Copies, kept: TaskBlobs, journal: Journal, parent: bytes
) -> None:
    before = a_view(Phase.CLOSING, SEATS[0], model=parent)
    local = LocalFacts(kept, journal, copies=copies)
    local.add_to(before)
    unsteady.is_full = True
    name, fault = local.publish(b"the next model")
    assert fault
    begun = a_view(Phase.SAMPLING, SEATS[0], model=name, updates=())
    begun = replace(begun, round=replace(begun.round, number=NUMBER + 1))
    for seen in (begun, before, begun):
        local.add_to(seen)
    unsteady.is_full = False
    restorer = Restorer(copies, Told())  # type: ignore[arg-type]
    restorer.follow(begun)
    with suppress(StoreError):
        restorer.restore()
    assert unsteady.has(name, limit=LIMIT), "the only copy was removed"


def test_the_last_model_is_published_when_the_store_is_back_after_the_tasks_end(
    unsteady: Unsteady, copies: Copies
) -> None:
    """Which is what the task was for."""
    unsteady.is_full = True
    with suppress(StoreError):
        copies.put(b"the last model")
    unsteady.is_full = False
    restorer = Restorer(copies, Told())  # type: ignore[arg-type]
    restorer.follow(a_view(Phase.FINISHED, SEATS[0], model=pointer(b"the last model"), updates=()))
    restorer.restore()
    assert unsteady.has(pointer(b"the last model"), limit=LIMIT)


def test_the_only_copy_of_the_last_model_stays_while_the_store_hangs(
    unsteady: Unsteady, copies: Copies, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("folkmoot.worker.copying.FINISH_S", 0.5)
    unsteady.hangs = True
    name, fault = copies.publish(b"the last model", patience=0.1)
    assert fault
    with ExitStack() as stack:
        follow = start_restoring(copies, Told(), stack)  # type: ignore[arg-type]
        follow(a_view(Phase.FINISHED, SEATS[0], model=name, updates=()))
        assert copies.has(name, limit=LIMIT), "the store has it not"
        assert copies.get(name, limit=LIMIT) == b"the last model"


def test_copies_go_at_the_end_once_the_store_has_the_last_model(unsteady: Unsteady, copies: Copies) -> None:
    name = copies.put(b"the last model")
    with ExitStack() as stack:
        follow = start_restoring(copies, Told(), stack)  # type: ignore[arg-type]
        follow(a_view(Phase.FINISHED, SEATS[0], model=name, updates=()))
    unsteady.remove(name)
    assert not copies.has(name, limit=LIMIT)


def test_one_blob_that_cannot_be_fetched_does_not_keep_from_giving_back_the_others(
    unsteady: Unsteady, copies: Copies
) -> None:
    """As where the member's node refuses one blob alone, which its author may have made so."""

    class Refusing(Unsteady):
        def read(self, pointer: bytes, *, limit: int, consume: Callable[[Iterator[bytes]], T]) -> T:
            if pointer == bytes(32):
                raise StoreError("the Kubo node fails: no such thing as this block")
            return super().read(pointer, limit=limit, consume=consume)

    unsteady.__class__ = Refusing
    model = copies.put(b"model")
    entries = (replace(submission(TRAINERS[0]), pointer=bytes(32)),)
    copies.want([model, bytes(32)], patience=1)
    unsteady.remove(model)
    restorer = Restorer(copies, Told())  # type: ignore[arg-type]
    restorer.follow(a_view(Phase.COMMITTING, SEATS[0], model=model, updates=entries))
    with suppress(StoreError):
        restorer.restore()
    assert unsteady.has(model, limit=LIMIT)


def in_time(job: Callable[[], object]) -> bool:
    thread = Thread(target=job, daemon=True)
    thread.start()
    thread.join(SOON_S)
    return not thread.is_alive()


def test_a_store_that_hangs_does_not_hold_up_who_publishes(
    unsteady: Unsteady, copies: Copies, kept: TaskBlobs, journal: Journal
) -> None:
    """A seat that trained publishes before it judges: what is kept can be published beside the work."""
    unsteady.hangs = True
    assert in_time(lambda: LocalFacts(kept, journal, copies=copies).publish(b"own"))


def test_a_store_that_hangs_does_not_hold_up_who_attests_after_the_others(
    unsteady: Unsteady, copies: Copies, kept: TaskBlobs, journal: Journal, parent: bytes
) -> None:
    """While it waits for the store the next round may need it."""
    local = LocalFacts(kept, journal, copies=copies)
    accepted = submission(TRAINERS[0], verdict=Verdict.ACCEPTED)
    unsteady.hangs = True
    view = local.add_to(a_view(Phase.CLOSING, SEATS[0], model=parent, updates=(accepted,)))
    entry = view.accepted[0]

    def aggregate() -> None:
        with suppress(FolkmootError):
            if view.model_found and entry.found:  # as `step` decides
                kept.fetch_update(entry.pointer, round=NUMBER, author=entry.update.author, parent=parent)

    assert in_time(aggregate)


# ------------------------------------------------------------ nobody is told nonsense


def test_a_model_that_is_just_coming_is_not_said_to_be_lost(tmp_path: Path) -> None:
    goes_on = Event()

    class Late(MemoryStore):
        def read(self, pointer: bytes, *, limit: int, consume: Callable[[Iterator[bytes]], T]) -> T:
            if not self._blobs:
                raise BlobMissing(f"nobody has {pointer.hex()} yet, {limit}")

            def pieces() -> Iterator[bytes]:
                yield b"mod"
                goes_on.wait(SOON_S)
                yield b"el"

            return consume(pieces())

    store, told = Late(), Told()
    copies = Copies(LocalStore(tmp_path / "copies"), store, limit=LIMIT)
    restorer = Restorer(copies, told)  # type: ignore[arg-type]
    name = pointer(b"model")
    restorer.follow(a_view(Phase.TRAINING, SEATS[0], model=name))
    copies.want([name], patience=1)
    store.put(b"model")
    time.sleep(0.1)
    copies.want([name], patience=0.1)  # from now on it comes, which takes its time
    try:
        restorer.restore()
        restorer.restore()  # 5 seconds later
    except BlobMissing as error:
        pytest.fail(f"it is said while the model comes: {error}")
    finally:
        goes_on.set()


def test_a_store_that_hangs_is_told(
    unsteady: Unsteady, copies: Copies, kept: TaskBlobs, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder on a server that is away hangs without an end: a trainer waits for the model and hears no reason."""
    monkeypatch.setattr("folkmoot.store.fetching.HANG_S", 0.5)
    unsteady.hangs = True
    local = LocalFacts(kept, journal, copies=copies)
    restorer = Restorer(copies, Told())  # type: ignore[arg-type]

    def look() -> None:
        for _ in range(4):
            restorer.follow(local.add_to(a_view(Phase.TRAINING, TRAINERS[0], model=MODEL)))
            restorer.restore()

    with pytest.raises(StoreError):
        look()


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_an_error_that_a_store_did_not_foresee_ends_restoring_not_for_ever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Odd(MemoryStore):
        is_odd = True

        def has(self, pointer: bytes, *, limit: int) -> bool:
            if self.is_odd:
                raise ValueError("what a library did not foresee")
            return super().has(pointer, limit=limit)

    monkeypatch.setattr("folkmoot.worker.copying.CHECK_S", 0.02)
    store = Odd()
    copies = Copies(LocalStore(tmp_path / "copies"), store, limit=LIMIT)
    model = copies.put(b"model")
    with ExitStack() as stack:
        follow = start_restoring(copies, Told(), stack)  # type: ignore[arg-type]
        follow(a_view(Phase.TRAINING, SEATS[0], model=model))
        time.sleep(0.2)
        store.remove(model)
        store.is_odd = False
        time.sleep(0.5)
        assert store.has(model, limit=LIMIT)


def test_who_aggregates_looks_for_accepted_updates_alone(
    unsteady: Unsteady, copies: Copies, kept: TaskBlobs, journal: Journal, parent: bytes
) -> None:
    """What was withheld and rejected must not take up the few reads at a time, which may hang for a minute each."""
    looked = []

    class Watched(Unsteady):
        def read(self, pointer: bytes, *, limit: int, consume: Callable[[Iterator[bytes]], T]) -> T:
            looked.append(pointer)
            return super().read(pointer, limit=limit, consume=consume)

    unsteady.__class__ = Watched
    entries = (submission(TRAINERS[0], verdict=Verdict.REJECTED), submission(TRAINERS[1], verdict=Verdict.ACCEPTED))
    LocalFacts(kept, journal, copies=copies).add_to(a_view(Phase.AGGREGATING, SEATS[0], model=parent, updates=entries))
    assert entries[1].pointer in looked
    assert entries[0].pointer not in looked
