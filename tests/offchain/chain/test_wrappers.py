"""Every function that a participant may call or read has a method of its name, and no method goes without one."""

import inspect
import re

import pytest

from offchain.chain import Contract, FederationContract, LocalToken, TaskContract, TreasuryContract
from offchain.chain.interfaces import abi

# Called by contracts only.
INTERNAL = {
    FederationContract: {"confirm"},
    TreasuryContract: {"escrow", "collect", "refund", "fund", "credit", "release"},
    TaskContract: set(),
    LocalToken: {"transfer_from", "name"},
}


def snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


@pytest.mark.parametrize("wrapper", INTERNAL)
def test_methods_are_the_contracts_functions(wrapper: type[Contract]) -> None:
    methods = {name for name, _ in inspect.getmembers(wrapper, inspect.isfunction) if not name.startswith("_")}
    functions = {snake(entry["name"]) for entry in abi(wrapper.ABI) if entry["type"] == "function"}
    assert methods == functions - INTERNAL[wrapper]
