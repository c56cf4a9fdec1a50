"""How a whole federation is created from the contracts' bytecode, by default from that of the package."""

from collections.abc import Callable, Sequence
from typing import Any

from eth_abi.abi import encode

from folkmoot import __version__
from folkmoot.chain import Client, Deployment, deployments
from folkmoot.chain.compiled import Contracts, packaged, packaged_names

_OTHERS = {"Federation", "FederationToken", "Task", "Treasury"}


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
        return self._create(name, found.linked(self.libraries) + encode(found.constructor, arguments))


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
    return tuple(name for name in packaged_names() if name not in _OTHERS and not packaged(name).is_library)
