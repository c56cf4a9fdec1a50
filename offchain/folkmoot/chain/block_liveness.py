"""Whether a chain makes blocks, told by the numbers of those that were seen."""

from collections.abc import Callable


class BlockLiveness:
    """Whether a chain makes blocks. It is reported as silent every `halted_after` seconds without one, by `clock`."""

    def __init__(self, clock: Callable[[], float], halted_after: float) -> None:
        self._clock, self._halted_after = clock, halted_after
        self._number, self._since, self._reported = -1, clock(), clock()

    def advanced(self, number: int) -> bool:
        """Whether `number` is a new block, after the first that was seen."""
        if number == self._number:
            return False
        is_first, self._number = self._number < 0, number
        self._since = self._reported = self._clock()
        return not is_first

    def silence(self) -> float:
        """Seconds since the last block if that is to be reported now, else 0."""
        now = self._clock()
        if now - self._reported < self._halted_after:
            return 0
        self._reported = now
        return now - self._since
