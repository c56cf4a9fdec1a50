"""Every function that a participant may call or read has a method of its name, and no method goes without one."""

import inspect
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from web3 import Web3

from folkmoot.chain import (
    Client,
    Contract,
    FederationContract,
    LocalToken,
    Parameters,
    TaskContract,
    TreasuryContract,
)
from folkmoot.chain.abi import abi
from folkmoot.errors import ConfigError

ADDRESS = Web3.to_checksum_address("0x" + "ab" * 20)

# Called by contracts only.
INTERNAL = {
    FederationContract: {"confirm"},
    TreasuryContract: {"escrow", "collect", "refund", "reassign", "fund", "credit", "release"},
    TaskContract: set(),
    LocalToken: {"transfer_from", "name"},
}


def snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


@pytest.mark.parametrize("wrapper", INTERNAL)
def test_methods_are_the_contracts_functions(wrapper: type[Contract]) -> None:
    methods = {name for name, _ in inspect.getmembers(wrapper, inspect.isfunction) if not name.startswith("_")}
    functions = {snake(entry["name"]) for entry in abi(wrapper.ABI) if entry["type"] == "function"}
    assert methods == functions - INTERNAL[wrapper] | {"asks"}


WORDS, ADDRESSES, NUMBERS = (bytes(32),), (ADDRESS,), (3,)
PARAMETERS = Parameters(*WORDS * 2, *ADDRESSES * 3, *WORDS * 3, *NUMBERS * 3, True, True, True, *NUMBERS * 18)


def proposal(**wrong: Any) -> Callable[[FederationContract], object]:
    return lambda federation: federation.propose_task("digits", replace(PARAMETERS, **wrong))


def test_a_proposal_that_fits_is_encoded(client: Client) -> None:
    assert FederationContract(client, ADDRESS).propose_task("digits", PARAMETERS).name == "proposeTask"


@pytest.mark.parametrize(
    ("use", "told"),
    [
        (lambda federation: federation.set_quorum(2**256), f"setQuorum: quorum {2**256} does not fit into uint256"),
        (lambda federation: federation.task_at(-1), "taskAt: number -1 does not fit into uint256"),
        (lambda federation: federation.ban(ADDRESS.lower()), f"'{ADDRESS.lower()}' does not fit into address"),
        (lambda federation: federation.is_task(ADDRESS.lower()), f"'{ADDRESS.lower()}' does not fit into address"),
        (proposal(committee=70_000), "proposeTask: committee 70000 does not fit into uint16"),
        (proposal(committee=-1), "proposeTask: committee -1 does not fit into uint16"),
        (proposal(training_window=2**40), f"proposeTask: trainingWindow {2**40} does not fit into uint32"),
        (proposal(max_terms=256, max_strikes=-1), "maxStrikes -1 does not fit into uint8, maxTerms 256 does not fit"),
    ],
)
def test_a_value_that_no_contract_can_hold_is_named(
    use: Callable[[FederationContract], Any], told: str, client: Client
) -> None:
    with pytest.raises(ConfigError, match=re.escape(told)) as caught:
        use(FederationContract(client, ADDRESS))
    assert caught.value.hint


def test_an_address_that_does_not_fit_is_found_in_a_list(client: Client) -> None:
    task = TaskContract(client, ADDRESS)
    with pytest.raises(ConfigError, match=rf"approve: committee .*{ADDRESS.lower()}.* does not fit into address\[\]"):
        task.approve(3, [ADDRESS, ADDRESS.lower()])
