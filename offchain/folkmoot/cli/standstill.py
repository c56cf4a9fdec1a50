"""Whether a chain that makes blocks by itself makes none any more, for commands that look at it only once."""

import time
from collections.abc import Callable

from folkmoot.chain import Block, Client
from folkmoot.chain.clock import HALTED_AFTER_S

LATE = 4  # times the usual interval
LOOK_S = 60.0  # at most, until a second look


def standing(
    client: Client,
    head: Block,
    *,
    now: Callable[[], float] = time.time,
    sleep: Callable[[float], None] = time.sleep,
) -> bool:
    """Whether a chain with this latest block stands; it shows only where blocks have come by themselves.

    `now` is the time of day, by which another block may only seem due: so it is waited for.
    """
    interval = client.interval()
    if interval is None or now() - head.time < max(HALTED_AFTER_S, LATE * interval):
        return False
    sleep(min(2 * interval, LOOK_S))  # else a clock that is wrong would make any chain stand
    return client.head().number <= head.number
