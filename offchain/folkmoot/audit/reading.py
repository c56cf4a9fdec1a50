"""All that a chain tells of a federation: its events, the blocks and the transactions that they are in."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from folkmoot.chain import Block, Client, Deployment, Event, questions
from folkmoot.chain.answers import Transaction
from folkmoot.chain.events.federation import TaskProposed
from folkmoot.chain.events.logs import REPLACED, block_of
from folkmoot.chain.events.tasks import EnrolmentClosed
from folkmoot.chain.logbook import Logbook
from folkmoot.errors import ChainError


@dataclass(frozen=True, slots=True)
class Chronicle:
    """A federation's events in their order, up to block `head`, and the blocks and transactions that have them.

    A transaction that nodes do not have any more is missing.
    """

    chain_id: int
    head: int
    events: Sequence[Event]
    blocks: dict[int, Block]
    transactions: dict[str, Transaction]

    @property
    def proposals(self) -> Iterator[TaskProposed]:
        """The tasks that were proposed."""
        return (event for event in self.events if isinstance(event, TaskProposed))


def read_chronicle(client: Client, logbook: Logbook, record: Deployment) -> Chronicle:
    """Read it, up to the latest block. Raises `ConnectionFailed`, and `ChainError` where a node lacks a block."""
    head, first = client.head().number, record.first_block
    own = logbook.events([record.federation, record.treasury], from_block=first, to_block=head)
    starts = {event.task: max(0, block_of(event) - REPLACED) for event in own if isinstance(event, TaskProposed)}
    started = logbook.events(starts, from_block=first, to_block=head, starts=starts) if starts else []
    events = sorted([*own, *started], key=_place)
    return Chronicle(client.chain_id, head, events, _blocks(client, events), _transactions(client, events))


def _place(event: Event) -> tuple[int, int]:
    return (event.origin.block, event.origin.index) if event.origin else (0, 0)


def _blocks(client: Client, events: Iterable[Event]) -> dict[int, Block]:
    named = (event.number for event in events if isinstance(event, EnrolmentClosed))
    numbers = [*dict.fromkeys([*map(block_of, events), *named])]
    found = client.ask_many([*map(questions.block, numbers)])
    for number, block in zip(numbers, found, strict=True):
        if not isinstance(block, Block):
            raise ChainError(f"the node has no block {number}, in which it has logs", "name a node that has all blocks")
    return dict(zip(numbers, found, strict=True))


def _transactions(client: Client, events: Iterable[Event]) -> dict[str, Transaction]:
    hashes = [*dict.fromkeys(event.origin.transaction for event in events if event.origin)]
    found = client.ask_many([*map(questions.transaction, hashes)])
    return {name: sent for name, sent in zip(hashes, found, strict=True) if isinstance(sent, Transaction)}
