import logging
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from folkmoot.aggregation import Aggregate
from folkmoot.chain import Phase, Verdict
from folkmoot.errors import LearningError
from folkmoot.learning import Dataset, Descriptor, TorchLearner, Weights, build
from folkmoot.simulation.participant import MemoryJournal, SimulatedMember
from folkmoot.simulation.sharing import AggregateCache
from folkmoot.store import MemoryStore
from folkmoot.store.content import measured
from folkmoot.task_blobs import TaskBlobs
from folkmoot.worker.actions import Action, Attest, Commit, Reveal, Submit, Transaction, Wait
from folkmoot.worker.compute import LocalCompute
from folkmoot.worker.journal import Journal
from folkmoot.worker.view import View
from tests.support.views import DIGEST, NUMBER, SEATS, TRAINERS, a_view, opening, submission

TRAINER, SEAT = TRAINERS[3], SEATS[0]


class Outbox(list[Transaction]):
    """A transactor that keeps what it is given."""

    def send(self, action: Transaction, _: View) -> None:
        self.append(action)


@pytest.fixture
def outbox() -> Outbox:
    return Outbox()


@pytest.fixture
def member(learner: TorchLearner, blobs: TaskBlobs, outbox: Outbox) -> Any:
    """Makes members with real compute and a store in memory."""

    def make(account: str, learner: TorchLearner = learner, **changes: Any) -> SimulatedMember:
        compute, cache = LocalCompute(account, learner, blobs), AggregateCache()
        return SimulatedMember(**({"compute": compute, "transactor": outbox, "aggregate_cache": cache} | changes))

    return make


@pytest.fixture
def training(parent: bytes) -> View:
    return a_view(Phase.TRAINING, TRAINER, model=parent)


@pytest.fixture
def committing(parent: bytes, blobs: TaskBlobs, model: Weights) -> View:
    """A seat's view of one update that is published."""
    pointer = blobs.publish(blobs.encode_update(model, round=NUMBER, author=TRAINERS[0], parent=parent))
    return a_view(Phase.COMMITTING, SEAT, model=parent, updates=(replace(submission(TRAINERS[0]), pointer=pointer),))


def test_it_trains_and_submits_in_one_go(member: Any, outbox: Outbox, training: View, store: MemoryStore) -> None:
    one = member(TRAINER)
    action = one.act(training)
    assert isinstance(action, Submit)
    assert outbox == [action]
    assert not store.has(action.trained.pointer, limit=1 << 20), "its blob stays private"


def test_its_update_is_published_once_training_is_over(
    member: Any, outbox: Outbox, training: View, store: MemoryStore
) -> None:
    one = member(TRAINER)
    pointer = one.act(training).trained.pointer
    own = replace(submission(TRAINER, found=False), pointer=pointer)
    waits = one.act(a_view(Phase.COMMITTING, TRAINER, model=training.model, updates=(own,)))
    assert isinstance(waits, Wait)
    assert store.has(pointer, limit=1 << 20)
    assert len(outbox) == 1, "publishing is no transaction"


def test_a_seat_does_all_its_work_and_then_commits(member: Any, outbox: Outbox, committing: View) -> None:
    one = member(SEAT)
    action = one.act(committing)
    assert isinstance(action, Commit)
    assert outbox == [action]
    assert len(action.opening.scores) == 1
    revealing = a_view(Phase.REVEALING, SEAT, model=committing.model, updates=committing.updates)
    assert one.act(revealing) == Reveal(0, action.opening)


def salts(member: Any, view: View, **changes: Any) -> set[bytes]:
    return {member(view.account, **changes).act(view).opening.salt for _ in range(2)}


def test_salts_come_from_the_seed_the_account_the_round_and_the_attempt(member: Any, committing: View) -> None:
    assert salts(member, committing, seed=7) == {sha256(b"7" + SEAT.encode() + b"2 0").digest()}
    again = replace(committing, round=replace(committing.round, attempt=1))
    assert salts(member, again, seed=7) == {sha256(b"7" + SEAT.encode() + b"2 1").digest()}
    other = replace(committing, account=SEATS[1])
    assert salts(member, other, seed=3) == {sha256(b"3" + SEATS[1].encode() + b"2 0").digest()}


class Idle(LocalCompute):
    def aggregate(self, _: View) -> tuple[bytes, Aggregate]:
        raise AssertionError("it was aggregated before")


