"""How a member evaluates a round: others' updates, scored with its own data.

Li et al., "A Blockchain-Based Decentralized Federated Learning Framework with Committee Consensus" (BFLC), section
III-B: an update's score says how well it does on each committee member's own data. An update that is malformed, a
copy, or refused by the update guard scores 0 without being run; an update that is run scores at least 1. Who cannot
look at an update until time runs out abstains, which harms nobody: the store may lack it through another's fault. Only
where availability itself is measured does what is not there score 0.
"""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Self

from folkmoot.chain import Metric
from folkmoot.errors import BlobFault, LearningError, MalformedBlob, StoreError
from folkmoot.learning import Learner, Weights
from folkmoot.learning.learner import restored
from folkmoot.learning.update_guard import UpdateGuard
from folkmoot.rules import ABSTAINED
from folkmoot.task_blobs import TaskBlobs
from folkmoot.worker.view import Submission, View

Progress = Callable[[int, int], None]
"""Called after each update with the updates scored and all updates."""

AVAILABLE = 10_000  # basis points, where no more than availability is measured
USABLE = 1  # the least score of an update that was run, however wrong it is


@dataclass(frozen=True, slots=True)
class UpdateScore:
    """An update's score in basis points, or `ABSTAINED`; `fault` tells why it was not measured."""

    author: str
    score: int
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evaluation:
    """One member's evaluation of a round: the current model's score, and one for each update.

    Basis points, or `ABSTAINED`.
    """

    baseline: int
    update_scores: tuple[UpdateScore, ...]

    @property
    def scores(self) -> tuple[int, ...]:
        """The scores alone, in the order of the updates."""
        return tuple(update_score.score for update_score in self.update_scores)


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationRequest:
    """The updates to be evaluated, by which account: those of a round, made from the model under `parent`.

    An update that the guard refuses scores 0. Where the metric is availability, the model and every update that is well
    formed and no copy score 10000. Unless it is `patient`, it abstains from what it cannot look at now.
    """

    evaluator: str
    round: int
    parent: bytes
    guard: UpdateGuard
    metric: Metric = Metric.ACCURACY
    submissions: tuple[Submission, ...]
    patient: bool = True

    @classmethod
    def of(cls, view: View, guard: UpdateGuard) -> Self:
        """What the account of this view has to evaluate."""
        return cls(
            evaluator=view.account,
            round=view.round.number,
            parent=view.model,
            guard=guard,
            metric=view.metric,
            submissions=view.updates,
            patient=view.is_patient,
        )

    @classmethod
    def of_model(cls, view: View) -> Self:
        """The model of this view alone, whose score is the evaluation's baseline."""
        return replace(cls.of(view, UpdateGuard()), submissions=(), patient=True)


def evaluate(
    request: EvaluationRequest, learner: Learner, blobs: TaskBlobs, *, progress: Progress | None = None
) -> Evaluation:
    """Score every update of a request with the learner's scoring samples; `progress(done, total)` after each.

    One update is in memory at a time, and the learner has its own weights back afterwards. A patient request raises
    `StoreError` when the store itself fails, which is no update's fault, and `MalformedBlob` or `LearningError` when
    the learner cannot run the round's own model, be it after an update on which it failed.
    """
    with nullcontext() if request.metric == Metric.AVAILABILITY else restored(learner):
        return _evaluate(request, learner, blobs, progress)


def _evaluate(request: EvaluationRequest, learner: Learner, blobs: TaskBlobs, progress: Progress | None) -> Evaluation:
    try:
        model = blobs.fetch_model(request.parent)
        baseline = _value(request, learner, model)
    except (StoreError, MalformedBlob, LearningError) as error:
        if request.patient:
            raise
        authors = (submission.update.author for submission in request.submissions)
        abstentions = tuple(UpdateScore(author, ABSTAINED, error.message) for author in authors)
        return Evaluation(baseline=ABSTAINED, update_scores=abstentions)
    update_scores: list[UpdateScore] = []
    seen: set[bytes] = set()
    for submission in request.submissions:
        update_scores.append(_score(request, submission, learner, blobs, model, seen))
        if progress:
            progress(len(update_scores), len(request.submissions))
    return Evaluation(baseline=baseline, update_scores=tuple(update_scores))


def _score(
    request: EvaluationRequest,
    submission: Submission,
    learner: Learner,
    blobs: TaskBlobs,
    model: Weights,
    seen: set[bytes],
) -> UpdateScore:
    author = submission.update.author
    try:
        update = blobs.fetch_update(submission.pointer, round=request.round, author=author, parent=request.parent)
        fault = _fault(request, update, model, seen)
        if author == request.evaluator:
            return UpdateScore(author, ABSTAINED, "an author does not score its own update")
        if fault:
            return UpdateScore(author, 0, fault)
        return UpdateScore(author, max(_value(request, learner, update), USABLE))
    except MalformedBlob as error:
        return UpdateScore(author, 0, error.message)
    except LearningError as error:
        return UpdateScore(author, _unmeasured(request, learner, model), error.message)
    except StoreError as error:
        if request.patient:
            raise
        is_measured = request.metric == Metric.AVAILABILITY and isinstance(error, BlobFault)
        return UpdateScore(author, 0 if is_measured else ABSTAINED, error.message)


def _unmeasured(request: EvaluationRequest, learner: Learner, model: Weights) -> int:
    """The score of an update on which the member's code failed: 0 only if that still measures the round's own model."""
    try:
        _value(request, learner, model)
    except LearningError:
        if request.patient:
            raise
        return ABSTAINED
    return 0


def _value(request: EvaluationRequest, learner: Learner, weights: Weights) -> int:
    if request.metric == Metric.AVAILABILITY:
        return AVAILABLE
    learner.load(weights)
    return learner.evaluate()


def _fault(request: EvaluationRequest, update: Weights, model: Weights, seen: set[bytes]) -> str:
    digest = _digest(update)
    is_copy = digest in seen
    seen.add(digest)
    if is_copy:
        return "its tensors are those of an earlier update"
    return request.guard.fault(update, model)


def _digest(update: Weights) -> bytes:
    """SHA-256 of all numbers, in the descriptor's order of tensors."""
    digest = sha256()
    for tensor in update.values():
        digest.update(tensor.tobytes())
    return digest.digest()
