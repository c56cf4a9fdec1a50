import math
import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from folkmoot.chain import Metric, Milestone, Phase, Receipt
from folkmoot.errors import ConnectionFailed, DeadlinePassed, FolkmootError, LearningError, StoreError
from folkmoot.learning import Dataset, Descriptor, TorchLearner, build
from folkmoot.learning.update_guard import UpdateGuard
from folkmoot.rules import ABSTAINED
from folkmoot.store import LocalStore, MemoryStore
from folkmoot.store.content import measured
from folkmoot.store.copies import Copies
from folkmoot.task_blobs import TaskBlobs
from folkmoot.worker import job_progress
from folkmoot.worker.actions import Aggregate, Enrol, EvaluateModel, Publish, Score, Train, TrainReference, Wait
from folkmoot.worker.compute import LocalCompute
from folkmoot.worker.executor import Executor
from folkmoot.worker.journal import Journal
from folkmoot.worker.local_facts import LocalFacts, Memory
from folkmoot.worker.shutdown import Shutdown, Stopped
from folkmoot.worker.view import View
from tests.support.views import DIGEST, NUMBER, SEATS, TRAINERS, a_view, submission


@dataclass
class Eyes:
    """An observer that sees what the test says."""

    sees: View
    fails: bool = False

    def view(self) -> View:
        if self.fails:
            raise ConnectionFailed("no node answers")
        return self.sees


@dataclass
class Notes:
    """A reporter that remembers."""

    facts: list[str] = field(default_factory=list)
    problems: list[FolkmootError] = field(default_factory=list)
    on_progress: Callable[[], None] = lambda: None

    def fact(self, text: str) -> None:
        self.facts.append(text)

    def problem(self, error: FolkmootError) -> None:
        self.problems.append(error)

    def progress(self, what: str, done: int, total: int, detail: str = "") -> None:
        self.facts.append(f"{what}: {done}/{total} {detail}".strip())
        self.on_progress()

    def waiting(self, wait: Wait, now: int) -> None:
        self.facts.append(f"{now}: {wait.what}")


@dataclass
class Recorder:
    """A transactor that sends nothing."""

    receipt: Receipt | None = None

    def send(self, *_: Any) -> Receipt | None:
        return self.receipt


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal(tmp_path / "journal") as journal:
        yield journal


@pytest.fixture
def training(parent: bytes) -> View:
    return a_view(Phase.TRAINING, SEATS[0], model=parent)


@pytest.fixture
def eyes(training: View) -> Eyes:
    return Eyes(training)


@pytest.fixture
def local(blobs: TaskBlobs, journal: Journal) -> LocalFacts:
    return LocalFacts(blobs, journal, memory=Memory(NUMBER))


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def worker(eyes: Eyes, notes: Notes, local: LocalFacts, compute: LocalCompute) -> Iterator[Any]:
    """Makes executors around real local compute, a real journal and a store in memory."""
    with Shutdown() as shutdown:

        def make(compute: LocalCompute = compute, transactor: Recorder | None = None) -> Executor:
            return Executor(
                look=eyes.view,
                local=local,
                transactor=transactor or Recorder(),  # type: ignore[arg-type]
                compute=compute,
                reporter=notes,  # type: ignore[arg-type]
                shutdown=shutdown,
            )

        yield make


def judging(eyes: Eyes, parent: bytes, *found: bool) -> View:
    """Of a judge whose patience has ended."""
    updates = tuple(submission(author, found=there) for author, there in zip(TRAINERS, found, strict=False))
    view = a_view(Phase.COMMITTING, SEATS[0], model=parent, guard=UpdateGuard(1.0), updates=updates)
    eyes.sees = replace(view, now=view.patience)
    return eyes.sees


def test_a_trained_update_stays_private_until_it_is_published(
    worker: Any, journal: Journal, store: MemoryStore, training: View
) -> None:
    worker().do(Train(NUMBER), training)
    trained = journal.trained(NUMBER)
    assert trained is not None
    assert not store.has(trained.pointer, limit=1 << 20)
    worker().do(Publish(NUMBER), training)
    assert measured(journal.blob(NUMBER) or b"")[0] == trained.pointer
    assert store.has(trained.pointer, limit=1 << 20)


