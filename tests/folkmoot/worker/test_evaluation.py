from collections.abc import Callable, Iterator

import numpy as np
import pytest

from folkmoot.chain import Metric, Phase
from folkmoot.errors import BlobCorrupt, BlobMissing, BlobTooLarge, LearningError, StoreError
from folkmoot.learning import Dataset, Descriptor, TorchLearner, Weights, build, update_norm
from folkmoot.learning.checked_learner import CheckedLearner
from folkmoot.learning.update_guard import UpdateGuard
from folkmoot.rules import ABSTAINED
from folkmoot.store import MemoryStore
from folkmoot.task_blobs import TaskBlobs
from folkmoot.worker.compute import LocalCompute
from folkmoot.worker.evaluation import Evaluation, EvaluationRequest, evaluate
from folkmoot.worker.view import Submission
from tests.support.views import NUMBER, SEATS, TRAINERS, a_view, submission

EVALUATOR = SEATS[0]

Publish = Callable[..., Submission]
Opinion = Callable[..., Evaluation]


@pytest.fixture
def submit(blobs: TaskBlobs, parent: bytes) -> Publish:
    """Publish an update as a trainer does."""

    def submit(account: str, weights: Weights, **meta: object) -> Submission:
        said = {"round": NUMBER, "author": account, "parent": parent} | meta
        pointer = blobs.publish(blobs.encode_update(weights, **said))  # type: ignore[arg-type]
        return Submission(update=submission(account).update, pointer=pointer)

    return submit


@pytest.fixture
def trained(compute: LocalCompute, learner: TorchLearner, parent: bytes, model: Weights) -> Weights:
    """An honest update."""
    compute.train_reference(NUMBER, parent, lambda *_: None)
    weights = learner.weights()
    learner.load(model)
    return weights


@pytest.fixture
def opinion(learner: TorchLearner, blobs: TaskBlobs, parent: bytes, model: Weights, trained: Weights) -> Opinion:
    max_norm = 3 * update_norm(trained, model)

    def opinion(
        *submissions: Submission,
        account: str = EVALUATOR,
        max_norm: float = max_norm,
        reference: Weights | None = None,
        patient: bool = True,
    ) -> Evaluation:
        guard = UpdateGuard(max_norm, reference)
        request = EvaluationRequest(
            evaluator=account, round=NUMBER, parent=parent, guard=guard, submissions=submissions, patient=patient
        )
        return evaluate(request, learner, blobs)

    return opinion


def moved(model: Weights, towards: Weights, times: float) -> Weights:
    return {name: (model[name] + np.float32(times) * (towards[name] - model[name])) for name in model}


def test_a_model_alone_is_measured_as_a_baseline(
    opinion: Opinion, learner: TorchLearner, blobs: TaskBlobs, parent: bytes
) -> None:
    request = EvaluationRequest.of_model(a_view(Phase.FINISHED, EVALUATOR, model=parent))
    assert evaluate(request, learner, blobs) == opinion()


@pytest.mark.parametrize("now", [0, 10**9])
def test_a_model_alone_that_is_missing_is_never_abstained_from(
    now: int, learner: TorchLearner, blobs: TaskBlobs
) -> None:
    """There is no abstention to send: who waits decides for how long."""
    view = a_view(Phase.FINISHED, EVALUATOR, model=b"\5" * 32, now=now)
    with pytest.raises(BlobMissing):
        evaluate(EvaluationRequest.of_model(view), learner, blobs)


def test_an_honest_update_scores_its_accuracy(
    opinion: Opinion, submit: Publish, trained: Weights, model: Weights, learner: TorchLearner
) -> None:
    evaluation = opinion(submit(TRAINERS[0], trained), submit(TRAINERS[1], moved(model, trained, 2)))
    accuracies = []
    for weights in (model, trained, moved(model, trained, 2)):
        learner.load(weights)
        accuracies.append(learner.evaluate())
    assert [evaluation.baseline, *evaluation.scores] == accuracies
    assert evaluation.scores[0] > evaluation.baseline > 0
    assert [update_score.author for update_score in evaluation.update_scores] == list(TRAINERS[:2])
    assert [update_score.fault for update_score in evaluation.update_scores] == ["", ""]


