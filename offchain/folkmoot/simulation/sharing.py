"""What all members of a simulation would compute alike is computed once: blobs are decoded, aggregates made only once.

Both are pure functions of what is on chain and in the store, so every honest seat would get the same bits; each of them
still attests by a transaction of its own. Update blobs are dropped when their round is over, as section IV-D of BFLC
lets nodes do; models stay.
"""

# ruff: noqa: A002 - "round" is a word of the protocol

from folkmoot.learning import Weights
from folkmoot.store import MemoryStore
from folkmoot.store.pointer import cid
from folkmoot.worker import TaskBlobs, View


class RoundStore(MemoryStore):
    """A store in memory that can forget."""

    def drop(self, pointer: bytes) -> None:
        """Remove a blob, if it is there."""
        self._blobs.pop(cid(pointer), None)


class SharedBlobs(TaskBlobs):
    """A `TaskBlobs` that decodes each blob once a round. Nobody may change the weights that it returns."""

    def begin(self) -> None:
        """Forget what was decoded; before the first round and after each."""
        self._models: dict[bytes, Weights] = {}
        self._updates: dict[tuple[bytes, int, str, bytes], Weights] = {}

    def fetch_update(self, pointer: bytes, *, round: int, author: str, parent: bytes) -> Weights:
        """As `TaskBlobs.fetch_update`."""
        key = pointer, round, author, parent
        if key not in self._updates:
            self._updates[key] = super().fetch_update(pointer, round=round, author=author, parent=parent)
        return self._updates[key]

    def fetch_model(self, pointer: bytes) -> Weights:
        """As `TaskBlobs.fetch_model`."""
        if pointer not in self._models:
            self._models[pointer] = super().fetch_model(pointer)
        return self._models[pointer]


class AggregateCache:
    """The pointer of the model that a task's members aggregated last, by what they made it from."""

    def __init__(self) -> None:
        self._made: dict[object, bytes | None] = {}

    def get(self, view: View) -> bytes | None:
        """The next model's pointer; None if no member has aggregated these updates."""
        return self._made.get(_inputs(view))

    def keep(self, view: View, pointer: bytes | None) -> None:
        """Remember the pointer of the model that a member published."""
        self._made = {_inputs(view): pointer}


def _inputs(view: View) -> object:
    accepted = tuple(entry.pointer for entry in view.accepted)
    return view.round.number, view.model, accepted, view.seed, view.last_update
