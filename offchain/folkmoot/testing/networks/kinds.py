"""The clients by their names, and what each needs checked."""

import os
import subprocess
from collections.abc import Mapping

from folkmoot.errors import ConfigError
from folkmoot.testing.networks.besu import BESU
from folkmoot.testing.networks.geth import GETH
from folkmoot.testing.networks.kind import Kind
from folkmoot.testing.networks.quorum import QUORUM
from folkmoot.testing.servers import program, where

KINDS: Mapping[str, Kind] = {"besu": BESU, "geth": GETH, "quorum": QUORUM}
ANSWER_S = 60.0


def kind_of(client: str) -> Kind:
    """The client of a name. Raises `ConfigError` for an unknown one."""
    if client not in KINDS:
        raise ConfigError(f"{client!r} is no client that is known here", f"one of {', '.join(KINDS)}")
    return KINDS[client]


def level(client: str, evm: str | None) -> str:
    """The EVM level asked for, or the client's default. Raises `ConfigError` for one that it has not."""
    kind = kind_of(client)
    if evm is not None and evm not in kind.levels:
        raise ConfigError(f"{kind.title} with {kind.consensus} has no {evm}", f"one of {', '.join(kind.levels)}")
    return evm or kind.levels[0]


def check_number(client: str, validators: int) -> None:
    """Raise `ConfigError` for so few validators that none may be down."""
    kind = kind_of(client)
    if validators < kind.fewest:
        raise ConfigError(
            f"{kind.consensus} needs {kind.fewest} validators to survive the loss of one; {validators} are too few"
        )


def find_program(client: str, binary: str | None = None) -> str:
    """The path of a client's program: the one named, or one on the PATH or in FOLKMOOT_NODES.

    Raises `ConfigError` where there is none, or where it is another program.
    """
    kind = kind_of(client)
    name = binary or kind.program
    path = program(name)
    if path is None:
        raise ConfigError(f"there is no {kind.title} at {name}" if binary else f"there is no {kind.title}", where(name))
    try:
        done = subprocess.run([path, *kind.version], check=False, capture_output=True, text=True, timeout=ANSWER_S)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ConfigError(f"{path} cannot be run: {error}") from error
    if fault := kind.fault(done.stdout + done.stderr):
        raise ConfigError(f"{path} {fault}", f"name the right program of {kind.title} by --bin")
    return os.path.abspath(path)  # noqa: PTH100 - a link stays one: by it some programs know what they are
