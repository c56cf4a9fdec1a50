"""By the worker's own executor, local compute and journal; only the transactor and the clock are the test's."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from folkmoot.chain import CONTRACT_ERRORS, Phase, Receipt
from folkmoot.errors import ConnectionFailed, DeadlinePassed, FolkmootError, LearningError, StoreError
from folkmoot.learning import Dataset, Descriptor, TorchLearner, build
from folkmoot.store import LocalStore, MemoryStore
from folkmoot.store.copies import Copies
from folkmoot.task_blobs import TaskBlobs
from folkmoot.worker.actions import ScoreModel, Wait
from folkmoot.worker.compute import LocalCompute
from folkmoot.worker.executor import Executor
from folkmoot.worker.final_score import PATIENCE_S, FinalScorer, Pauses
from folkmoot.worker.journal import Journal
from folkmoot.worker.local_facts import LocalFacts
from folkmoot.worker.shutdown import Shutdown, Stopped
from folkmoot.worker.view import View
from tests.support.views import NUMBER, SEATS, TRAINERS, a_view

POLL = 5.0
RECEIPT = Receipt("0x", 1, 1, ())


@dataclass
class Clock:
    """Time passes by pauses alone. A pause may bring something about, or be the last one."""

    now: float = 0.0
    stops_at: float = float("inf")
    brings: dict[float, Any] = field(default_factory=dict)

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
        if self.now >= self.stops_at:
            raise Stopped
        for due in [due for due in self.brings if due <= self.now]:
            self.brings.pop(due)()


@dataclass
class Chain:
    """An observer and a transactor in one; each entry of `faults` is what one sending raises."""

    sees: View
    faults: list[Exception] = field(default_factory=list)
    sent: list[tuple[ScoreModel, View]] = field(default_factory=list)
    pauses: Pauses | None = None  # of a chain that stands: sending pauses without end

    def view(self) -> View:
        return self.sees

    def send(self, action: ScoreModel, view: View) -> Receipt | None:
        while self.pauses:
            self.pauses.sleep(1.0)
        if self.faults:
            raise self.faults.pop(0)
        self.sent.append((action, view))
        return RECEIPT


@dataclass
class Notes:
    """A reporter that remembers."""

    facts: list[str] = field(default_factory=list)
    problems: list[FolkmootError] = field(default_factory=list)
    waits: list[str] = field(default_factory=list)

    def fact(self, text: str) -> None:
        self.facts.append(text)

    def problem(self, error: FolkmootError) -> None:
        self.problems.append(error)

    def progress(self, *_: object) -> None:
        pass

    def waiting(self, wait: Wait, now: int) -> None:  # noqa: ARG002
        self.waits.append(wait.what)


@dataclass
class End:
    """The end of a task as a seat's worker has it."""

    scorer: FinalScorer
    chain: Chain
    clock: Clock
    notes: Notes
    local: LocalFacts
    pauses: Pauses

    def __call__(self) -> None:
        self.scorer(self.chain.sees)


@pytest.fixture
def view(parent: bytes) -> View:
    return a_view(Phase.FINISHED, SEATS[1], model=parent)


@pytest.fixture
def end(compute: LocalCompute, blobs: TaskBlobs, view: View, tmp_path: Path) -> Iterator[End]:
    chain, clock, notes = Chain(view), Clock(), Notes()
    pauses = Pauses(clock.sleep, clock)
    with Journal(tmp_path / "journal") as journal, Shutdown() as shutdown:
        local: Any = LocalFacts(blobs, journal)
        reporter: Any = notes
        executor = Executor(
            look=chain.view, local=local, transactor=chain, compute=compute, reporter=reporter, shutdown=shutdown,  # type: ignore[arg-type]
        )  # fmt: skip
        scorer = FinalScorer(executor, local, chain.view, reporter, pauses, POLL)
        yield End(scorer, chain, clock, notes, local, pauses)


def measured_by(compute: LocalCompute, model: bytes) -> int:
    compute.learner.load(compute.blobs.fetch_model(model))
    return compute.learner.evaluate()


def test_a_seat_of_the_last_round_scores_the_final_model_as_it_would_a_baseline(
    end: End, compute: LocalCompute, view: View
) -> None:
    end()
    score = measured_by(compute, view.model)
    assert end.chain.sent == [(ScoreModel(seat=1, score=score), view)]
    assert 0 < score < 10_000
    assert end.notes.facts == [
        f"the final model, {NUMBER + 1}: {score / 100:.2f} % (accuracy)", "done: scoremodel",
    ]  # fmt: skip
    assert end.clock.now == 0.0


def test_the_learner_has_its_own_weights_back(end: End, compute: LocalCompute) -> None:
    before = {name: tensor + 1 for name, tensor in compute.learner.weights().items()}
    compute.learner.load(before)
    end()
    after = compute.learner.weights()
    assert all((after[name] == tensor).all() for name, tensor in before.items())


