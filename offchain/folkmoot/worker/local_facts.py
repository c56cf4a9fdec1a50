"""What a worker knows beside the chain: the blobs in the store, its own journal, and what it found out in the round."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from time import monotonic

from folkmoot.chain import Phase
from folkmoot.learning.update_guard import UpdateGuard
from folkmoot.task_blobs import TaskBlobs, Watch
from folkmoot.worker.journal import Journal, Trained
from folkmoot.worker.key_sharing import KeySharing
from folkmoot.worker.view import Submission, View

_READING = {Phase.COMMITTING, Phase.AGGREGATING}  # phases in which seats need the updates' blobs
_SEALING = {Phase.COMMITTING, Phase.REVEALING}  # and an opening
_HOLD_S = 10.0  # between two attempts to publish it
_CHECK_S = 5.0  # between two looks for the own update once it is published


@dataclass(slots=True)
class Memory:
    """What a worker has learnt in a round and can learn again, so that it needs no journal."""

    round: int
    trained: Trained | None = None
    guard: UpdateGuard | None = None
    aggregate: bytes | None = None  # pointer of the next model
    found: set[bytes] = field(default_factory=set)  # pointers of blobs that the store has
    published: bool = False  # the own update; a worker that was restarted does it again
    check_at: float = 0.0  # by the clock: when to look whether it is still there
    publish_at: float = 0.0  # and when to try to publish it again


@dataclass(slots=True)
class LocalFacts:
    """Adds to the views of one task for one account what the chain does not know. `memory` is of the last view."""

    blobs: TaskBlobs
    journal: Journal
    sharing: KeySharing | None = None  # of an encrypted task
    memory: Memory = field(default_factory=lambda: Memory(-1))
    clock: Callable[[], float] = monotonic

    def add_to(self, view: View, watch: Watch | None = None) -> View:
        """The view with what is local. Raises `StoreError`, and what `watch` does of the blobs that are looked for."""
        with self.blobs.watched(watch):
            return self._added_to(view)

    def _added_to(self, view: View) -> View:
        number = view.round.number
        if self.memory.round != number:
            self.memory = Memory(number)
            self.journal.forget(before=number - 1)  # a chain may take a block back, and with it a round's end
        memory = self.memory
        memory.trained = memory.trained or self.journal.trained(number)
        is_sealing = view.seat and view.phase in _SEALING
        return replace(
            view,
            opening=self.journal.opening(number, view.round.attempt, view.digest) if is_sealing else None,
            updates=self._looked_for(view),
            model_found=view.phase > Phase.AGGREGATING or self._has(view.model),
            trained=memory.trained,
            guard=memory.guard,
            lacking=self.sharing.lacking(view) if self.sharing else (),
            aggregate=memory.aggregate,
        )

    def _looked_for(self, view: View) -> tuple[Submission, ...]:
        """Looks for a blob only when it is needed: others' when they are scored, the own one until then."""
        reads_all = view.seat is not None and view.phase in _READING

        def is_found(entry: Submission) -> bool:
            is_own = entry.update.author == view.account
            if is_own and self.memory.trained and self.memory.trained.pointer == entry.pointer:
                is_there = self.memory.published and (view.phase not in _READING or self._is_kept(entry.pointer))
                return is_there or self.clock() < self.memory.publish_at
            return self._has(entry.pointer) if reads_all or is_own else entry.found

        return tuple(replace(entry, found=is_found(entry)) for entry in view.updates)

    def _is_kept(self, own: bytes) -> bool:
        """Whether the own update is still there while others read it: its only copy may be deleted."""
        memory = self.memory
        if self.clock() >= memory.check_at:
            with self.blobs.watched(None):  # what the store has verified, it need not read again
                memory.published = self.blobs.has(own)
            memory.check_at = self.clock() + _CHECK_S
        return memory.published

    def hold_publishing(self) -> None:
        """Say for a while that the own update is there, so that something else is done if it cannot be published."""
        self.memory.publish_at = self.clock() + _HOLD_S

    def _has(self, pointer: bytes) -> bool:
        if pointer not in self.memory.found and self.blobs.has(pointer):
            self.memory.found.add(pointer)
        return pointer in self.memory.found
