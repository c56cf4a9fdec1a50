"""What brownie 1.22 needs to be told before its tests run here; tests/contracts/conftest.py calls both functions."""

import re
import socket

from brownie import web3
from brownie._config import CONFIG
from brownie.network import contract as brownie_contract
from brownie.typing import Language
from eth_typing import ChecksumAddress, HexStr

PUSHED_ZERO = re.compile("7f" + "0" * 64)  # PUSH32 0: the compiler's placeholder for an immutable


def use_free_port() -> None:
    """Launch the development network on a free port, so that runs side by side do not share one chain."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        CONFIG.networks["development"]["cmd_settings"]["port"] = probe.getsockname()[1]


def see_through_immutables() -> None:
    """Keep traces and coverage of contracts with immutables.

    Brownie drops both when the deployed code differs from the compiled one, and an immutable's value makes it differ.
    """
    compare = brownie_contract._verify_deployed_code

    def verify(address: ChecksumAddress, expected_bytecode: HexStr, language: Language) -> bool:
        deployed = web3.eth.get_code(address).hex().removeprefix("0x")
        compiled = expected_bytecode.removeprefix("0x")
        same = _code(_without_immutables(deployed, compiled)) == _code(compiled)
        return same or compare(address, expected_bytecode, language)

    brownie_contract._verify_deployed_code = verify


def _without_immutables(deployed: str, compiled: str) -> str:
    for place in PUSHED_ZERO.finditer(compiled):
        if deployed.startswith("7f", place.start()):
            deployed = deployed[: place.start()] + place[0] + deployed[place.end() :]
    return deployed


def _code(bytecode: str) -> str:
    """Hexadecimal bytecode without the metadata at its end, whose length the last two bytes give."""
    return bytecode[: -2 * (int(bytecode[-4:], 16) + 2)]
