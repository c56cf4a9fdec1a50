"""A transaction that waits for a block, and when it is to be offered again."""

from dataclasses import dataclass

from folkmoot.chain.accounts import Signed
from folkmoot.chain.answers import Block

SURE_S = 10.0  # for which a nonce is said to be taken until it is believed: receipts may come late
AGAIN_S = 5.0  # until a transaction is offered again
BLOCKS = 3  # or so many blocks: on Clique most need two


@dataclass(slots=True)
class Pending:
    """A waiting transaction in all versions that were offered."""

    offered: list[Signed]
    since: float  # it was offered last
    head: Block | None = None  # seen at the last look; None if no node answered
    block: int = -1  # in whose time it was offered last; -1 until one is seen
    is_taken: bool = True  # by a node when it was offered last
    gone_since: float | None = None  # when its nonce was said first to be another's

    def is_due(self, head: Block, now: float) -> bool:
        """Whether it is to be offered again: after some blocks, or some time."""
        self.block = head.number if self.block < 0 else self.block
        if head.number - self.block < BLOCKS and now - self.since < AGAIN_S:
            return False
        self.block, self.since = head.number, now
        return True

    def is_gone(self, now: float) -> bool:
        """Whether its nonce was said long enough to be another's, now again."""
        self.gone_since = now if self.gone_since is None else self.gone_since
        return now - self.gone_since >= SURE_S
