"""Whether each model is what its task's aggregation rule makes of the accepted updates, bit for bit."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from os import cpu_count
from typing import Self

from folkmoot.aggregation import Circumstances, Contribution, aggregate
from folkmoot.audit.checkpoint import Checkpoint
from folkmoot.chain import Event, RoundState, TaskState, Verdict, draw_seed
from folkmoot.chain.events.rounds import ScoresRevealed, UpdateSubmitted
from folkmoot.errors import (
    AggregationError,
    BlobCorrupt,
    BlobTooLarge,
    FolkmootError,
    MalformedBlob,
    StoreError,
    UnknownRule,
)
from folkmoot.learning import Weights
from folkmoot.store import cid, pointer
from folkmoot.task_blobs import TaskBlobs

_WRONG = (AggregationError, BlobCorrupt, BlobTooLarge, MalformedBlob)
"""Faults of a blob that was read; with others it could not be."""
_DAMAGED = (BlobCorrupt, BlobTooLarge)
"""Of these, those of the store, which has other bytes than the chain names."""


@dataclass(frozen=True, slots=True)
class ModelCheck:
    """Of the model that a round made: what is wrong with it, or why that cannot be seen; both empty if it is right.

    `damaged`: wrong is a blob in the store, not the record.
    """

    round: int
    wrong: str = ""
    unseen: str = ""
    damaged: bool = False


class _Fault(Exception):
    """Of one blob, by what it is."""

    def __init__(self, what: str, error: FolkmootError) -> None:
        self.what, self.error = what, error


@dataclass(frozen=True, slots=True)
class ModelAudit:
    """Of one task's models. By rounds: when the block of the last update was, and the seats' salts."""

    state: TaskState
    blobs: TaskBlobs
    last_updates: Mapping[int, int]
    salts: Mapping[int, Sequence[bytes]]
    checkpoint: Checkpoint

    @classmethod
    def of(
        cls, state: TaskState, events: Iterable[tuple[Event, int]], blobs: TaskBlobs, checkpoint: Checkpoint
    ) -> Self:
        """By the task's events, each with the time of its block."""
        times: dict[int, int] = {}
        salts: defaultdict[int, list[bytes]] = defaultdict(list)
        for event, time in events:
            if isinstance(event, UpdateSubmitted):
                times[event.round] = time
            elif isinstance(event, ScoresRevealed):
                salts[event.round].append(event.salt)
        return cls(state, blobs, times, salts, checkpoint)

    def check(self, rounds: Sequence[int], *, side_by_side: bool = True) -> Iterator[ModelCheck]:
        """The models that these rounds made, in their order."""
        played = {one.round.number: one for one in (*self.state.past, self.state.running)}
        known = [played[number] for number in rounds if number in played and number + 1 in self.state.ledger]
        with ThreadPoolExecutor(cpu_count() if side_by_side else 1) as pool:
            yield from pool.map(self._checked, known)

    def _checked(self, played: RoundState) -> ModelCheck:
        number, key = played.round.number, self._key(played)
        if key in self.checkpoint and not self._lacking(played):
            return ModelCheck(number)
        try:
            made = self._made(played)
        except _Fault as fault:
            return self._faulty(played, fault)
        except UnknownRule as error:
            return ModelCheck(number, unseen=error.message)
        except AggregationError as error:
            return ModelCheck(number, f"the accepted updates cannot be aggregated: {error.message}")
        if made != (agreed := self.state.ledger[number + 1]):
            told = f"model {number + 1} is {cid(agreed)} in the ledger; the accepted updates make {cid(made)}"
            return ModelCheck(number, told)
        self.checkpoint.add(key)
        return ModelCheck(number)

    def _faulty(self, played: RoundState, fault: "_Fault") -> ModelCheck:
        number, told = played.round.number, f"{fault.what}: {fault.error.message}"
        if isinstance(fault.error, _WRONG):
            return ModelCheck(number, told, damaged=isinstance(fault.error, _DAMAGED))
        others = [what for what in self._lacking(played) if what != fault.what]
        return ModelCheck(number, unseen=f"{told}; nor {', '.join(others)}" if others else told)

    def _lacking(self, played: RoundState) -> list[str]:
        """What the store has not got, intact, of that from which a model was made."""
        number = played.round.number
        named = [(f"the update of {author}", pointer) for author, _, pointer in self._accepted(played)]
        named += [(f"model {at}", self.state.ledger[at]) for at in (number, number + 1)]
        return [what for what, pointer in named if not self.blobs.has(pointer)]

    def _accepted(self, played: RoundState) -> Iterator[tuple[str, int, bytes]]:
        for update, named in zip(played.updates, played.pointers, strict=True):
            if update.verdict == Verdict.ACCEPTED:
                yield update.author, update.samples, named

    def _made(self, played: RoundState) -> bytes:
        number, rule, blobs = played.round.number, self.blobs.descriptor, self.blobs
        parent = self.state.ledger[number]
        fetch = partial(blobs.fetch_update, round=number, parent=parent)
        contributions = [
            Contribution(
                author, samples, partial(_fetched, f"the update of {author}", partial(fetch, named, author=author))
            )
            for author, samples, named in self._accepted(played)
        ]
        model = _fetched(f"model {number}", partial(blobs.fetch_model, parent))
        made = aggregate(rule.aggregation, contributions, parent=model, circumstances=self._circumstances(played))
        try:
            return pointer(blobs.encode_model(made.tensors, round=number + 1, parent=parent))
        except StoreError as error:
            raise _Fault(f"model {number + 1} cannot be encrypted again", error) from error

    def _circumstances(self, played: RoundState) -> Circumstances:
        number = played.round.number
        seed = draw_seed(self.state.address, number, self.salts.get(number, ()))
        return Circumstances(f=self.blobs.descriptor.f, seed=seed, last_update=self.last_updates.get(number, 0))

    def _key(self, played: RoundState) -> str:
        """By all that decides what a model has to be: once that was checked, it need not be again."""
        number, descriptor = played.round.number, self.blobs.descriptor
        named = [f"{author} {samples} {of.hex()}" for author, samples, of in self._accepted(played)]
        ledger = self.state.ledger[number], self.state.ledger[number + 1]
        facts: Iterable[object] = (descriptor.to_bytes().hex(), self._circumstances(played), *named, *ledger)
        return sha256("\n".join(map(str, facts)).encode()).hexdigest()


def _fetched(what: str, fetch: Callable[[], Weights]) -> Weights:
    try:
        return fetch()
    except (StoreError, MalformedBlob) as error:
        raise _Fault(what, error) from error
