"""What a federation is founded with: a small TOML file, read by `scripts/deploy.py`.

`python -m scripts.federation` prints one with every setting, its meaning and its default.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

from folkmoot import settings
from folkmoot.chain import GasSettings, keystore_address, read_address
from folkmoot.chain.parameter_bounds import MAX_BLOCKS
from folkmoot.errors import ConfigError
from folkmoot.files import at_home

MOST_FEE = 2**128 - 1
LONGEST_PERIOD = 2**32 - 1
MOST_MANAGERS = 64

RULES = (
    *("MedianScore", "MajorityVote", "Availability"),
    *("TopScoreElection", "RandomElection", "MultiFactorElection", "RedrawElection"),
    *("ScoreShareReward", "StakeReward", "FlatReward", "ContestReward"),
)
"""Contracts that tasks may name: all are deployed with the federation."""

GAS = 40_000_000  # that deploying needs at most


@dataclass(frozen=True, slots=True, kw_only=True)
class FederationConfig:
    """How a federation starts. Raises `ConfigError` for a value that cannot be."""

    # The federation
    managers: Annotated[
        tuple[str, ...], "the managers' addresses or keystore files; without any the deploying account, alone"
    ] = ()
    quorum: Annotated[int | None, "so many managers decide together; without it more than half of them"] = None
    fee: Annotated[int, "permission fee, in the token's smallest unit"] = 10**18
    period: Annotated[int, "seconds that the fee pays for, then a member renews it; 0: it is paid once"] = 0
    min_blocks: Annotated[
        int | None,
        "blocks that each window of a task lasts at least, so that a chain that stood still strikes nobody;"
        " without it 5, or 0 where none of the latest blocks is empty: there blocks come only for transactions",
    ] = None
    token: Annotated[
        str | None,
        "address of the fee token, an ERC-20 that does not rebase; without it one for trials: anyone may mint it",
    ] = None

    # Who deploys
    keystore: Annotated[Path | None, "encrypted keystore file; without it the first account that the node keeps"] = None
    password_file: Annotated[Path | None, "file with the keystore's password; without it a prompt asks"] = None

    gas_price: Annotated[
        int | None, "wei offered for a unit of gas; without it what nodes ask, or 0 where the account has no coin"
    ] = None
    max_fee: Annotated[int | None, "the most wei offered for a unit of gas"] = None

    # The record
    deployments: Annotated[Path | None, "folder of the record; without it deployments/ of this checkout"] = None

    def __post_init__(self) -> None:
        for name, (valid, hint) in _RANGES.items():
            value = getattr(self, name)
            try:
                fault = "" if value is None or valid(value) else f"{name} cannot be {settings.brief(value)}"
            except ConfigError as error:
                fault = f"{name} cannot be so: {error.message}"
            if fault:
                raise ConfigError(fault, hint)
        count = len(self.managers) or 1
        if self.needed(count) > count:
            raise ConfigError(f"{self.quorum} of {count} managers cannot decide", "name more managers or ask for fewer")

    @property
    def gas(self) -> GasSettings:
        """What is offered for gas."""
        return GasSettings(self.gas_price, self.max_fee)

    def needed(self, managers: int) -> int:
        """How many of so many managers decide."""
        return self.quorum or managers // 2 + 1


def _are_managers(entries: tuple[str, ...]) -> bool:
    different = {read_address(entry) if _is_hex(entry) else entry for entry in entries}
    return all(entries) and len(different) == len(entries) <= MOST_MANAGERS


def _is_hex(entry: str) -> bool:
    return entry.lower().startswith("0x")


_RANGES: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "managers": (
        _are_managers,
        f'at most {MOST_MANAGERS} different accounts, each as the text "0x…" or the path of its keystore file',
    ),
    "quorum": (lambda count: count >= 1, "at least 1"),
    "min_blocks": (lambda blocks: 0 <= blocks <= MAX_BLOCKS, f"0 to {MAX_BLOCKS}"),
    "fee": (lambda fee: 0 <= fee <= MOST_FEE, "0 or more, below 2 ** 128"),
    "period": (lambda period: 0 <= period <= LONGEST_PERIOD, "0 or more, below 2 ** 32"),
    "gas_price": (lambda wei: wei >= 0, "wei, at least 0"),
    "max_fee": (lambda wei: wei >= 0, "wei, at least 0"),
    "token": (lambda token: bool(read_address(token)), 'an address, as the text "0x…"'),
}


def load_federation(path: str | Path | None) -> FederationConfig:
    """Read a TOML file, its managers as addresses; the defaults without one. Raises `ConfigError` and `AccountError`.

    A keystore file is asked for its address alone, not for its password.
    """
    if path is None:
        return FederationConfig()
    config, folder = settings.load(FederationConfig, path), Path(path).resolve().parent
    return replace(config, managers=tuple(_address(entry, folder) for entry in config.managers))


def named_keys(path: str | Path | None) -> set[str]:
    """The addresses of the keystore files that a TOML file names. Raises as `load_federation` does."""
    if path is None:
        return set()
    config, folder = settings.load(FederationConfig, path), Path(path).resolve().parent
    files = [folder / at_home(entry) for entry in config.managers if not _is_hex(entry)]
    return set(map(keystore_address, [*files, config.keystore] if config.keystore else files))


def _address(manager: str, folder: Path) -> str:
    return read_address(manager) if _is_hex(manager) else keystore_address(folder / at_home(manager))


def template(given: Mapping[str, object] | None = None) -> str:
    """A TOML file with every setting, what it is for, and the value given here or its default."""
    title = "What a federation is founded with. Paths are relative to this file's folder, and ~ is your home."
    return settings.render(FederationConfig, title, given or {})


if __name__ == "__main__":
    print(template(), end="")
