"""Judging a round's updates with a member's own data.

Li et al., "A Blockchain-Based Decentralized Federated Learning Framework with Committee Consensus" (BFLC), section
III-B: the accuracy on each committee member's own data is the score. What is malformed, copied or, held against
own training, no honest work scores 0 without being run; what is run scores at least 1.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Self

from folkmoot.chain import Measure
from folkmoot.errors import BlobCorrupt, BlobMissing, BlobTooLarge, LearningError, MalformedBlob
from folkmoot.learning import Learner, Weights
from folkmoot.worker.exchange import Exchange
from folkmoot.worker.view import Submission, View
from folkmoot.worker.yardstick import Yardstick

Progress = Callable[[int, int], None]

AVAILABLE = 10_000
USABLE = 1  # the least score of what was run, however wrong it is

_UNUSABLE = (BlobMissing, BlobCorrupt, BlobTooLarge, MalformedBlob, LearningError)


@dataclass(frozen=True, slots=True)
class Mark:
    """An update's score in basis points; `fault` tells why it is 0 without having been measured."""

    author: str
    score: int
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """One member's opinion of a round: the current model's accuracy in basis points, and a mark for each update."""

    baseline: int
    marks: tuple[Mark, ...]

    @property
    def scores(self) -> tuple[int, ...]:
        """The marks' scores, in the order of the updates."""
        return tuple(mark.score for mark in self.marks)


@dataclass(frozen=True, slots=True, kw_only=True)
class Docket:
    """What is to be judged, by whom: a round's updates, made from the model under `parent`.

    An update to which the yardstick objects scores 0. Where no more than availability is measured, whatever is well
    formed and no copy scores 10000, and so does the model.
    """

    judge: str
    round: int
    parent: bytes
    yardstick: Yardstick
    measure: Measure = Measure.ACCURACY
    submissions: tuple[Submission, ...]

    @classmethod
    def of(cls, view: View, yardstick: Yardstick) -> Self:
        """What the account that sees this has to judge."""
        return cls(
            judge=view.account,
            round=view.round.number,
            parent=view.model,
            yardstick=yardstick,
            measure=view.measure,
            submissions=view.updates,
        )


def judge(docket: Docket, learner: Learner, exchange: Exchange, *, progress: Progress | None = None) -> Judgement:
    """Score every update of a docket with the learner's scoring samples; `progress(done, total)` after each.

    One update is in memory at a time. Raises `StoreError` when the store itself fails: that is nobody's fault.
    """
    model = exchange.fetch_model(docket.parent)
    baseline = _value(docket, learner, model)
    marks: list[Mark] = []
    seen: set[bytes] = set()
    for submission in docket.submissions:
        marks.append(_mark(docket, submission, learner, exchange, model, seen))
        if progress:
            progress(len(marks), len(docket.submissions))
    return Judgement(baseline=baseline, marks=tuple(marks))


def _mark(
    docket: Docket, submission: Submission, learner: Learner, exchange: Exchange, model: Weights, seen: set[bytes]
) -> Mark:
    author = submission.update.author
    try:
        update = exchange.fetch_update(submission.pointer, round=docket.round, author=author, parent=docket.parent)
        if fault := _fault(docket, author, update, model, seen):
            return Mark(author, 0, fault)
        return Mark(author, max(_value(docket, learner, update), USABLE))
    except _UNUSABLE as error:
        return Mark(author, 0, error.message)


def _value(docket: Docket, learner: Learner, weights: Weights) -> int:
    if docket.measure == Measure.AVAILABILITY:
        return AVAILABLE
    learner.load(weights)
    return learner.evaluate()


def _fault(docket: Docket, author: str, update: Weights, model: Weights, seen: set[bytes]) -> str:
    digest = _digest(update)
    is_copy = digest in seen
    seen.add(digest)
    if author == docket.judge:
        return "its author gives no score to its own update"
    if is_copy:
        return "its tensors are those of an earlier update"
    return docket.yardstick.fault(update, model)


def _digest(update: Weights) -> bytes:
    """Of all numbers, in the descriptor's order of tensors."""
    digest = sha256()
    for tensor in update.values():
        digest.update(tensor.tobytes())
    return digest.digest()
