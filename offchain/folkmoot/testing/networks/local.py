"""A network on this machine for as long as a block lasts, for tests: its validators are stopped, killed and started."""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from folkmoot.testing.networks import folders, nodes
from folkmoot.testing.networks.kinds import check_number, find_program, level
from folkmoot.testing.networks.plan import GAS_LIMIT, LOOPBACK, Network, plan
from folkmoot.testing.networks.status import NetworkStatus, status_of


@dataclass(slots=True)
class LocalNetwork:
    """A network whose validators are known by their numbers, from 1 on."""

    network: Network
    program: str
    processes: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict, repr=False)

    @property
    def urls(self) -> list[str]:
        """The RPC of each validator, whether it is up or not."""
        return self.network.urls

    def start(self, *numbers: int) -> None:
        """Start these validators, or all, and return when their RPC answers."""
        chosen = self.network.chosen(numbers)
        nodes.check(self.network, chosen)
        for validator in chosen:
            place = self.network.place(validator)
            self.processes[validator.number] = nodes.start_child(place, self.program)
            nodes.wait_for_peers(self.network, validator)
        nodes.wait_for_answers(self.network, chosen)

    def stop(self, *numbers: int) -> None:
        """End these validators, or all, as `down` does."""
        chosen = self.network.chosen(numbers)
        nodes.stop([self.network.place(validator) for validator in chosen])
        for validator in chosen:
            if process := self.processes.pop(validator.number, None):
                process.wait()

    def kill(self, *numbers: int) -> None:
        """End these validators, or all, at once."""
        for validator in self.network.chosen(numbers):
            if process := self.processes.pop(validator.number, None):
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def wait_for_blocks(self, *numbers: int) -> None:
        """Return when these validators, or all, have a new block."""
        nodes.wait_for_blocks(self.network, self.network.chosen(numbers))

    def status(self) -> NetworkStatus:
        """What its nodes say."""
        return status_of(self.network)


@contextmanager
def run_network(
    folder: Path,
    client: str = "geth",
    binary: str | None = None,
    *,
    validators: int = 4,
    evm: str | None = None,
    period: int = 1,
    gas_limit: int = GAS_LIMIT,
) -> Iterator[LocalNetwork]:
    """Run a network in a new folder; every validator has made its chain and sees blocks.

    No process is left at the end, on Linux even by `kill -9` of the program. Raises `ConfigError` without the client's
    program, and `FolkmootError` if no blocks come.
    """
    program = find_program(client, binary)
    check_number(client, validators)
    hosts = [LOOPBACK] * validators
    planned = plan(folder, client, evm=level(client, evm), period=period, gas_limit=gas_limit, hosts=hosts)
    folders.create(*planned)
    local = LocalNetwork(planned[0], program)
    try:
        local.start()
        local.wait_for_blocks()
        yield local
    finally:
        local.kill()
