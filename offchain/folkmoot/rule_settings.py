"""Settings of a task's rules on chain: numbers of 16 bits in one word of 32 bytes, the first in the lowest bits."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from folkmoot.errors import ConfigError

_WORD = 32  # bytes
_BITS = 16
_MOST = _WORD * 8 // _BITS


class _Rule(NamedTuple):
    """A rule's kind, an example of its settings, and what these are."""

    kind: str
    example: tuple[int, ...] = ()
    meaning: str = "it takes none"


_KNOWN: Mapping[str, _Rule] = {
    "MedianScore": _Rule(
        "score", (5_000, 10_000), "least ratio to the best score, tolerance below the median baseline"
    ),
    "MajorityVote": _Rule("score", (800,), "how far below the baseline a score may lie"),
    "Availability": _Rule("score"),
    "TopScoreElection": _Rule("election"),
    "RandomElection": _Rule("election"),
    "MultiFactorElection": _Rule("election", (1, 1, 1, 1), "weights of score, stake, presence and reputation"),
    "RedrawElection": _Rule("election"),
    "ScoreShareReward": _Rule("reward"),
    "StakeReward": _Rule("reward", (5, 1), "epochs and the unit reward"),
    "FlatReward": _Rule("reward", (1, 0, 0), "weights of an update, of a seat that judged, of one that attested"),
    "ContestReward": _Rule("reward", (3,), "the number of prizes"),
}
"""Rules that are deployed with every federation. Of any other rule neither the kind nor the settings are known here."""

_NEVER_ZERO = {"MultiFactorElection", "ContestReward"}
"""With zeros alone the first in line would be elected, or no one ever paid, which `FlatReward` says plainly."""

KNOWN_RULES = frozenset(_KNOWN)
"""The names of all rules that are deployed with every federation."""


def check_kind(kind: str, rule: str) -> None:
    """Raise `ConfigError` for a known rule of another kind than this: "score", "election" or "reward"."""
    if rule in _KNOWN and _KNOWN[rule].kind != kind:
        hint = f"one of {', '.join(name for name, known in _KNOWN.items() if known.kind == kind)}"
        raise ConfigError(f"{kind}_rule cannot be {rule}, which is of the kind {_KNOWN[rule].kind}_rule", hint)


def pack(setting: str, rule: str, numbers: Sequence[int]) -> bytes:
    """A rule's parameters, 32 bytes, from the setting of this name. Raises `ConfigError`."""
    if not all(0 <= number < 1 << _BITS for number in numbers) or len(numbers) > _MOST:
        hint = f"at most {_MOST} numbers, each at least 0, at most {(1 << _BITS) - 1}"
        raise ConfigError(f"{setting} cannot be {list(numbers)}", hint)
    if known := _KNOWN.get(rule):
        zero = rule in _NEVER_ZERO and not any(numbers)
        if len(numbers) != len(known.example) or zero:
            fault = f"{setting} cannot be {list(numbers)} with {rule}" if numbers else f"{rule} needs {setting}"
            raise ConfigError(fault, f"for example {setting} = {list(known.example)}: {known.meaning}")
    return sum(number << _BITS * index for index, number in enumerate(numbers)).to_bytes(_WORD)


def unpack(parameters: bytes) -> tuple[int, ...]:
    """The setting that `pack` made these parameters from, without zeros at its end."""
    word = int.from_bytes(parameters)
    return tuple(word >> shift & (1 << _BITS) - 1 for shift in range(0, word.bit_length(), _BITS))