@pytest.mark.parametrize("fault", [BlobMissing("no"), BlobCorrupt("other bytes"), BlobTooLarge("10 GB")])
def test_what_the_store_does_not_have_now_is_waited_for_and_nobodys_fault_in_the_end(
    fault: StoreError,
    opinion: Opinion,
    submit: Publish,
    trained: Weights,
    broken: Callable[..., None],
) -> None:
    absent, there = submit(TRAINERS[0], trained), submit(TRAINERS[1], trained)
    broken(absent.pointer, fault)
    with pytest.raises(type(fault)):
        opinion(absent, there)
    evaluation = opinion(absent, there, patient=False)
    assert evaluation.scores[0] == ABSTAINED
    assert 0 < evaluation.scores[1] <= 10_000


def test_where_availability_is_measured_what_is_not_there_scores_nothing(
    learner: TorchLearner,
    blobs: TaskBlobs,
    submit: Publish,
    trained: Weights,
    parent: bytes,
    broken: Callable[..., None],
) -> None:
    updates = [submit(author, trained) for author in TRAINERS[:2]]
    updates[1] = Submission(update=updates[1].update, pointer=b"\7" * 32)
    failing = submit(TRAINERS[2], trained)
    broken(failing.pointer, StoreError("the disk is gone"))
    request = EvaluationRequest(
        evaluator=EVALUATOR, round=NUMBER, parent=parent, guard=UpdateGuard(), metric=Metric.AVAILABILITY,
        submissions=(*updates, failing), patient=False,
    )  # fmt: skip
    assert evaluate(request, learner, blobs).scores == (10_000, 0, ABSTAINED)


def test_bytes_that_are_no_update_score_nothing(opinion: Opinion, store: MemoryStore) -> None:
    author = submission(TRAINERS[0]).update
    pointers = [store.put(data) for data in (b"", b"\x80\x04.", b"x" * 1_000)]
    evaluation = opinion(*(Submission(update=author, pointer=pointer) for pointer in pointers))
    assert evaluation.scores == (0, 0, 0)
    assert all(update_score.fault for update_score in evaluation.update_scores)


@pytest.mark.parametrize("meta", [{"round": NUMBER - 1}, {"author": TRAINERS[3]}, {"parent": b"\x05" * 32}])
def test_an_update_made_for_something_else_scores_nothing(
    opinion: Opinion, submit: Publish, trained: Weights, meta: dict[str, object]
) -> None:
    assert opinion(submit(TRAINERS[0], trained, **meta)).scores == (0,)


def test_a_copied_pointer_names_another_author(opinion: Opinion, submit: Publish, trained: Weights) -> None:
    original = submit(TRAINERS[0], trained)
    copy = Submission(update=submission(TRAINERS[1]).update, pointer=original.pointer)
    first, second = opinion(copy, original).update_scores
    assert (first.score, "author" in first.fault) == (0, True)
    assert second.score > 0


def test_tensors_of_an_earlier_update_score_nothing(opinion: Opinion, submit: Publish, trained: Weights) -> None:
    first, second = opinion(submit(TRAINERS[0], trained), submit(TRAINERS[1], trained)).update_scores
    assert first.score > 0
    assert (second.score, second.fault) == (0, "its tensors are those of an earlier update")


def test_one_number_makes_an_update_ones_own(opinion: Opinion, submit: Publish, trained: Weights) -> None:
    bias = "1.bias"
    nearly = trained | {bias: np.nextafter(trained[bias], np.float32(9))}
    assert 0 not in opinion(submit(TRAINERS[0], trained), submit(TRAINERS[1], nearly)).scores


def test_what_lies_too_far_away_scores_nothing(
    opinion: Opinion, submit: Publish, trained: Weights, model: Weights
) -> None:
    near = submit(TRAINERS[0], moved(model, trained, 2.99))
    far = submit(TRAINERS[1], moved(model, trained, 3.01))
    first, second = opinion(near, far).update_scores
    assert first.fault == ""
    assert second.score == 0
    assert "from the model" in second.fault


def test_the_reach_itself_is_allowed(opinion: Opinion, submit: Publish, trained: Weights, model: Weights) -> None:
    distance = update_norm(trained, model)
    update = submit(TRAINERS[0], trained)
    assert opinion(update, max_norm=distance).scores[0] > 0
    assert opinion(update, max_norm=np.nextafter(distance, 0)).scores == (0,)


def test_with_a_direction_guard_what_leads_away_from_own_training_scores_nothing(
    opinion: Opinion, submit: Publish, trained: Weights, model: Weights
) -> None:
    along = submit(TRAINERS[0], moved(model, trained, 0.01))
    back = submit(TRAINERS[1], moved(model, trained, -0.01))
    assert [update_score.fault for update_score in opinion(along, back).update_scores] == ["", ""]
    first, second = opinion(along, back, reference=trained).update_scores
    assert (first.fault, second.fault) == ("", "it points against the judge's own update")
    assert second.score == 0 < first.score


