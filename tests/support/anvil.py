"""A real Anvil that a test commands."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from eth_account.signers.local import LocalAccount
from web3 import HTTPProvider, Web3

from tools import anvil


@dataclass(frozen=True, slots=True)
class Anvil:
    """A running chain that mines each transaction at once."""

    url: str
    process: subprocess.Popen[bytes]

    def ask(self, method: str, *params: Any) -> Any:
        return Web3(HTTPProvider(self.url)).manager.request_blocking(method, list(params))  # type: ignore[arg-type]

    def fund(self, account: LocalAccount, wei: int = 10**18) -> LocalAccount:
        self.ask("anvil_setBalance", account.address, hex(wei))
        return account

    def pass_time(self, seconds: int) -> None:
        """The time moves; no block is mined."""
        self.ask("evm_increaseTime", seconds)

    def mine(self) -> None:
        self.ask("evm_mine")

    def automine(self, enabled: bool) -> None:
        self.ask("evm_setAutomine", enabled)


@contextmanager
def run_anvil(*options: str, port: int | None = None, evm: str = anvil.EVM) -> Iterator[Anvil]:
    """Anvil by the rules of an EVM version, gone at the end."""
    with anvil.run_anvil(*options, port=port, evm=evm) as (url, process):
        yield Anvil(url, process)
