"""Judging a round's updates with a member's own data.

Li et al., "A Blockchain-Based Decentralized Federated Learning Framework with Committee Consensus" (BFLC), section
III-B: the accuracy on each committee member's own data is the score. What is malformed, copied or too far away to be
honest work scores 0 without being run.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from offchain.errors import BlobCorrupt, BlobMissing, BlobTooLarge, LearningError, MalformedBlob, WitanError
from offchain.learning import Learner, Weights, update_norm
from offchain.worker.exchange import Exchange
from offchain.worker.view import Submission

Progress = Callable[[int, int], None]


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

    An update further than `reach` from that model (Euclidean distance over all tensors) scores 0.
    """

    judge: str
    round: int
    parent: bytes
    reach: float
    submissions: tuple[Submission, ...]


def judge(docket: Docket, learner: Learner, exchange: Exchange, *, progress: Progress | None = None) -> Judgement:
    """Score every update of a docket with the learner's scoring samples; `progress(done, total)` after each.

    One update is in memory at a time. Raises `StoreError` when the store itself fails: that is nobody's fault.
    """
    model = exchange.fetch_model(docket.parent)
    learner.load(model)
    baseline = learner.evaluate()
    marks = []
    for mark in _marks(docket, learner, exchange, model):
        marks.append(mark)
        if progress:
            progress(len(marks), len(docket.submissions))
    return Judgement(baseline=baseline, marks=tuple(marks))


def _marks(docket: Docket, learner: Learner, exchange: Exchange, model: Weights) -> Iterator[Mark]:
    seen: set[bytes] = set()
    for submission in docket.submissions:
        author = submission.update.author
        try:
            update = _fetch(docket, submission, exchange)
            _check(docket, author, update, model, seen)
            learner.load(update)
            yield Mark(author, learner.evaluate())
        except (_Fault, LearningError) as fault:
            yield Mark(author, 0, fault.message)


def _fetch(docket: Docket, submission: Submission, exchange: Exchange) -> Weights:
    author = submission.update.author
    try:
        return exchange.fetch_update(submission.pointer, round=docket.round, author=author, parent=docket.parent)
    except (BlobMissing, BlobCorrupt, BlobTooLarge, MalformedBlob) as error:
        raise _Fault(error.message) from error


def _check(docket: Docket, author: str, update: Weights, model: Weights, seen: set[bytes]) -> None:
    digest = _digest(update)
    is_copy = digest in seen
    seen.add(digest)
    if author == docket.judge:
        raise _Fault("its author gives no score to its own update")
    if is_copy:
        raise _Fault("its tensors are those of an earlier update")
    distance = update_norm(update, model)
    if distance > docket.reach:
        raise _Fault(f"it lies {distance:.3g} from the model, allowed is {docket.reach:.3g}")


def _digest(update: Weights) -> bytes:
    """Of all numbers, in the descriptor's order of tensors."""
    digest = sha256()
    for tensor in update.values():
        digest.update(tensor.tobytes())
    return digest.digest()


class _Fault(WitanError):
    """Why an update scores 0 without being run."""
