"""All that a chain tells of a federation: its events, the blocks and the transactions that they are in."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from folkmoot.audit.checkpoint import Checkpoint
from folkmoot.audit.senders import is_sent, key_of
from folkmoot.chain import Block, Client, Deployment, Event, questions
from folkmoot.chain.answers import Transaction
from folkmoot.chain.events.federation import QuorumChanged, TaskProposed
from folkmoot.chain.events.logs import REPLACED, block_of
from folkmoot.chain.events.tasks import EnrolmentClosed, TaskCancelled
from folkmoot.chain.logbook import Logbook
from folkmoot.errors import ChainError


@dataclass(frozen=True, slots=True)
class Chronicle:
    """A federation's events in their order, up to block `head` at a `time`, and the blocks that have them.

    `transactions` are those that somebody sent by itself, by their hashes: without those that nodes do not have any
    more, and those whose events have been `compared` with them before.
    """

    chain_id: int
    head: int
    time: int  # seconds since 1970
    events: Sequence[Event]
    blocks: dict[int, Block]
    transactions: dict[str, Transaction]
    compared: Container[str] = ()

    @property
    def proposals(self) -> Iterator[TaskProposed]:
        """The tasks that were proposed."""
        return (event for event in self.events if isinstance(event, TaskProposed))


def read_chronicle(
    client: Client, logbook: Logbook, record: Deployment, checkpoint: Checkpoint | None = None
) -> Chronicle:
    """Read it, up to the latest block. Raises `ConnectionFailed`, and `ChainError` where a node lacks a block."""
    kept = checkpoint or Checkpoint()
    kept.compare(client)
    latest, first = client.head(), record.first_block
    head = latest.number
    own = logbook.events([record.federation, record.treasury], from_block=first, to_block=head)
    if not any(isinstance(event, QuorumChanged) for event in own):
        raise ChainError(
            f"the node tells nothing of how {record.federation} began, at block {first} or later",
            "name a node that has all logs, and the deployment record of this federation",
        )
    starts = {event.task: max(0, block_of(event) - REPLACED) for event in own if isinstance(event, TaskProposed)}
    started = logbook.events(starts, from_block=first, to_block=head, starts=starts) if starts else []
    events = sorted([*own, *started], key=_place)
    blocks = _blocks(client, events, kept.blocks)
    kept.keep(block for block in blocks.values() if block.number <= head - REPLACED)
    new = (event.origin for event in events if _is_asked_for(event, kept))
    sent = transactions(client, dict.fromkeys(origin.transaction for origin in new if origin))
    return Chronicle(client.chain_id, head, latest.time, events, blocks, sent, kept)


def _is_asked_for(event: Event, kept: Container[str]) -> bool:
    """Whether its transaction has to be seen: it is compared with the event, or tells who cancelled a task."""
    return isinstance(event, TaskCancelled) or (is_sent(event) and key_of(event) not in kept)


def _place(event: Event) -> tuple[int, int]:
    return (event.origin.block, event.origin.index) if event.origin else (0, 0)


def _blocks(client: Client, events: Iterable[Event], kept: Mapping[int, Block]) -> dict[int, Block]:
    named = (event.number for event in events if isinstance(event, EnrolmentClosed))
    numbers = [*dict.fromkeys([*map(block_of, events), *named])]
    new = [number for number in numbers if number not in kept]
    found = dict(zip(new, client.ask_many([*map(questions.block, new)]), strict=True))
    for number, block in found.items():
        if not isinstance(block, Block):
            raise ChainError(f"the node has no block {number}, in which it has logs", "name a node that has all blocks")
    return {number: found[number] if number in found else kept[number] for number in numbers}


def transactions(client: Client, named: Iterable[str]) -> dict[str, Transaction]:
    """Transactions by their hashes, without those that the node does not have."""
    hashes = [*named]
    found = client.ask_many([*map(questions.transaction, hashes)])
    return {name: sent for name, sent in zip(hashes, found, strict=True) if isinstance(sent, Transaction)}
