"""The contracts' bytecode, and how a whole federation is created from it.

The package ships the bytecode of everything that a federation needs, so that tests need no compiler. Contracts of one's
own, or changed ones, come from a folder of forge's artifacts: `built("out")`.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from eth_abi.abi import encode
from eth_utils.abi import collapse_if_tuple

from folkmoot import __version__
from folkmoot.chain import Client, Deployment, deployments
from folkmoot.errors import ConfigError

NO_LIBRARY = "0" * 40
"""Stands in the bytecode where a library's address belongs."""


@dataclass(frozen=True, slots=True)
class Bytecode:
    """What creates a contract.

    `code` is hexadecimal. `links` gives the positions of each library's address in it, in bytes. `constructor` lists
    the types of the constructor's arguments.
    """

    code: str
    links: Mapping[str, Sequence[int]]
    constructor: Sequence[str]


Contracts = Callable[[str], Bytecode]
"""From a contract's name to its bytecode. Raises `ConfigError` for an unknown name."""


def packaged(name: str) -> Bytecode:
    """The bytecode that comes with the package."""
    if name not in _packaged():
        raise ConfigError(f"the package has no bytecode of {name!r}", f"one of {', '.join(_packaged())}")
    return Bytecode(**_packaged()[name])


def built(folder: str | Path) -> Contracts:
    """The bytecode in forge's output folder."""

    def read(name: str) -> Bytecode:
        file = Path(folder) / f"{name}.sol" / f"{name}.json"
        try:
            return from_artifact(json.loads(file.read_text("utf-8")))
        except OSError as error:
            raise ConfigError(f"cannot read {file}: {error.strerror}", "run forge build") from error

    return read


def from_artifact(artifact: Mapping[str, Any]) -> Bytecode:
    """What an artifact of forge's says of a contract."""
    code: str = artifact["bytecode"]["object"].removeprefix("0x")
    links = {
        name: [place["start"] for place in places]
        for libraries in artifact["bytecode"]["linkReferences"].values()
        for name, places in libraries.items()
    }
    inputs: Sequence[Any] = next((entry["inputs"] for entry in artifact["abi"] if entry["type"] == "constructor"), [])
    return Bytecode(_linked(code, links, dict.fromkeys(links, NO_LIBRARY)), links, [*map(collapse_if_tuple, inputs)])


class Factory:
    """Creates contracts by name, each library once. `create(name, code)` sends the code and returns the address."""

    def __init__(self, create: Callable[[str, bytes], str], contracts: Contracts = packaged) -> None:
        self._create, self._contracts = create, contracts
        self.libraries: dict[str, str] = {}

    def create(self, name: str, *arguments: Any) -> str:
        """A contract's address, its libraries created first."""
        found = self._contracts(name)
        for library in found.links:
            if library not in self.libraries:
                self.libraries[library] = self.create(library)
        code = _linked(found.code, found.links, self.libraries)
        return self._create(name, bytes.fromhex(code) + encode(found.constructor, arguments))


def deploy(
    client: Client,
    create: Callable[[str, bytes], str],
    *,
    managers: Sequence[str],
    quorum: int,
    fee: int,
    period: int = 0,
    min_blocks: int = 0,
    rules: Sequence[str] = (),
    contracts: Contracts = packaged,
    settle: Callable[[], None] = lambda: None,
) -> Deployment:
    """Create a federation with a token that anyone may mint, all rules that the package knows, and further `rules`.

    `fee` is in the token's smallest unit, `period` in seconds, 0 for a membership that does not expire;
    windows of its tasks last at least `min_blocks` blocks. `settle` waits for what `create` did not.
    """
    factory = Factory(create, contracts)
    addresses = {name: factory.create(name) for name in sorted({*packaged_rules(), *rules})}
    task, token = factory.create("Task"), factory.create("FederationToken")
    federation = factory.create("Federation", list(managers), quorum, fee, period, min_blocks, token, task)
    settle()
    return deployments.snapshot(
        client,
        federation=federation,
        token=token,
        task_implementation=task,
        rules=addresses,
        libraries=factory.libraries,
        version=__version__,
    )


def packaged_rules() -> tuple[str, ...]:
    """The names of the rules among the package's contracts: what is neither a library nor has a place of its own."""
    libraries = {name for entry in _packaged().values() for name in entry["links"]}
    return tuple(name for name in _packaged() if name not in {"Federation", "FederationToken", "Task", *libraries})


def _linked(code: str, links: Mapping[str, Sequence[int]], addresses: Mapping[str, str]) -> str:
    for library, places in links.items():
        address = addresses[library].removeprefix("0x").lower()
        for start in places:
            code = code[: 2 * start] + address + code[2 * start + len(NO_LIBRARY) :]
    return code


@cache
def _packaged() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files(__package__).joinpath("bytecode.json").read_text("utf-8"))
    return found