def test_once_however_often_the_end_is_seen(end: End) -> None:
    for _ in range(3):
        end()
    assert len(end.chain.sent) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"account": TRAINERS[0]},
        {"admitted": False},
        {"scored": True},
        {"judges": 1},
        {"phase": Phase.CLOSING},
        {"phase": Phase.EXPIRED},
    ],
    ids=str,
)
def test_who_has_no_score_to_send_does_nothing(end: End, view: View, changes: dict[str, Any]) -> None:
    """Neither a look at the chain nor one at the store."""
    phase = changes.pop("phase", Phase.FINISHED)
    scored, judges = changes.pop("scored", False), changes.pop("judges", len(SEATS))
    seats = tuple(replace(seat, scored=scored) for seat in view.seats)
    view = a_view(phase, **{"account": SEATS[1], "model": view.model, "seats": seats} | changes)
    end.chain.sees = replace(view, round=replace(view.round, seats=judges))
    end()
    assert (end.chain.sent, end.notes.facts, end.notes.waits, end.notes.problems) == ([], [], [], [])


def test_a_model_that_comes_late_is_waited_for(end: End, store: MemoryStore, view: View) -> None:
    content = store.get(view.model, limit=1 << 20)
    store.remove(view.model)
    end.clock.brings[PATIENCE_S / 2] = lambda: store.put(content)
    end()
    assert len(end.chain.sent) == 1
    assert end.clock.now == pytest.approx(PATIENCE_S / 2)
    assert end.notes.waits[0].startswith(f"the blob of model {NUMBER + 1}: ")
    assert end.notes.problems == []


def test_a_store_that_stays_away_is_waited_for_so_long_and_no_longer(end: End, store: MemoryStore, view: View) -> None:
    store.remove(view.model)
    end()
    assert end.chain.sent == []
    assert PATIENCE_S <= end.clock.now <= PATIENCE_S + POLL
    (problem,) = end.notes.problems
    assert problem.message.startswith(f"this seat does not score model {NUMBER + 1}, the final one: ")
    assert "not in the store" in problem.message


def test_a_copy_of_the_members_own_serves_without_the_store(
    end: End, store: MemoryStore, view: View, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who attested the model has it, though the store may have lost it, or hang."""
    copies = Copies(LocalStore(tmp_path / "copies"), store, limit=1 << 20)
    monkeypatch.setattr(end.local.blobs, "_store", copies)
    end.local.copies = copies
    copies.put(store.get(view.model, limit=1 << 20))
    store.remove(view.model)
    end()
    assert (len(end.chain.sent), end.clock.now) == (1, 0.0)


class Broken(TorchLearner):
    def evaluate(self) -> int:
        raise LearningError("the data are gone")


def test_a_learner_that_fails_ends_it_at_once(
    end: End, blobs: TaskBlobs, descriptor: Descriptor, data: tuple[Dataset, Dataset]
) -> None:
    broken = LocalCompute(SEATS[1], Broken(build(descriptor.model, descriptor.arguments), *data), blobs)
    end.scorer._executor._compute = broken
    end()
    assert end.chain.sent == []
    assert [problem.message.partition(": ")[2] for problem in end.notes.problems] == ["the data are gone"]
    assert end.clock.now == 0.0


@pytest.mark.parametrize("fault", [ConnectionFailed("no node answers"), StoreError("the disk fails")])
def test_what_passes_is_tried_again(end: End, fault: Exception) -> None:
    end.chain.faults = [fault, fault]
    end()
    assert len(end.chain.sent) == 1
    assert end.clock.now == 2 * POLL
    assert len(end.notes.waits) == 2


def test_nodes_that_stay_away_are_waited_for_so_long_and_no_longer(end: End) -> None:
    end.chain.faults = [ConnectionFailed("no node answers")] * 1_000
    end()
    assert PATIENCE_S <= end.clock.now <= PATIENCE_S + POLL
    assert [problem.message.endswith("no node answers") for problem in end.notes.problems] == [True]


def test_a_chain_that_stands_is_waited_for_so_long_and_no_longer(end: End) -> None:
    """A sender itself waits for it without end."""
    end.chain.pauses = end.pauses
    end()
    assert end.clock.now == pytest.approx(PATIENCE_S)
    assert [problem.message.endswith("it takes too long") for problem in end.notes.problems] == [True]


@pytest.mark.parametrize(
    "fault",
    [CONTRACT_ERRORS["NotMember"]("not a member"), DeadlinePassed("it is too late")],
    ids=lambda e: type(e).__name__,
)
def test_a_refusal_ends_it_at_once(end: End, fault: Exception) -> None:
    end.chain.faults = [fault]
    end()
    assert (end.chain.sent, len(end.notes.problems), end.clock.now) == ([], 1, 0.0)


def test_a_stop_is_no_fault(end: End, store: MemoryStore, view: View) -> None:
    store.remove(view.model)
    end.clock.stops_at = 3 * POLL
    with pytest.raises(Stopped):
        end()
    assert end.notes.problems == []


# Pauses


def test_pauses_are_free_until_they_are_limited() -> None:
    clock = Clock()
    pauses = Pauses(clock.sleep, clock)
    for _ in range(100):
        pauses.sleep(1_000.0)
    assert clock.now == 100_000.0
    pauses.limit(10.0)
    assert not pauses.are_over
    pauses.sleep(4.0)
    pauses.sleep(1_000.0)
    assert clock.now == 100_010.0
    assert pauses.are_over
    with pytest.raises(DeadlinePassed):
        pauses.sleep(1.0)
    pauses.limit(1.0)
    pauses.sleep(0.5)
    assert clock.now == 100_010.5
