"""The blobs that the chain names for one task, and which of them a store is to keep."""

# ruff: noqa: A002 - "round" is a word of the protocol

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Self

from folkmoot.chain import Event, Parameters, Phase
from folkmoot.chain.events.rounds import AggregateAttested, ModelBlockWritten, UpdateBlockWritten, UpdateSubmitted
from folkmoot.chain.events.tasks import KeysShared, MemberEnrolled
from folkmoot.config import KEEP_ALL

NAMING = (AggregateAttested, KeysShared, MemberEnrolled, ModelBlockWritten, UpdateBlockWritten, UpdateSubmitted)
"""The events that name blobs, and tell who may."""

_PUBLISHED = {*range(Phase.COMMITTING, Phase.STALLED), Phase.FINISHED}
"""Phases in which the running round's updates are in the stores."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedBlob:
    """An update, or what a seat attested, of a round. It `counts` once it is accepted, or agreed."""

    round: int
    author: str
    pointer: bytes
    counts: bool = False


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a task stands: its running round, and whether the updates of that are published already."""

    round: int
    is_published: bool

    @classmethod
    def of(cls, round: int, phase: Phase) -> Self:
        """By the running round and its phase. A round that stalls or is paused keeps what it may need again."""
        return cls(round, phase in _PUBLISHED)


@dataclass(slots=True)
class TaskRecord:
    """What a task's events name, as far as they were added: `models` by number, `updates` and `attested` in order.

    `shares` are who named a blob as one that hands on keys, and its pointer. Anyone can; what those named who have
    `enrolled` are the `keys`.
    """

    descriptor: bytes
    models: dict[int, bytes]
    updates: dict[tuple[int, str], NamedBlob] = field(default_factory=dict)  # by round and author
    attested: list[NamedBlob] = field(default_factory=list)
    shares: list[tuple[str, bytes]] = field(default_factory=list)
    enrolled: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, parameters: Parameters, events: Iterable[Event] = ()) -> Self:
        """A task's, after these events."""
        record = cls(parameters.descriptor, {0: parameters.model})
        record.add(events)
        return record

    def add(self, events: Iterable[Event]) -> None:
        """Go on with later events, in their order."""
        for event in events:
            match event:
                case ModelBlockWritten():
                    self.models[event.model] = event.pointer
                case UpdateSubmitted(round=round, author=author, pointer=pointer):
                    self.updates[round, author] = NamedBlob(round=round, author=author, pointer=pointer)
                case UpdateBlockWritten(round=round, author=author):
                    self.updates[round, author] = replace(self.updates[round, author], counts=True)
                case AggregateAttested(round=round, member=author, pointer=pointer):
                    self.attested.append(NamedBlob(round=round, author=author, pointer=pointer))
                case KeysShared(account=account, pointer=pointer):
                    self.shares.append((account, pointer))
                case MemberEnrolled(member=member):
                    self.enrolled.add(member)

    @property
    def keys(self) -> tuple[bytes, ...]:
        """The blobs by which participants have handed on keys of encrypted blobs."""
        return tuple(dict.fromkeys(pointer for account, pointer in self.shares if account in self.enrolled))

    @property
    def counting(self) -> tuple[bytes, ...]:
        """What counts for the record, each once.

        First the descriptor and keys, then every model and the accepted updates, newest first.
        """
        models = self.models.items()
        updates = ((update.round, update.pointer) for update in self.updates.values() if update.counts)
        newest = sorted((*models, *updates), key=lambda named: -named[0])
        return tuple(dict.fromkeys((self.descriptor, *self.keys, *(pointer for _, pointer in newest))))

    def kept(self, keep: str, stand: Stand) -> frozenset[bytes]:
        """What is to stay in a store, if it is there.

        With "all" what counts, and everything of the running round. With "latest" the running round's model, the one
        after it, and that round's updates; until these are published, the model and the updates of the round before, so
        that others have a whole window in which to fetch them. What is newer than the stand stays, too, and so do keys:
        they are small.
        """
        first = stand.round if stand.is_published else stand.round - 1
        recent = {named.pointer for named in (*self.updates.values(), *self.attested) if named.round >= first}
        if keep == KEEP_ALL:
            return frozenset((*self.counting, *recent))
        models = [pointer for number, pointer in self.models.items() if number >= first]
        return frozenset((self.descriptor, *self.keys, *models, *recent))

    def __iter__(self) -> Iterator[bytes]:
        """Every pointer that was named, each once."""
        named = (named.pointer for named in (*self.updates.values(), *self.attested))
        return iter(dict.fromkeys((self.descriptor, *self.keys, *self.models.values(), *named)))
