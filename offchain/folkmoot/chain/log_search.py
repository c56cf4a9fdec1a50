"""Searching a chain for logs through several nodes, of which some may be a block behind."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from web3.types import LogReceipt

from folkmoot.chain import questions
from folkmoot.chain.answers import Block
from folkmoot.chain.nodes import Nodes
from folkmoot.chain.rpc_errors import LogsLimited
from folkmoot.errors import ChainError

MAX_SPAN = 5_000  # blocks searched at once, until a node takes fewer


@dataclass(slots=True)
class LogSearch:
    """Asks for fewer blocks at once where a node refuses, and remembers how many it takes.

    `go_on` is called before each request: what it raises ends the search.
    """

    nodes: Nodes
    span: int = MAX_SPAN
    go_on: Callable[[], object] = lambda: None

    def find(self, addresses: Sequence[str], first: int, last: int, topics: Sequence[str]) -> Iterator[LogReceipt]:
        """The logs of some contracts in blocks `first` to `last`, both included; only those of some `topics` if any.

        A node that has not all of these blocks yet tells no logs of them and no fault: another one is asked.
        """
        while first <= last:
            self.go_on()
            end = min(first + self.span - 1, last)
            _, found = self.nodes.ask(questions.reaches(end), questions.logs(addresses, first, end, topics))
            if isinstance(found, LogsLimited) and end > first:
                self.span = (end - first + 1) // 2
            elif isinstance(found, ChainError):
                raise found
            else:
                yield from found
                first = end + 1

    def is_quiet(self, addresses: Sequence[str], since: Block, until: Block) -> bool | None:
        """Whether contracts logged nothing after block `since`; None if that is not on the node's chain, or `until`."""
        ends = [questions.block(since.number), questions.block(until.number)]
        logged = questions.logs(addresses, since.number + 1, max(until.number, since.number + 1))
        before, after, logs = self.nodes.ask(*ends, logged)
        hashes = [found.hash if isinstance(found, Block) else None for found in (before, after)]
        are_there = hashes == [since.hash, until.hash] and until.number > since.number
        return logs == [] if are_there else None