def test_who_looks_for_availability_runs_nothing_but_guards_the_direction(
    learner: TorchLearner, blobs: TaskBlobs, submit: Publish, trained: Weights, parent: bytes, model: Weights
) -> None:
    learner.load(model)
    request = EvaluationRequest(
        evaluator=EVALUATOR,
        round=NUMBER,
        parent=parent,
        guard=UpdateGuard(reference=trained),
        metric=Metric.AVAILABILITY,
        submissions=tuple(
            submit(author, moved(model, trained, times)) for author, times in zip(TRAINERS, (9, -1), strict=False)
        ),
    )
    evaluation = evaluate(request, learner, blobs)
    assert (evaluation.baseline, evaluation.scores) == (10_000, (10_000, 0))
    assert update_norm(learner.weights(), model) == 0


def test_nobody_scores_its_own_update(opinion: Opinion, submit: Publish, trained: Weights, model: Weights) -> None:
    own, other = submit(TRAINERS[0], trained), submit(TRAINERS[1], moved(model, trained, 2))
    evaluation = opinion(own, other, submit(TRAINERS[2], trained), account=TRAINERS[0])
    assert evaluation.scores[0] == ABSTAINED
    assert 0 < evaluation.scores[1] <= 10_000
    assert evaluation.scores[2] == 0, "a copy of it is a copy all the same"


@pytest.fixture
def broken(store: MemoryStore, monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes, StoreError], None]:
    """Make the store fail for one pointer."""
    whole = store.read

    def fail(broken: bytes, error: StoreError) -> None:
        def read(pointer: bytes, *, limit: int, consume: Callable[[Iterator[bytes]], Weights]) -> Weights:
            if pointer == broken:
                raise error
            return whole(pointer, limit=limit, consume=consume)

        monkeypatch.setattr(store, "read", read)

    return fail


def test_a_store_that_fails_is_nobodys_fault(
    opinion: Opinion, submit: Publish, trained: Weights, broken: Callable[..., None]
) -> None:
    updates = submit(TRAINERS[0], trained), submit(TRAINERS[1], trained)
    broken(updates[1].pointer, StoreError("the disk is gone"))
    with pytest.raises(StoreError, match="the disk is gone"):
        opinion(*updates)
    evaluation = opinion(*updates, patient=False)
    assert 0 < evaluation.scores[0] <= 10_000
    assert (evaluation.scores[1], evaluation.update_scores[1].fault) == (ABSTAINED, "the disk is gone")


