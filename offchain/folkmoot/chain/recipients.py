"""Who may read a task's blobs: members that take part, by the events of the federation and of the task."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from folkmoot.chain.accounts import is_public_key
from folkmoot.chain.client import Client
from folkmoot.chain.events.event import Event
from folkmoot.chain.events.federation import (
    MemberAdmitted,
    MemberBanned,
    MemberLeft,
    MemberReplaced,
    MembershipApplied,
)
from folkmoot.chain.events.logs import PAGE, block_of, fetch_events
from folkmoot.chain.events.rounds import ModelBlockWritten, RoundOpened, RoundSettled, UpdateSubmitted
from folkmoot.chain.events.tasks import KeysShared, MemberEnrolled, MemberRetired
from folkmoot.errors import ConnectionFailed

UNSETTLED = 1_000  # of the latest blocks: a chain may put other events there, and a node that lags not have them yet

_KINDS = (
    *(MemberAdmitted, MemberBanned, MemberLeft, MemberReplaced, MembershipApplied),
    *(KeysShared, MemberEnrolled, MemberRetired, ModelBlockWritten, RoundOpened, RoundSettled, UpdateSubmitted),
)

PublicKeys = Mapping[str, bytes]
"""Public keys of 64 bytes by their accounts' addresses."""


class Readers(NamedTuple):
    """Who takes part in a task, and who has a seat in a round of it."""

    participants: PublicKeys
    seats: PublicKeys


Past = Callable[[int, int], Iterable[Event]]
"""Gives all events of the federation, and of the task, in blocks from the first to the second number."""


class Recipients:
    """Tells of what it has read so far. `task` is its address, if there is one, `from_block` the federation's first.

    A `past` that is kept somewhere is read there, else from the chain, page by page.
    """

    def __init__(
        self, client: Client, federation: str, task: str | None, *, from_block: int, past: Past | None = None
    ) -> None:
        self._client, self._first, self._past = client, from_block, past
        self._addresses = [federation, task] if task else [federation]
        self._head: str | None = None
        self._events: list[Event] = []  # of members, participants and their keys
        self._opened: dict[int, RoundOpened] = {}
        self._settled: dict[int, int] = {}  # blocks by rounds
        self._submitted: dict[tuple[int, str], int] = {}  # blocks by rounds and authors
        self._models: dict[bytes, int] = {}  # numbers by pointers

    def read_on(self) -> None:
        """Take in what happened since the last time. Raises `ConnectionFailed`; what it has read by then is kept."""
        head = self._client.head()
        if head.hash == self._head:
            return
        step = head.number + 1 if self._past else PAGE
        for first in range(self._first, head.number + 1, step):
            last = min(first + step - 1, head.number)
            new = list(self._read(first, last))
            self._events = [event for event in self._events if block_of(event) < first]
            for event in new:
                self._take_in(event)
            self._first = max(self._first, last - UNSETTLED)
        if self._client.head().number >= head.number:  # else another node answers by now, which may lack the last logs
            self._head = head.hash

    def _read(self, first: int, last: int) -> Iterable[Event]:
        if self._past:
            return (event for event in self._past(first, last) if isinstance(event, _KINDS))
        return fetch_events(self._client, self._addresses, from_block=first, to_block=last, kinds=_KINDS)

    def _take_in(self, event: Event) -> None:
        match event:
            case RoundOpened():
                self._opened[event.round] = event
            case RoundSettled():
                self._settled[event.round] = block_of(event)
            case UpdateSubmitted():
                self._submitted[event.round, event.author.lower()] = block_of(event)
            case ModelBlockWritten():
                self._models.setdefault(event.pointer, event.model)
            case _:
                self._events.append(event)

    def of_model(self, number: int) -> PublicKeys:
        """Who takes part at the end of the block in which the round before model `number` was settled.

        Raises `ConnectionFailed` if the node does not know of it.
        """
        if number - 1 not in self._settled:
            raise self._unknown(f"round {number - 1} was settled")
        return self._participants(self._settled[number - 1])

    def of_updates(self, round: int, *, at: int | None = None) -> Readers:  # noqa: A002 - a word of the protocol
        """Who takes part in a round from its opening to the end of block `at` (the latest), without a break.

        Raises `ConnectionFailed` if the node does not know of its opening.
        """
        opened = self._opened.get(round)
        if opened is None:
            raise self._unknown(f"round {round} has opened")
        participants = dict(self._participants(block_of(opened)))
        for event in self._until(at):
            if isinstance(event, MemberLeft | MemberBanned | MemberRetired) and block_of(event) > block_of(opened):
                participants.pop(event.member, None)
        seats = {account: key for account, key in participants.items() if account in opened.seats}
        return Readers(participants, seats)

    def now(self) -> PublicKeys:
        """Who takes part as the chain is now; without a task, every member."""
        return self._participants(None)

    def model_number(self, pointer: bytes) -> int | None:
        """The number of the model that was first to have a pointer."""
        return self._models.get(pointer)

    def submitted_at(self, round: int, author: str) -> int:  # noqa: A002 - a word of the protocol
        """The block in which an author, in hex of any case, submitted its update of a round.

        Raises `ConnectionFailed` if the node does not know of it.
        """
        block = self._submitted.get((round, author.lower()))
        if block is None:
            raise self._unknown(f"{author} submitted an update in round {round}")
        return block

    def shares(self) -> list[tuple[str, bytes]]:
        """Who handed on keys, and the pointers of the blobs that have them, the latest one first."""
        found = [(event.account, event.pointer) for event in self._events if isinstance(event, KeysShared)]
        return list(dict.fromkeys(reversed(found)))

    def members_until(self, block: int) -> PublicKeys:
        """Everyone who was a member at some time up to the end of a block."""
        ever: set[str] = set()
        for event in self._until(block):
            match event:
                case MemberAdmitted(member=account) | MemberReplaced(successor=account):
                    ever.add(account)
        return self._keys_of(ever)

    def _unknown(self, what: str) -> ConnectionFailed:
        self._head = None  # the logs may come later than the block
        message = f"no node knows yet that {what}"
        return ConnectionFailed(message, hint="it may lag behind the others: this is tried again")

    def _participants(self, block: int | None) -> PublicKeys:
        members: set[str] = set()
        enrolled: set[str] = set()
        for event in self._until(block):
            match event:
                case MemberAdmitted(member=account) | MemberReplaced(successor=account):
                    members.add(account)
                case MemberLeft(member=account) | MemberBanned(member=account):
                    members.discard(account)
                case MemberEnrolled(member=account):
                    enrolled.add(account)
                case MemberRetired(member=account):
                    enrolled.discard(account)
        return self._keys_of(members & enrolled if len(self._addresses) > 1 else members)

    def _until(self, block: int | None) -> Iterator[Event]:
        return (event for event in self._events if block is None or block_of(event) <= block)

    def _keys_of(self, accounts: set[str]) -> PublicKeys:
        keys: dict[str, bytes] = {}
        for event in self._events:
            match event:
                case (
                    MembershipApplied(member=account, public_key=key)
                    | MemberReplaced(successor=account, public_key=key)
                ) if account in accounts and is_public_key(key):
                    keys[account] = key
        return dict(sorted(keys.items()))
