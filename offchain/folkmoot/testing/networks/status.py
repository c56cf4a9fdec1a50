"""How a network is: what each node says, who makes the blocks, and whether enough of them are up."""

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from eth_utils.address import to_checksum_address

from folkmoot.errors import ChainError, ConnectionFailed
from folkmoot.plurals import agreeing, counted
from folkmoot.testing.networks.kind import Kind
from folkmoot.testing.networks.kinds import kind_of
from folkmoot.testing.networks.nodes import process_of
from folkmoot.testing.networks.plan import Network, Validator
from folkmoot.testing.networks.rpc import ask

LATE = 10  # block times without a block


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeStatus:
    """One node: its process, if it was started here; its height and peers, None where it does not answer.

    `made` counts its blocks among the latest ones.
    """

    validator: Validator
    process: int | None
    height: int | None
    peers: int | None
    elected: bool
    made: int

    @property
    def answers(self) -> bool:
        """Whether its RPC does."""
        return self.height is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkStatus:
    """All nodes, how many validators the chain has, how many must be up, and the latest block's age in seconds."""

    nodes: Sequence[NodeStatus]
    validators: int
    needed: int
    looked_at: int  # latest blocks
    age: float | None
    late: float  # the age from which on blocks are missing

    @property
    def up(self) -> int:
        """How many validators answer."""
        return sum(node.answers and node.elected for node in self.nodes)

    @property
    def can_make_blocks(self) -> bool:
        """Whether enough of them do."""
        return self.up >= self.needed

    def verdict(self) -> str:
        """A sentence on it."""
        counts = f"{self.up} of {self.validators} validators are up and {self.needed} are needed"
        if not self.can_make_blocks:
            missing = self.needed - self.up
            verb = agreeing(missing, "is", "are")
            return f"{counts}: the network makes no blocks until {counted(missing, 'more validator')} {verb} up"
        if self.age is not None and self.age > self.late:
            return f"{counts}: the network can make blocks, but its latest is {self.age:.0f} s old"
        return f"{counts}: the network can make blocks"


def status_of(network: Network) -> NetworkStatus:
    """Ask every node."""
    heads = {validator.number: _number(validator, "eth_blockNumber") for validator in network.validators}
    best = max(network.validators, key=lambda validator: heads[validator.number] or 0)
    elected = elected_validators(network)
    blocks = list(_latest(best, heads[best.number], 3 * len(elected)))
    made = Counter(kind_of(network.client).sealer(block) for block in blocks)
    return NetworkStatus(
        nodes=[
            NodeStatus(
                validator=validator,
                process=process_of(network.place(validator)),
                height=heads[validator.number],
                peers=_number(validator, "net_peerCount"),
                elected=validator.address in elected,
                made=made[validator.address],
            )
            for validator in network.validators
        ],
        validators=len(elected),
        needed=kind_of(network.client).needed(len(elected)),
        looked_at=len(blocks),
        age=time.time() - int(blocks[0]["timestamp"], 16) if blocks else None,
        late=LATE * network.period,
    )


def elected_validators(network: Network) -> set[str]:
    """The addresses of the validators by the first node that tells; by the record where none does."""
    for validator in network.validators:
        with suppress(ChainError):
            return _elected(kind_of(network.client), validator.url)
    return {validator.address for validator in network.validators}


def _elected(kind: Kind, url: str) -> set[str]:
    """A node that may not list them, as on hosts, has them in its latest block, where the client writes them there."""
    try:
        return {to_checksum_address(address) for address in ask(url, kind.votes.listing, "latest")}
    except ConnectionFailed:
        raise
    except ChainError:
        if kind.written is None:
            raise
        return set(kind.written(ask(url, "eth_getBlockByNumber", "latest", False)))


def _number(validator: Validator, method: str) -> int | None:
    with suppress(ChainError):
        return int(ask(validator.url, method), 16)
    return None


def _latest(validator: Validator, height: int | None, number: int) -> Iterator[dict[str, Any]]:
    """So many of a node's blocks, the latest first; fewer where it has no more, or stops answering."""
    with suppress(ChainError):
        for block in range(height or 0, max((height or 0) - number, 0), -1):
            yield ask(validator.url, "eth_getBlockByNumber", hex(block), False)