def test_training_is_told_epoch_by_epoch(worker: Any, notes: Notes, training: View) -> None:
    worker().do(Train(NUMBER), training)
    assert [fact.partition(" loss")[0] for fact in notes.facts[:2]] == ["training: 1/2", "training: 2/2"]


def test_training_a_reference_gives_the_guard(worker: Any, local: LocalFacts, training: View) -> None:
    worker().do(TrainReference(NUMBER), training)
    assert local.memory.guard is not None
    assert 0 < local.memory.guard.max_norm < math.inf


class Diverging(TorchLearner):
    def fit(self, **_: object) -> int:
        raise LearningError("training diverged")


def test_without_a_reference_nothing_is_refused(
    worker: Any, local: LocalFacts, notes: Notes, training: View, blobs: TaskBlobs, descriptor: Descriptor,
    data: tuple[Dataset, Dataset],
) -> None:  # fmt: skip
    compute = LocalCompute(SEATS[0], Diverging(build(descriptor.model, descriptor.arguments), *data), blobs)
    worker(compute).do(TrainReference(NUMBER), training)
    assert local.memory.guard is not None
    assert (local.memory.guard.max_norm, local.memory.guard.reference) == (math.inf, None)
    assert [problem.message for problem in notes.problems] == ["training diverged"]


