"""What a worker knows beside the chain: the blobs it has, its own journal, and what it found out in the round."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from folkmoot.chain import Phase, Verdict
from folkmoot.errors import StoreError
from folkmoot.learning.update_guard import UpdateGuard
from folkmoot.store import Content
from folkmoot.store.copies import Copies
from folkmoot.task_blobs import TaskBlobs
from folkmoot.worker.journal import Journal, Trained
from folkmoot.worker.key_sharing import KeySharing
from folkmoot.worker.view import Submission, View

_SEALING = {Phase.COMMITTING, Phase.REVEALING}  # phases in which seats need an opening
_PUBLISH_S = 3.0  # for which the work waits for the store
_FETCH_S = 0.5  # for which a look waits for blobs that are on their way


@dataclass(slots=True)
class Memory:
    """What a worker has learnt in a round and can learn again, so that it needs no journal."""

    round: int
    trained: Trained | None = None
    guard: UpdateGuard | None = None
    aggregate: bytes | None = None  # pointer of the next model
    final_score: int | None = None  # of the final model, once it is evaluated, in basis points
    published: bool = False  # the own update; a worker that was restarted does it again


@dataclass(slots=True)
class LocalFacts:
    """Adds to the views of one task for one account what the chain does not know. `memory` is of the last view.

    Blobs are fetched into `copies` if there are some, else they are looked for in the store.
    """

    blobs: TaskBlobs
    journal: Journal
    sharing: KeySharing | None = None  # of an encrypted task
    copies: Copies | None = None
    memory: Memory = field(default_factory=lambda: Memory(-1))
    _latest: int = field(default=-1, init=False)  # round that was seen

    def add_to(self, view: View) -> View:
        """The view with what is local. Raises `StoreError`."""
        number = view.round.number
        if self.memory.round != number:
            self._begin(view)
        memory = self.memory
        memory.trained = memory.trained or self.journal.trained(number)
        if self.copies:
            self.copies.want(self._needed(view), patience=_FETCH_S)
        is_sealing = view.seat and view.phase in _SEALING
        return replace(
            view,
            opening=self.journal.opening(number, view.round.attempt, view.digest) if is_sealing else None,
            updates=tuple(replace(entry, found=self._is_found(entry, view)) for entry in view.updates),
            model_found=not _reads_model(view) or self.blobs.has(view.model),
            trained=memory.trained,
            guard=memory.guard,
            lacking=self.sharing.lacking(view) if self.sharing else (),
            aggregate=memory.aggregate,
        )

    def publish(self, blob: Content) -> tuple[bytes, StoreError | None]:
        """Publish a blob that others need: its pointer, and why it could only be kept, if so.

        What is kept is published as soon as the store takes it. Raises `StoreError` if it cannot be kept either.
        """
        if self.copies:
            return self.copies.publish(blob, patience=_PUBLISH_S)
        return self.blobs.publish(blob), None

    def _begin(self, view: View) -> None:
        self.memory = Memory(view.round.number)
        self.journal.forget(before=view.round.number - 1)  # a chain may take a block back, and with it a round's end
        if self.copies and view.round.number > self._latest >= 0:  # not by a node that is behind, nor after a restart
            self.copies.forget(but={view.model, *(entry.pointer for entry in view.updates)})
        self._latest = max(self._latest, view.round.number)

    def _needed(self, view: View) -> Iterator[bytes]:
        """What has to be fetched: the model first."""
        if _reads_model(view):
            yield view.model
        yield from (entry.pointer for entry in view.updates if self._is_needed(entry, view))

    def _is_needed(self, entry: Submission, view: View) -> bool:
        """Whether this worker has to look for an update: others' when they are scored, its own if it has lost it."""
        if entry.update.author == view.account:
            return not self._has_trained(entry)
        judges = view.seat is not None and view.phase == Phase.COMMITTING
        return judges or (_aggregates(view) and entry.update.verdict == Verdict.ACCEPTED)

    def _is_found(self, entry: Submission, view: View) -> bool:
        if entry.update.author == view.account and self._has_trained(entry):
            return self.memory.published
        return self.blobs.has(entry.pointer) if self._is_needed(entry, view) else entry.found

    def _has_trained(self, own: Submission) -> bool:
        return self.memory.trained is not None and self.memory.trained.pointer == own.pointer


def _reads_model(view: View) -> bool:
    return view.phase <= Phase.AGGREGATING or _aggregates(view) or view.owes_score


def _aggregates(view: View) -> bool:
    """Whether the account has to aggregate, or may still: who attests after the others is paid, too."""
    if view.phase not in {Phase.AGGREGATING, Phase.CLOSING} or view.seat not in view.aggregators:
        return False
    return not view.seat.has_attested(view.round.attempt)
