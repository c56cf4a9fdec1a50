"""A sender on a chain in memory, where sleeping is what moves time and mines blocks."""

from collections.abc import Callable, Iterator

import rlp  # type: ignore[import-untyped]

from folkmoot.chain import Call
from folkmoot.testing.memory import MemoryChain

DEADLINE = 1_500
CALL = Call("0x" + "11" * 20, b"\1\2", "submitUpdate", (1, 2))
ZERO_AMOUNT = "0x1f2a2005"


class Clockwork:
    """Sleeping moves the chain's clock; every sleep a block comes, unless the chain has halted."""

    def __init__(self, chain: MemoryChain) -> None:
        self.chain, self.pauses, self.halted = chain, list[float](), False
        self.events: Iterator[Callable[[], None]] = iter(())

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.chain.clock += seconds
        next(self.events, lambda: None)()
        if not self.halted:
            self.chain.mine()


def raises(error: Exception) -> Callable[..., None]:
    """An answer of a node that fails with this error."""

    def answer(*_: object) -> None:
        raise error

    return answer


def field(raw: bytes, index: int) -> int:
    """A field of a legacy transaction: 0 the nonce, 1 the gas price, 2 the gas."""
    return int.from_bytes(rlp.decode(raw)[index])