def test_members_share_an_aggregate_and_attest_each_by_itself(
    member: Any, outbox: Outbox, committing: View, blobs: TaskBlobs, learner: TorchLearner
) -> None:
    (entry,) = committing.updates
    accepted = replace(entry, update=replace(entry.update, verdict=Verdict.ACCEPTED))
    view = a_view(Phase.AGGREGATING, SEAT, model=committing.model, updates=(accepted,))
    cache = AggregateCache()
    first = member(SEAT, aggregate_cache=cache).act(view)
    assert blobs.fetch_model(first.pointer)
    idle = Idle(SEATS[1], learner, blobs)
    second = member(SEATS[1], compute=idle, aggregate_cache=cache).act(replace(view, account=SEATS[1]))
    assert outbox == [first, second] == [Attest(NUMBER, 0, first.pointer), Attest(NUMBER, 1, first.pointer)]
    with pytest.raises(AssertionError, match="aggregated before"):
        member(SEAT, compute=Idle(SEAT, learner, blobs), aggregate_cache=cache).act(replace(view, seed=b"\1" * 32))


class Failing(TorchLearner):
    """A learner that cannot do what a test names; `tried` counts."""

    tried = 0
    cannot = "fit"

    def fit(self, **settings: Any) -> int:
        return self._fails("fit") or super().fit(**settings)

    def evaluate(self) -> int:
        return self._fails("evaluate") or super().evaluate()

    def _fails(self, what: str) -> int:
        if what == self.cannot:
            self.tried += 1
            raise LearningError(f"cannot {what}")
        return 0


@pytest.fixture
def failing(descriptor: Descriptor, data: tuple[Dataset, Dataset]) -> Failing:
    return Failing(build(descriptor.model, descriptor.arguments), *data)


def test_training_that_failed_is_tried_again_in_the_next_round_only(
    member: Any, failing: Failing, outbox: Outbox, training: View
) -> None:
    one = member(TRAINER, failing)
    for _ in range(2):
        waits = one.act(training)
        assert isinstance(waits, Wait)
        assert (waits.what, waits.until) == ("the next round: training failed", training.deadline)
    assert failing.tried == 1
    one.act(replace(training, round=replace(training.round, number=NUMBER + 1)))
    assert failing.tried == 2
    assert outbox == []


def test_a_seat_whose_reference_failed_commits_all_the_same(member: Any, failing: Failing, committing: View) -> None:
    assert isinstance(member(SEAT, failing).act(committing), Commit)
    assert failing.tried == 1


def test_no_other_failure_is_passed_over(member: Any, failing: Failing, committing: View) -> None:
    failing.cannot = "evaluate"
    with pytest.raises(LearningError, match="cannot evaluate"):
        member(SEAT, failing).act(committing)


def test_an_attacker_decides_otherwise(member: Any, outbox: Outbox, training: View) -> None:
    seen: list[View] = []

    def wait(view: View) -> Action:
        seen.append(view)
        return Wait("nothing")

    assert member(TRAINER, decide=wait).act(replace(training, model=bytes(32))) == Wait("nothing")
    assert outbox == []
    assert not seen[0].model_found, "it is asked with what is local"


def test_nothing_is_reported(member: Any, failing: Failing, committing: View, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "folkmoot.worker"):
        member(SEAT, failing).act(committing)
    assert failing.tried == 1
    assert caplog.records == []


def test_a_journal_in_memory_answers_as_one_on_disk(tmp_path: Path) -> None:
    with Journal(tmp_path / "journal") as on_disk:
        answers = [_kept(journal) for journal in (on_disk, MemoryJournal())]
    assert answers[0] == answers[1]
    assert answers[1][0] == opening()


def _kept(journal: Journal) -> list[object]:
    """What a journal has of a round, before and after it forgets it."""
    journal.forget(before=NUMBER)
    journal.keep_opening(opening())
    journal.keep_trained(NUMBER, b"blob", 5)
    asked = [lambda: journal.opening(NUMBER, 0, DIGEST), lambda: journal.opening(NUMBER, 1, DIGEST)]
    asked += [lambda: journal.trained(NUMBER), lambda: journal.trained(1), lambda: journal.blob(1)]
    asked += [lambda: measured(journal.blob(NUMBER) or b"")]
    before = [ask() for ask in asked]
    journal.forget(before=NUMBER + 1)
    return before + [ask() for ask in asked]
