"""Whether a chain is alive."""

from collections.abc import Callable


class Pulse:
    """Whether a chain makes blocks. `clock` counts seconds; `halted_after` that many, silence is worth a word."""

    def __init__(self, clock: Callable[[], float], halted_after: float) -> None:
        self._clock, self._halted_after = clock, halted_after
        self._number, self._since, self._told = -1, clock(), clock()

    def beats(self, number: int) -> bool:
        """Whether `number` is a new block, after the first that was seen."""
        if number == self._number:
            return False
        is_first, self._number = self._number < 0, number
        self._since = self._told = self._clock()
        return not is_first

    def silence(self) -> float:
        """Seconds since the last block if that is worth telling now, else 0."""
        now = self._clock()
        if now - self._told < self._halted_after:
            return 0
        self._told = now
        return now - self._since
