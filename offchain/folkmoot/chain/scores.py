"""Scores as a task's calls, commitments and events have them: 16 a word, of 16 bits each, the first in the lowest."""

from collections.abc import Sequence

_LANES, _BITS = 16, 16


def packed(scores: Sequence[int]) -> list[int]:
    """Words of 256 bits with these scores, each in basis points or `ABSTAINED`. Bits behind the last one are zero."""
    pages = (scores[start : start + _LANES] for start in range(0, len(scores), _LANES))
    return [sum(score << _BITS * lane for lane, score in enumerate(page)) for page in pages]


def unpacked(words: Sequence[int], count: int) -> tuple[int, ...]:
    """The first `count` scores in these words."""
    return tuple(words[i // _LANES] >> _BITS * (i % _LANES) & 0xFFFF for i in range(count))
