"""A worker's configuration, from one TOML file.

A private key is no setting: it stays in the encrypted keystore file, whose password comes from another file or from a
prompt.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any

from folkmoot import settings
from folkmoot.errors import ConfigError
from folkmoot.store import Place

KEEP_ALL, KEEP_LATEST = "all", "latest"
LONGEST_POLL = 3600
TEXT, JSON = "text", "json"  # what lines of the log are
MAX_PORT = 65_535
SIMULATION = "simulation"  # the table of a simulated worker's file


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerConfig:
    """What one participant's process needs to know. Raises `ConfigError` for a value out of range."""

    # The chain
    rpc: Annotated[tuple[str, ...], "URLs of nodes of one chain, the best first"] = ("http://127.0.0.1:8545",)
    deployments: Annotated[Path, "folder with the federation's deployment records"] = Path("deployments")
    task: Annotated[int | str, 'number of the task in the federation, or its address "0x…"'] = 0
    keystore: Annotated[Path, "encrypted keystore file of the account"] = Path("keystore.json")
    password_file: Annotated[Path | None, "file with the keystore's password; without it a prompt asks"] = None
    gas_price: Annotated[
        int | None, "wei offered for a unit of gas; without it what nodes ask, or 0 where an account has no coin"
    ] = None
    max_fee: Annotated[int | None, "the most wei offered for a unit of gas, also for a transaction that waits"] = None

    # Bytes
    store: Annotated[
        tuple[Place, ...], "where blobs are stored: a folder or a URL, or a list; the first is written to, all are read"
    ] = (Path("blobs"),)
    keep: Annotated[
        str, f'what the first store keeps: "{KEEP_ALL}", or "{KEEP_LATEST}" to let go of old models and updates'
    ] = KEEP_ALL
    cache: Annotated[
        Path | None, "folder for what commands have read of the chain; without it ~/.cache/folkmoot; /dev/null: none"
    ] = None
    state: Annotated[Path, "this worker's own folder, for its journal; keep it private"] = Path("state")

    # Model and data
    data: Annotated[Path | None, ".npz file with arrays x and y, or folder of LEAF JSON; without it the digits"] = None
    score_fraction: Annotated[float, "part of the data that scores others and is never trained on"] = 0.25
    score_limit: Annotated[int, "at most so many samples score others"] = 2048
    plugin: Annotated[Path | None, "Python file of your own that defines learner(descriptor), in place of data"] = None
    allowed_models: Annotated[
        tuple[str, ...], 'models that may run beside Folkmoot\'s own: "package.module:factory"'
    ] = ()
    threads: Annotated[int, "PyTorch threads"] = 1

    # Pace
    poll_seconds: Annotated[float, "pause between two looks at the chain"] = 1.0
    turn_seconds: Annotated[
        int | None, "head start of each committee position where anyone may act; without it two blocks and a second"
    ] = None

    # Watching
    metrics: Annotated[
        str | None, 'HOST:PORT at which Prometheus reads this worker\'s metrics, such as "127.0.0.1:9100"; else none'
    ] = None
    log_format: Annotated[str, f'lines of the log: "{TEXT}", or "{JSON}", one object a line'] = TEXT

    def __post_init__(self) -> None:
        for name, (valid, hint) in _RANGES.items():
            if not valid(getattr(self, name)):
                raise ConfigError(f"{name} cannot be {settings.brief(getattr(self, name))}", hint=hint)


_ADDRESS = re.compile(r"(\[(?P<ipv6>[0-9a-fA-F:.]+)\]|(?P<host>[\w.-]+)):(?P<port>[0-9]{1,5})", re.ASCII)

_RANGES: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "rpc": (lambda urls: bool(urls) and all(urls), "give at least one URL"),
    "gas_price": (lambda wei: wei is None or wei >= 0, "wei, at least 0"),
    "max_fee": (lambda wei: wei is None or wei >= 0, "wei, at least 0"),
    "task": (lambda task: isinstance(task, str) or task >= 0, "tasks count from 0"),
    "score_fraction": (lambda part: 0 < part < 1, "a fraction between 0 and 1"),
    "score_limit": (lambda count: count >= 1, "at least 1"),
    "keep": (lambda keep: keep in {KEEP_ALL, KEEP_LATEST}, f'"{KEEP_ALL}" or "{KEEP_LATEST}"'),
    "threads": (lambda count: count >= 1, "at least 1"),
    "poll_seconds": (lambda pause: 0 < pause <= LONGEST_POLL, f"seconds above 0, at most {LONGEST_POLL}"),
    "turn_seconds": (lambda turn: turn is None or turn >= 1, "whole seconds, at least 1"),
    "metrics": (
        lambda address: address is None or host_and_port(address) is not None,
        'HOST:PORT with a port from 1 to 65535, such as "127.0.0.1:9100", or "[::1]:9100" for IPv6',
    ),
    "log_format": (lambda form: form in {TEXT, JSON}, f'"{TEXT}" or "{JSON}"'),
}


def host_and_port(address: str) -> tuple[str, int] | None:
    """Host and port of an address HOST:PORT; None for what is none. IPv6 stands in brackets."""
    found = _ADDRESS.fullmatch(address)
    if found is None or not 0 < int(found["port"]) <= MAX_PORT:
        return None
    return found["ipv6"] or found["host"], int(found["port"])


def is_loopback(host: str) -> bool:
    """Whether a host is this machine's loopback, which no other machine reaches."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def load_config(path: str | Path) -> WorkerConfig:
    """Read a worker's TOML file. Raises `ConfigError` for an unreadable file and for a wrong key or value."""
    if SIMULATION in settings.read(path):
        hint = f"remove the table, or run: python -m folkmoot.simulation.worker --config {path}"
        raise ConfigError(f"{path} has a [{SIMULATION}] table, which only a simulated worker reads", hint)
    return settings.load(WorkerConfig, path)


def template(given: Mapping[str, object] | None = None) -> str:
    """A worker's TOML file with every setting, what it is for, and the value given here or its default.

    Raises `ConfigError` for an unknown setting.
    """
    return settings.render(
        WorkerConfig, "A worker's settings. Paths are relative to this file's folder, and ~ is your home.", given or {}
    )