def test_without_the_model_who_judges_abstains_from_everything_in_the_end(
    opinion: Opinion, submit: Publish, trained: Weights, store: MemoryStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    updates = submit(TRAINERS[0], trained), submit(TRAINERS[1], trained)

    def read(pointer: bytes, *, limit: int, consume: object) -> Weights:
        raise BlobMissing(f"{pointer.hex()} is not in the store, which takes {limit} bytes for {consume}")

    monkeypatch.setattr(store, "read", read)
    with pytest.raises(BlobMissing):
        opinion(*updates)
    evaluation = opinion(*updates, patient=False)
    assert [evaluation.baseline, *evaluation.scores] == [ABSTAINED] * 3


def test_progress_is_told_after_each_update(
    learner: TorchLearner, blobs: TaskBlobs, submit: Publish, trained: Weights, parent: bytes
) -> None:
    told: list[tuple[int, int]] = []
    submissions = submit(TRAINERS[0], trained), submission(TRAINERS[1], found=False)
    request = EvaluationRequest(
        evaluator=EVALUATOR, round=NUMBER, parent=parent, guard=UpdateGuard(1e9), submissions=submissions, patient=False
    )
    evaluate(request, learner, blobs, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]


class Fussy:
    """A learner that cannot run what it is given second."""

    def __init__(self, learner: TorchLearner) -> None:
        self.learner, self.loads = learner, 0

    def __getattr__(self, name: str) -> object:
        return getattr(self.learner, name)

    def load(self, weights: Weights) -> None:
        self.loads += 1
        if self.loads == 2:
            raise LearningError("this cannot be run")
        self.learner.load(weights)


class Broken(TorchLearner):
    def evaluate(self) -> int:
        raise LearningError("out of memory")


class Tired(TorchLearner):
    """Its data are gone once it has measured the round's own model."""

    measured = False

    def evaluate(self) -> int:
        if self.measured:
            raise LearningError("my data file is gone")
        self.measured = True
        return super().evaluate()


def test_the_learner_has_its_own_weights_back(
    opinion: Opinion, submit: Publish, trained: Weights, model: Weights, learner: TorchLearner
) -> None:
    own = moved(model, trained, 0.5)
    learner.load(own)
    assert opinion(submit(TRAINERS[0], trained), submission(TRAINERS[1], found=False), patient=False).scores[0] > 0
    assert update_norm(learner.weights(), own) == 0


def test_a_learner_whose_training_diverged_judges_all_the_same(
    blobs: TaskBlobs, submit: Publish, trained: Weights, parent: bytes, learner: TorchLearner, descriptor: Descriptor
) -> None:
    with pytest.raises(LearningError, match="training diverged"):
        learner.fit(epochs=1, batch=16, learning_rate=1e38, optimizer="sgd", momentum=0.0, seed=0)
    request = EvaluationRequest(
        evaluator=EVALUATOR,
        round=NUMBER,
        parent=parent,
        guard=UpdateGuard(1e9),
        submissions=(submit(TRAINERS[0], trained),),
    )
    assert evaluate(request, CheckedLearner("mine.py", learner, descriptor.spec), blobs).scores[0] > 0


class Mistaken(TorchLearner):
    def evaluate(self) -> int:
        return 0


def test_an_update_that_is_always_wrong_scores_more_than_one_that_cannot_be_used(
    blobs: TaskBlobs, submit: Publish, trained: Weights, parent: bytes, descriptor: Descriptor,
    data: tuple[Dataset, Dataset],
) -> None:  # fmt: skip
    mistaken = Mistaken(build(descriptor.model, descriptor.arguments), *data)
    submissions = submit(TRAINERS[0], trained), submit(TRAINERS[1], trained)
    request = EvaluationRequest(
        evaluator=EVALUATOR, round=NUMBER, parent=parent, guard=UpdateGuard(1e9), submissions=submissions
    )
    evaluation = evaluate(request, mistaken, blobs)
    assert (evaluation.baseline, evaluation.scores) == (0, (1, 0))


def test_a_learner_that_cannot_run_the_model_is_no_updates_fault(
    blobs: TaskBlobs, submit: Publish, trained: Weights, parent: bytes, descriptor: Descriptor,
    data: tuple[Dataset, Dataset],
) -> None:  # fmt: skip
    broken = Broken(build(descriptor.model, descriptor.arguments), *data)
    submissions = (submit(TRAINERS[0], trained),)
    request = EvaluationRequest(
        evaluator=EVALUATOR, round=NUMBER, parent=parent, guard=UpdateGuard(1e9), submissions=submissions
    )
    with pytest.raises(LearningError, match="out of memory"):
        evaluate(request, broken, blobs)


def test_an_update_that_cannot_be_run_scores_nothing(
    learner: TorchLearner, blobs: TaskBlobs, submit: Publish, trained: Weights, parent: bytes
) -> None:
    submissions = (submit(TRAINERS[0], trained),)
    request = EvaluationRequest(
        evaluator=EVALUATOR, round=NUMBER, parent=parent, guard=UpdateGuard(1e9), submissions=submissions
    )
    (update_score,) = evaluate(request, Fussy(learner), blobs).update_scores  # type: ignore[arg-type]
    assert (update_score.score, update_score.fault) == (0, "this cannot be run")


@pytest.mark.parametrize("patient", [True, False])
def test_a_learner_that_fails_on_everything_is_no_updates_fault(
    patient: bool, blobs: TaskBlobs, submit: Publish, trained: Weights, parent: bytes, descriptor: Descriptor,
    data: tuple[Dataset, Dataset],
) -> None:  # fmt: skip
    tired = Tired(build(descriptor.model, descriptor.arguments), *data)
    submissions = (submit(TRAINERS[0], trained), submit(TRAINERS[1], trained, round=NUMBER - 1))
    request = EvaluationRequest(
        evaluator=EVALUATOR, round=NUMBER, parent=parent, guard=UpdateGuard(1e9), submissions=submissions,
        patient=patient,
    )  # fmt: skip
    if patient:
        with pytest.raises(LearningError, match="my data file is gone"):
            evaluate(request, tired, blobs)
        return
    evaluation = evaluate(request, tired, blobs)
    assert evaluation.baseline > 0
    assert evaluation.scores == (ABSTAINED, 0), "the second one is of another round, which it can see"
