"""Who may read a task's blobs: members that take part, by the events of the federation and of the task."""

from collections.abc import Mapping
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
from folkmoot.chain.events.logs import fetch_events
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


class Recipients:
    """Tells of what it has read so far. `task` is its address, if there is one, `from_block` the federation's first."""

    def __init__(self, client: Client, federation: str, task: str | None, *, from_block: int) -> None:
        self._client, self._first = client, from_block
        self._addresses = [federation, task] if task else [federation]
        self._events: list[Event] = []
        self._head: str | None = None

    def read_on(self) -> None:
        """Take in what happened since the last time. Raises `ConnectionFailed`."""
        head = self._client.head()
        if head.hash == self._head:
            return
        kept = [event for event in self._events if _block(event) < self._first]
        new = fetch_events(self._client, self._addresses, from_block=self._first, to_block=head.number, kinds=_KINDS)
        self._events, self._head = [*kept, *new], head.hash
        self._first = max(self._first, head.number - UNSETTLED)

    def of_model(self, number: int) -> PublicKeys:
        """Who takes part at the end of the block in which the round before model `number` was settled.

        Raises `ConnectionFailed` if the node does not know of it.
        """
        for event in self._events:
            if isinstance(event, RoundSettled) and event.round == number - 1:
                return self._participants(_block(event))
        raise _unknown(f"round {number - 1} was settled")

    def of_updates(self, round: int, *, at: int | None = None) -> Readers:  # noqa: A002 - a word of the protocol
        """Who takes part in a round from its opening to the end of block `at` (the latest), without a break.

        Raises `ConnectionFailed` if the node does not know of its opening.
        """
        opened = next((e for e in self._events if isinstance(e, RoundOpened) and e.round == round), None)
        if opened is None:
            raise _unknown(f"round {round} has opened")
        participants = dict(self._participants(_block(opened)))
        for event in self._events[self._events.index(opened) :]:
            if at is not None and _block(event) > at:
                break
            if isinstance(event, MemberLeft | MemberBanned | MemberRetired):
                participants.pop(event.member, None)
        seats = {account: key for account, key in participants.items() if account in opened.seats}
        return Readers(participants, seats)

    def now(self) -> PublicKeys:
        """Who takes part as the chain is now; without a task, every member."""
        return self._participants(None)

    def model_number(self, pointer: bytes) -> int | None:
        """The number of the model that was first to have a pointer."""
        found = (e.model for e in self._events if isinstance(e, ModelBlockWritten) and e.pointer == pointer)
        return next(found, None)

    def submitted_at(self, round: int, author: str) -> int | None:  # noqa: A002 - a word of the protocol
        """The block in which an author, in hex of any case, submitted its update of a round."""
        for event in self._events:
            if isinstance(event, UpdateSubmitted) and event.round == round and event.author.lower() == author.lower():
                return _block(event)
        return None

    def shares(self) -> list[tuple[str, bytes]]:
        """Who handed on keys, and the pointers of the blobs that have them, the latest one first."""
        found = [(event.account, event.pointer) for event in self._events if isinstance(event, KeysShared)]
        return list(dict.fromkeys(reversed(found)))

    def _participants(self, block: int | None) -> PublicKeys:
        members: set[str] = set()
        enrolled: set[str] = set()
        for event in self._events:
            if block is not None and _block(event) > block:
                break
            match event:
                case MemberAdmitted(member=account) | MemberReplaced(successor=account):
                    members.add(account)
                case MemberLeft(member=account) | MemberBanned(member=account):
                    members.discard(account)
                case MemberEnrolled(member=account):
                    enrolled.add(account)
                case MemberRetired(member=account):
                    enrolled.discard(account)
        keys = self.public_keys()
        taking_part = members & enrolled if len(self._addresses) > 1 else members
        return {account: keys[account] for account in sorted(taking_part & keys.keys())}

    def public_keys(self) -> PublicKeys:
        """Of everyone who ever applied for membership, or was put in a member's place, and has one that is valid."""
        keys: dict[str, bytes] = {}
        for event in self._events:
            match event:
                case (
                    MembershipApplied(member=account, public_key=key)
                    | MemberReplaced(successor=account, public_key=key)
                ):
                    keys[account] = key
        return {account: key for account, key in keys.items() if is_public_key(key)}


def _unknown(what: str) -> ConnectionFailed:
    return ConnectionFailed(f"no node knows yet that {what}", hint="it may lag behind the others: this is tried again")


def _block(event: Event) -> int:
    return event.origin.block if event.origin else 0
