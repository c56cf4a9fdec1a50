"""Amounts as people write and read them: whole tokens and lengths of time."""

import re
from dataclasses import dataclass

from folkmoot.errors import ConfigError

_COIN = 18  # decimals of a chain's own coin, whatever it is called there

_AMOUNT = re.compile(r"([0-9]+)(?:\.([0-9]+))?")
_SPAN = re.compile(r"([0-9]+)(s|min|h|d)?")
_SECONDS = {None: 1, "s": 1, "min": 60, "h": 3_600, "d": 86_400}


@dataclass(frozen=True, slots=True)
class Money:
    """A token: its short name, and how many decimals it has."""

    symbol: str
    decimals: int

    def text(self, units: int) -> str:
        """An amount of smallest units in whole tokens: "12.5 FED"."""
        whole, rest = divmod(units, 10**self.decimals)
        fraction = f".{rest:0{self.decimals}}".rstrip("0") if rest else ""
        return f"{whole:,}{fraction} {self.symbol}"

    def units(self, text: str) -> int:
        """Smallest units in an amount of whole tokens, such as "12.5". Raises `ConfigError`."""
        found = _AMOUNT.fullmatch(text)
        fraction = (found[2] or "") if found else ""
        if found is None or len(fraction) > self.decimals:
            hint = f'write a number such as "12" or "12.5", with at most {self.decimals} decimals'
            raise ConfigError(f"{text!r} is no amount of {self.symbol}", hint)
        return int(found[1] + fraction.ljust(self.decimals, "0"))


COINS = Money("ETH", _COIN)


def seconds(text: str) -> int:
    """A length of time: "90", "90s", "30min", "2h" or "1d". Raises `ConfigError`."""
    found = _SPAN.fullmatch(text)
    if found is None or not int(found[1]):
        raise ConfigError(f"{text!r} is no length of time", 'write "90s", "30min", "2h" or "1d"')
    return int(found[1]) * _SECONDS[found[2]]
