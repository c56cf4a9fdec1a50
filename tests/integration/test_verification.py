"""What explorers are sent, compiled alone as they do it, is the code on a real chain byte for byte."""

import json
import subprocess
from dataclasses import replace

import pytest
from eth_abi.abi import encode

from folkmoot.chain import Provenance
from folkmoot.chain.compiled import from_artifact
from folkmoot.chain.sources import compiler, metadata
from folkmoot.explorers.verification import Submission, submissions
from tests.support.network import Network, create
from tests.support.views import address
from tools.workcopy import ROOT

SOLC = ROOT / ".solcx" / "solc-v0.8.30"


def by_name(network: Network, **changes: object) -> dict[str, Submission]:
    return {found.name: found for found in submissions(network.client, replace(network.deployment, **changes))}  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["Federation", "Treasury", "Task", "Settling", "MedianScore", "FederationToken"])
def test_the_input_alone_makes_the_code_on_the_chain(deployed: Network, name: str) -> None:
    contract = by_name(deployed)[name]
    done = subprocess.run(
        [SOLC, "--standard-json"], input=contract.input_text, capture_output=True, text=True, check=True, cwd="/"
    )
    source, _, _ = contract.identifier.rpartition(":")
    made = json.loads(done.stdout)["contracts"][source][name]
    assert made["metadata"] == metadata(name)
    code = from_artifact({"abi": made["abi"], **made["evm"]})
    there = deployed.client.code(contract.address)
    assert code.deployed(contract.address, deployed.deployment.libraries) == code.without_values(there)


def test_every_contract_is_there_and_the_token_only_if_it_is_ours(deployed: Network) -> None:
    found = by_name(deployed)
    assert {name: contract.address for name, contract in found.items()} == {
        **deployed.deployment.compiled,
        "FederationToken": deployed.deployment.token,
    }
    assert "FederationToken" not in by_name(deployed, token=create(deployed.chain, "FeeToken"))
    assert {contract.compiler for contract in found.values()} == {compiler().version}


def test_libraries_are_named_by_their_sources(deployed: Network) -> None:
    found = by_name(deployed)
    assert {name: len(contract.libraries) for name, contract in found.items() if contract.libraries} == {"Task": 6}
    settling = found["Task"].libraries["contracts/rounds/Settling.sol:Settling"]
    assert settling == deployed.deployment.libraries["Settling"]


def test_arguments_of_constructors_are_told_as_far_as_they_are_known(deployed: Network) -> None:
    found = by_name(deployed)
    assert found["Treasury"].constructor_arguments == encode(["address"], [deployed.deployment.token])
    assert found["Task"].constructor_arguments == b""
    assert found["Federation"].constructor_arguments is None  # the record does not tell its transaction
    assert found["Federation"].described["constructor_arguments"] is None


def test_the_federations_arguments_are_in_the_transaction_that_created_it(deployed: Network) -> None:
    record = deployed.deployment
    block = record.block_number
    while not (sent := deployed.client.request("eth_getBlockByNumber", hex(block), True)["transactions"]):
        block -= 1
    told = Provenance(
        commit="", compiler=compiler(), deployer=address(9), transactions={"Federation": sent[-1]["hash"]},
        code_hashes={}, metadata_hashes={},
    )  # fmt: skip
    contract = by_name(deployed, provenance=told)["Federation"]
    arguments = [m.address for m in deployed.managers], 2, 100, 0, 0, record.token, record.task_implementation
    kinds = ["address[]", "uint256", "uint256", "uint256", "uint256", "address", "address"]
    assert contract.constructor_arguments == encode(kinds, arguments)
    assert contract.described["transaction"] == sent[-1]["hash"]
    lost = replace(told, transactions={"Federation": "0x" + "00" * 32})
    assert by_name(deployed, provenance=lost)["Federation"].constructor_arguments is None
