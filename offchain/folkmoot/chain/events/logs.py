"""From logs to events, and paging through a contract's past."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cache
from typing import Any, NamedTuple, cast

from eth_abi.exceptions import DecodingError
from eth_typing import ABIEvent
from eth_utils.abi import event_abi_to_log_topic
from web3.types import LogReceipt

from folkmoot.chain.abi import Entry, abi, build, decode_values
from folkmoot.chain.client import Client
from folkmoot.chain.events import federation, rounds, tasks, treasury
from folkmoot.chain.events.event import Event, Origin

CONTRACTS = ("Federation", "Treasury", "Task")
EVENTS: dict[str, type[Event]] = {
    name: kind
    for module in (federation, treasury, tasks, rounds)
    for name, kind in vars(module).items()
    if isinstance(kind, type) and issubclass(kind, Event) and kind is not Event
}
PAGE = 5_000  # blocks: nodes refuse to search more at once
LOOK_BACK = 32  # blocks; twice as many each time
REPLACED = 64  # of the latest blocks: a re-organisation may put others in their place


class _Decoder(NamedTuple):
    event: type[Event]
    entry: Entry


def fetch_events(
    client: Client,
    contracts: Iterable[str],
    *,
    from_block: int,
    to_block: int | None = None,
    kinds: Collection[type[Event]] = (),
) -> Iterator[Event]:
    """The events of contracts at some addresses, in order, from one block to another (the latest), both included.

    `kinds` names those that are asked for; all, if it is empty.
    Asks page by page, at most 5,000 blocks each, and never beyond the latest block, so that a later poll can go on from
    there. Raises `ConnectionFailed`.
    """
    head = client.head().number
    last = head if to_block is None else min(to_block, head)
    yield from _pages(client, list(contracts), from_block, last, kinds)


def _pages(
    client: Client, addresses: Sequence[str], first: int, last: int, kinds: Collection[type[Event]]
) -> Iterator[Event]:
    topics = [f"0x{topic.hex()}" for topic, decoder in _decoders().items() if decoder.event in kinds]
    for begin in range(first, last + 1, PAGE):
        yield from decode_logs(client.logs(addresses, begin, min(begin + PAGE - 1, last), topics))


class EventFeed:
    """The events of a contract that are of some kinds: at each look those since the last one, from `from_block` on.

    A re-organisation may replace the latest 64 blocks: what it moves to another block is told once, and what it brings
    is told, in whatever block it is. What it drops for good was told all the same.
    """

    def __init__(self, client: Client, contract: str, from_block: int, kinds: Collection[type[Event]]) -> None:
        self._client, self._contract, self._first, self._kinds = client, contract, from_block, kinds
        self._last = from_block - 1
        self._told: set[tuple[str, Event]] = set()  # in blocks that are looked at again, with their transactions

    def __call__(self) -> list[Event]:
        """What is new, in order. Raises `ConnectionFailed`; then the next look begins where this one did."""
        last = self._client.head().number
        if last < self._last:
            return []  # of a node that is behind
        first = max(self._first, self._last + 1 - REPLACED)
        found = [*_pages(self._client, [self._contract], first, last, self._kinds)]
        new = [event for event in found if _identity(event) not in self._told]
        self._last, self._told = last, {_identity(event) for event in found if block_of(event) > last - REPLACED}
        return new


def block_of(event: Event) -> int:
    """The number of an event's block; 0 for one that came from none."""
    return event.origin.block if event.origin else 0


def _identity(event: Event) -> tuple[str, Event]:
    return event.origin.transaction if event.origin else "", event


def fetch_round(client: Client, task: str, number: int, *, to_block: int) -> list[Event]:
    """The events of the round that was running at block `to_block`, from its opening up to that block.

    Looks backwards, page by page: the first of 32 blocks, each twice as long as the one before, up to 5,000. A round is
    short beside the task's whole past. Raises `ConnectionFailed`.
    """
    found: list[Event] = []
    last, page = to_block, LOOK_BACK
    while last >= 0:
        first = max(last - page + 1, 0)
        found = [*decode_logs(client.logs([task], first, last)), *found]
        for place, event in enumerate(found):
            if isinstance(event, rounds.RoundOpened) and event.round == number:
                return found[place:]
        last, page = first - 1, min(2 * page, PAGE)
    return found


def decode_logs(logs: Iterable[LogReceipt]) -> Iterator[Event]:
    """The events in some logs; logs of other contracts are skipped."""
    for log in logs:
        if (event := decode_log(log)) is not None:
            yield event


def decode_log(log: LogReceipt) -> Event | None:
    """The event in a log; None for any log that is none of ours."""
    topics = [bytes(topic) for topic in log["topics"]]
    decoder = _decoders().get(topics[0]) if topics else None
    if decoder is None:
        return None
    try:
        values = _values(decoder.entry["inputs"], topics[1:], bytes(log["data"]))
        event: Event = build(decoder.event, values, origin=_origin(log))
    except (DecodingError, ValueError):
        return None
    return event


def _values(inputs: Sequence[Entry], topics: Sequence[bytes], data: bytes) -> list[Any]:
    indexed = [entry for entry in inputs if entry["indexed"]]
    plain = [entry for entry in inputs if not entry["indexed"]]
    found = dict(zip((entry["name"] for entry in plain), decode_values(plain, data), strict=True))
    for entry, topic in zip(indexed, topics, strict=True):
        (found[entry["name"]],) = decode_values([entry], topic)
    return [found[entry["name"]] for entry in inputs]


def _origin(log: LogReceipt) -> Origin:
    return Origin(log["address"], log["blockNumber"], log["logIndex"], log["transactionHash"].to_0x_hex())


@cache
def _decoders() -> dict[bytes, _Decoder]:
    entries = [entry for contract in CONTRACTS for entry in abi(contract) if entry["type"] == "event"]
    return {
        event_abi_to_log_topic(cast("ABIEvent", entry)): _Decoder(EVENTS[entry["name"]], entry) for entry in entries
    }
