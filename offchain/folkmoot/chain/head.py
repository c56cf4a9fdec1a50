"""Looking at a chain's newest block, and keeping its time."""

from dataclasses import dataclass
from typing import Any, NamedTuple

from web3.types import Nonce

from folkmoot.chain import pace, questions
from folkmoot.chain.answers import Block
from folkmoot.chain.clock import ChainClock
from folkmoot.chain.nodes import Nodes
from folkmoot.chain.questions import LATEST, PENDING, Question
from folkmoot.errors import ChainError, ConnectionFailed

FRESH_S = 1.0  # for which a look holds before a block is due


class Outlook(NamedTuple):
    """What has to be known before a transaction is sent: the latest block, the chain's time, and of the account.

    `nonce` is as `Client.next_nonce` gives it, `coins` are in wei; `gas` is the answer to an estimate.
    """

    head: Block
    now: int
    nonce: Nonce
    coins: int
    gas: int | ChainError


@dataclass(slots=True)
class ChainHead:
    """Asks some nodes what is new, and tells a clock."""

    nodes: Nodes
    clock: ChainClock
    _latest: Block | None = None
    _looked: float = float("-inf")

    def __post_init__(self) -> None:
        self.nodes.is_calm = lambda: self.clock.is_calm

    def look(self, *more: Question) -> list[Any]:
        """The latest block, the chain's time and the answers to more questions, by one request.

        A look of a moment ago holds where nothing more is asked and no block is due since. The first look asks for some
        past blocks, too, by which a chain that stands may show.
        """
        if self._latest and not more and self.clock.clock() - self._looked < FRESH_S and self.clock.is_early:
            return [self._latest, self.clock.now()]
        _, latest, making, *answers = self.nodes.ask(self.nodes.whose, LATEST, PENDING, *more)
        if not self.clock.is_known:
            self.clock.look_back([*self._before(latest), latest])
        self.clock.see(latest, making)
        self._latest, self._looked = latest, self.clock.clock()
        return [latest, self.clock.now(), *answers]

    def now(self) -> int:
        """The chain's time in seconds since 1970. While no node answers, the local clock counts on."""
        try:
            return int(self.look()[1])
        except ConnectionFailed:
            if not self.clock.is_known:
                raise
        return self.clock.alone()

    def _before(self, latest: Block) -> list[Block]:
        asked = [questions.block(number) for number in pace.sampled(latest.number)]
        try:
            return [found for found in self.nodes.ask(*asked) if isinstance(found, Block)] if asked else []
        except ConnectionFailed:
            return []
