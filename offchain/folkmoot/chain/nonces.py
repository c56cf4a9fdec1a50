"""Which nonce an account's next transaction has.

Whenever none of them waits, a node says it: a re-organisation may have given back what was counted. It dropped
transactions then, without which a later one that waits comes into no block, so the last ones are kept.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from web3.types import Nonce

from folkmoot.chain.accounts import Signed

KEPT = 16  # transactions that were executed


class Nonces:
    """The nonces of one sender. Its threads ask for the next one in turns."""

    def __init__(self) -> None:
        self._next: Nonce | None = None  # after the last one; None: only a node knows
        self._block = 0  # of the last receipt
        self._waiting: set[Nonce] = set()
        self._executed: dict[Nonce, Signed] = {}

    def next(self, told: Nonce, head: int) -> Nonce:
        """The next nonce, where a node whose chain ends with block `head` tells the nonce `told`.

        What was counted is more while one waits, or where the node has not the last receipt's block yet.
        """
        counts = self._waiting or head < self._block
        return max(told, self._next) if counts and self._next is not None else told

    def offered(self, nonce: Nonce) -> None:
        """A node has a transaction with this nonce, which waits from now on."""
        self._next = Nonce(nonce + 1)
        self._waiting.add(nonce)

    @contextmanager
    def waiting(self, nonce: Nonce) -> Iterator[None]:
        """Wait for the transaction with this nonce."""
        try:
            with self.in_doubt():
                yield
        finally:
            self._waiting.discard(nonce)

    @contextmanager
    def in_doubt(self) -> Iterator[None]:
        """After any failure a node has to be asked."""
        try:
            yield
        except BaseException:
            self._next = None
            raise

    def executed(self, signed: Signed, block: int) -> None:
        """This transaction is in a block."""
        self._block = block
        self._executed[signed.transaction["nonce"]] = signed
        for nonce in [*self._executed][:-KEPT]:
            del self._executed[nonce]

    def between(self, told: Nonce, nonce: Nonce) -> list[Signed]:
        """The executed ones from the nonce that a node tells to that of one that waits: the node has lost them."""
        return [self._executed[lost] for lost in sorted(self._executed) if told <= lost < nonce]
