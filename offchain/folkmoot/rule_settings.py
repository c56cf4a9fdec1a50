"""Settings of a task's rules on chain: numbers of 16 bits in one word of 32 bytes, the first in the lowest bits."""

from collections.abc import Sequence

from folkmoot.errors import ConfigError

_WORD = 32  # bytes
_BITS = 16
_MOST = _WORD * 8 // _BITS

_NEEDED = {
    "MultiFactorElection": "[1, 1, 1, 1]: weights of score, stake, presence and reputation",
    "FlatReward": "[1, 0, 0]: weights of an update, of a seat that judged, of one that attested",
    "ContestReward": "[3]: the number of prizes",
}
"""Rules whose weights would all be 0 without settings: no one would be paid, or the first in line elected."""


def pack(setting: str, rule: str, numbers: Sequence[int]) -> bytes:
    """A rule's parameters, 32 bytes, from the setting of this name. Raises `ConfigError`."""
    if not numbers and rule in _NEEDED:
        raise ConfigError(f"{rule} needs {setting}", hint=f"for example {setting} = {_NEEDED[rule]}")
    if not all(0 <= number < 1 << _BITS for number in numbers) or len(numbers) > _MOST:
        hint = f"at most {_MOST} numbers, each at least 0, at most {(1 << _BITS) - 1}"
        raise ConfigError(f"{setting} cannot be {list(numbers)}", hint)
    return sum(number << _BITS * index for index, number in enumerate(numbers)).to_bytes(_WORD)


def unpack(parameters: bytes) -> tuple[int, ...]:
    """The setting that `pack` made these parameters from, without zeros at its end."""
    word = int.from_bytes(parameters)
    return tuple(word >> shift & (1 << _BITS) - 1 for shift in range(0, word.bit_length(), _BITS))