def test_without_the_model_there_is_no_reference_once_patience_ends(
    worker: Any, local: LocalFacts, notes: Notes, training: View, store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def read(_pointer: bytes, *, limit: int, consume: object) -> None:
        raise StoreError(f"the disk is gone, and with it {limit} bytes for {consume}")

    monkeypatch.setattr(store, "read", read)
    with pytest.raises(StoreError, match="the disk is gone"):
        worker().do(TrainReference(NUMBER), training)
    worker().do(TrainReference(NUMBER), replace(training, now=training.patience))
    assert local.memory.guard == UpdateGuard()
    assert "the disk is gone" in notes.problems[-1].message


def test_scores_are_in_the_journal_whole(worker: Any, eyes: Eyes, journal: Journal, parent: bytes) -> None:
    view = judging(eyes, parent, False, False, False)
    worker().do(Score(NUMBER, 0, UpdateGuard(1.0)), view)
    kept = journal.opening(NUMBER, 0, DIGEST)
    assert kept is not None
    assert (kept.round, kept.attempt, kept.digest, kept.scores) == (NUMBER, 0, DIGEST, (ABSTAINED,) * 3)
    assert kept.baseline > 0
    assert len(kept.salt) == 32


def test_salts_are_drawn(worker: Any, eyes: Eyes, journal: Journal, parent: bytes) -> None:
    view = judging(eyes, parent, False)
    salts = set()
    for attempt in range(3):
        now = replace(view, round=replace(view.round, attempt=attempt))
        eyes.sees = now
        worker().do(Score(NUMBER, attempt, UpdateGuard(1.0)), now)
        kept = journal.opening(NUMBER, attempt, DIGEST)
        assert kept is not None
        salts.add(kept.salt)
    assert len(salts) == 3


def test_the_final_model_is_measured_once_the_task_is_finished(
    worker: Any, eyes: Eyes, local: LocalFacts, notes: Notes, parent: bytes
) -> None:
    eyes.sees = a_view(Phase.FINISHED, SEATS[0], model=parent)
    worker().do(EvaluateModel(), eyes.sees)
    score = local.memory.final_score
    assert score
    assert notes.facts == [f"the final model, {NUMBER + 1}: {score / 100:.2f} % (accuracy)"]
    worker().do(EvaluateModel(), replace(eyes.sees, metric=Metric.AVAILABILITY))
    assert local.memory.final_score == 10_000
    assert notes.facts[1:] == [f"the final model, {NUMBER + 1}: 100.00 %"]


def test_marks_are_told_with_their_reasons(worker: Any, eyes: Eyes, notes: Notes, parent: bytes) -> None:
    worker().do(Score(NUMBER, 0, UpdateGuard(1.0)), judging(eyes, parent, False))
    assert notes.facts[0] == "scoring: 1/1"
    assert f"update of {TRAINERS[0]}" in notes.facts[1]
    assert "not in the store" in notes.facts[1]


def test_the_aggregate_is_published_before_it_is_attested(
    worker: Any, local: LocalFacts, journal: Journal, store: MemoryStore, blobs: TaskBlobs, training: View
) -> None:
    worker().do(Train(NUMBER), training)
    trained = journal.trained(NUMBER)
    assert trained is not None
    worker().do(Publish(NUMBER), training)
    view = a_view(Phase.AGGREGATING, SEATS[1], model=training.model)
    entry = replace(view.updates[0], pointer=trained.pointer)
    entry = replace(entry, update=replace(entry.update, author=SEATS[0]))
    worker().do(Aggregate(NUMBER), replace(view, updates=(entry,)))
    assert local.memory.aggregate is not None
    assert store.has(local.memory.aggregate, limit=1 << 20)
    assert blobs.fetch_model(local.memory.aggregate)


def test_a_store_that_fails_keeps_nobody_from_attesting(
    worker: Any, local: LocalFacts, store: MemoryStore, notes: Notes, training: View, tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    copies = Copies(LocalStore(tmp_path / "copies"), store, limit=1 << 20)
    monkeypatch.setattr(local.blobs, "_store", copies)
    local.copies = copies
    worker().do(Train(NUMBER), training)
    trained = local.journal.trained(NUMBER)
    assert trained is not None

    def refuse(_: object) -> bytes:
        raise StoreError("no space left")

    with monkeypatch.context() as failing:
        failing.setattr(store, "put", refuse)
        worker().do(Publish(NUMBER), training)
        view = a_view(Phase.AGGREGATING, SEATS[1], model=training.model)
        entry = replace(view.updates[0], pointer=trained.pointer)
        entry = replace(entry, update=replace(entry.update, author=SEATS[0]))
        worker().do(Aggregate(NUMBER), replace(view, updates=(entry,)))
    made = local.memory.aggregate
    assert made is not None
    assert [fault.message for fault in notes.problems] == ["no space left"] * 2
    assert not any("published" in fact for fact in notes.facts)
    assert not store.has(made, limit=1 << 20)
    assert list(copies.restore([trained.pointer, made])) == [trained.pointer, made]
    assert store.has(made, limit=1 << 20)


def moved(view: View, phase: Phase, **changes: Any) -> View:
    later = a_view(phase, SEATS[0], model=view.model)
    return replace(later, round=replace(later.round, **changes))


@pytest.mark.parametrize(
    "later",
    [
        {"phase": Phase.COMMITTING},
        {"phase": Phase.TRAINING, "number": NUMBER + 1},
        {"phase": Phase.FINISHED},
    ],
)
def test_training_that_takes_too_long_is_dropped(
    worker: Any, eyes: Eyes, journal: Journal, training: View, later: dict[str, Any]
) -> None:
    eyes.sees = moved(training, **later)
    with pytest.raises(DeadlinePassed, match="training") as caught:
        worker().do(Train(NUMBER), training)
    assert "longer windows" in caught.value.hint
    assert journal.trained(NUMBER) is None


@pytest.mark.parametrize(
    "later",
    [
        {"phase": Phase.TRAINING, "attempt": 1},
        {"phase": Phase.PAUSED},
        {"phase": Phase.STALLED, "milestone": Milestone.OPEN, "submitted": 0},
    ],
)
def test_training_that_can_still_be_submitted_is_kept(
    worker: Any, eyes: Eyes, journal: Journal, training: View, later: dict[str, Any]
) -> None:
    eyes.sees = moved(training, **later)
    worker().do(Train(NUMBER), training)
    assert journal.trained(NUMBER)


@pytest.mark.parametrize(
    "later",
    [{"phase": Phase.REVEALING}, {"phase": Phase.COMMITTING, "attempt": 1}, {"phase": Phase.STALLED}],
)
def test_scores_that_come_too_late_are_dropped(
    worker: Any, eyes: Eyes, journal: Journal, parent: bytes, later: dict[str, Any]
) -> None:
    view = judging(eyes, parent, False)
    eyes.sees = moved(view, **later)
    with pytest.raises(DeadlinePassed, match="scoring took longer"):
        worker().do(Score(NUMBER, 0, UpdateGuard(1.0)), view)
    assert journal.opening(NUMBER, 0, DIGEST) is None


def test_a_job_outlives_a_chain_that_is_down(worker: Any, eyes: Eyes, journal: Journal, training: View) -> None:
    eyes.fails = True
    worker().do(Train(NUMBER), training)
    assert journal.trained(NUMBER)


def test_a_signal_ends_a_job_between_two_epochs(worker: Any, notes: Notes, journal: Journal, training: View) -> None:
    notes.on_progress = lambda: os.kill(os.getpid(), signal.SIGTERM)
    with pytest.raises(Stopped):
        worker().do(Train(NUMBER), training)
    assert [fact.partition(" loss")[0] for fact in notes.facts] == ["training: 1/2"]
    assert journal.trained(NUMBER) is None


def test_the_chain_is_looked_at_during_a_long_job_too(
    worker: Any, eyes: Eyes, notes: Notes, training: View, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes.on_progress = lambda: monkeypatch.setattr(job_progress, "LOOK_S", 0.0)
    eyes.sees = moved(training, Phase.COMMITTING)
    with pytest.raises(DeadlinePassed):
        worker().do(Train(NUMBER), training)
    assert len(notes.facts) == 1, "after the first epoch"


Ready = tuple[View, dict[type, Any]]


@pytest.fixture
def ready(worker: Any, eyes: Eyes, journal: Journal, blobs: TaskBlobs, training: View) -> Ready:
    """A view in which there is an update, and the jobs that move blobs."""
    worker().do(Train(NUMBER), training)
    trained = journal.trained(NUMBER)
    assert trained is not None
    entry = a_view(Phase.AGGREGATING, SEATS[1], model=training.model).updates[0]
    entry = replace(entry, pointer=trained.pointer, update=replace(entry.update, author=SEATS[0]))
    eyes.sees = a_view(Phase.AGGREGATING, SEATS[0], model=training.model, guard=UpdateGuard(1.0), updates=(entry,))
    blobs.publish(journal.blob(NUMBER) or b"")
    return eyes.sees, {
        Train: Train(NUMBER),
        Score: Score(NUMBER, 0, UpdateGuard(1.0)),
        Aggregate: Aggregate(NUMBER),
        Publish: Publish(NUMBER),
    }


@pytest.mark.parametrize("kind", [Train, Score, Aggregate, Publish])
def test_a_transfer_of_no_use_is_ended(
    worker: Any, eyes: Eyes, notes: Notes, local: LocalFacts, ready: Ready, kind: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    view, jobs = ready
    notes.facts.clear()
    monkeypatch.setattr(job_progress, "LOOK_S", 0.0)
    eyes.sees = moved(view, Phase.TRAINING, number=NUMBER + 1)
    with pytest.raises(DeadlinePassed, match=f"round {NUMBER} went on without it"):
        worker().do(jobs[kind], view)
    assert notes.facts == [], "it ended with its first piece"
    assert local.memory.aggregate is None


@pytest.mark.parametrize("kind", [Train, Score, Aggregate, Publish])
def test_a_signal_ends_a_transfer(
    worker: Any, notes: Notes, ready: Ready, kind: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Blobs of any size are large here, so that the first piece is reported."""
    view, jobs = ready
    notes.facts.clear()
    monkeypatch.setattr(job_progress, "LARGE", 1)
    notes.on_progress = lambda: os.kill(os.getpid(), signal.SIGTERM)
    with pytest.raises(Stopped):
        worker().do(jobs[kind], view)
    assert [fact.rpartition(":")[0].rpartition(", ")[2] for fact in notes.facts] == ["MiB of a blob"]


def test_a_lost_update_is_told_once_and_not_published(
    worker: Any, local: LocalFacts, journal: Journal, store: MemoryStore, training: View, tmp_path: Path
) -> None:
    worker().do(Train(NUMBER), training)
    local.memory.trained = trained = journal.trained(NUMBER)
    assert trained is not None
    next((tmp_path / "journal").glob("*.safetensors")).unlink()
    with pytest.raises(StoreError, match="lost the own update of round 2"):
        worker().do(Publish(NUMBER), training)
    assert local.memory.trained is None, "or it would be published again and again"
    assert not store.has(trained.pointer, limit=1 << 20)


@pytest.mark.parametrize(("receipt", "told"), [(Receipt("0x1", 5, 90_000, ()), ["done: enrol"]), (None, [])])
def test_a_transaction_is_told_if_it_was_this_workers(
    worker: Any, notes: Notes, training: View, receipt: Receipt | None, told: list[str]
) -> None:
    assert worker(transactor=Recorder(receipt)).do(Enrol(), training) == bool(told)
    assert notes.facts == told
