"""The code on a real chain, compared with this checkout's."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from folkmoot.chain import Client, Deployment, TaskContract
from folkmoot.chain.bytecode import CodeFinding, compare
from folkmoot.chain.clones import Clone
from folkmoot.testing import Anvil, LocalChain, run_anvil
from tests.support.network import Network, found
from tools import contracts
from tools.contracts import CONTRACTS


@pytest.fixture(scope="module")
def own() -> Iterator[tuple[Anvil, Network, TaskContract]]:
    """A chain of its own, as what stands on it is changed, with a federation that has a task."""
    contracts.build()
    with run_anvil() as anvil, Client([anvil.url]) as client:
        network = found(LocalChain(anvil, client))
        yield anvil, network, network.propose(network.join(1)[0])


@pytest.fixture
def restored(own: tuple[Anvil, Network, TaskContract]) -> Iterator[Anvil]:
    """The chain, which is as before afterwards."""
    anvil, *_ = own
    before = anvil.ask("evm_snapshot")
    yield anvil
    anvil.ask("evm_revert", before)


@pytest.fixture
def network(own: tuple[Anvil, Network, TaskContract]) -> Network:
    return own[1]


@pytest.fixture
def task(own: tuple[Anvil, Network, TaskContract]) -> TaskContract:
    return own[2]


def findings(network: Network, record: Deployment | None = None) -> list[CodeFinding]:
    return compare(network.client, record or network.deployment, CONTRACTS)


def test_the_code_of_a_federation_and_its_tasks_is_this_builds(network: Network) -> None:
    assert findings(network) == []
    names = [name for name, _ in network.deployment.compiled.items()]
    assert len(names) == len(set(names)) == 3 + len(network.deployment.rules) + len(network.deployment.libraries)


def test_one_byte_in_any_contract_is_found(network: Network, task: TaskContract, restored: Anvil) -> None:
    for name, address in [*network.deployment.compiled.items(), ("task 0", task.address)]:
        code = bytearray(network.client.code(address))
        code[len(code) // 2] ^= 1
        restored.ask("anvil_setCode", address, f"0x{code.hex()}")
        assert (name, address, False) in {(f.contract, f.address, f.only_metadata) for f in findings(network)}
    assert len(findings(network)) == len(network.deployment.compiled.items()) + 1


def test_other_metadata_are_told_apart(network: Network, restored: Anvil) -> None:
    code = bytearray(network.client.code(network.deployment.federation))
    code[-42] ^= 1
    restored.ask("anvil_setCode", network.deployment.federation, f"0x{code.hex()}")
    (found,) = findings(network)
    assert (found.contract, found.only_metadata) == ("Federation", True)
    assert found.difference.startswith("its metadata hash is 0x")


@pytest.mark.parametrize("kind", ["rules", "libraries"])
def test_another_contract_in_its_place_is_found(network: Network, kind: str) -> None:
    (name, _), (_, other), *_ = (named := getattr(network.deployment, kind)).items()
    wrong = findings(network, replace(network.deployment, **{kind: {**named, name: other}}))
    assert (name, other, False) in {(f.contract, f.address, f.only_metadata) for f in wrong}
    assert {f.contract for f in wrong} == ({name} if kind == "rules" else {name, "Task"})


def test_a_contract_that_this_build_has_not_is_found(network: Network) -> None:
    record = replace(network.deployment, rules={**network.deployment.rules, "Oracle": network.deployment.token})
    assert findings(network, record) == [
        CodeFinding("Oracle", network.deployment.token, "this build has no such contract", only_metadata=False)
    ]


def test_a_task_is_a_clone_of_the_implementation_with_the_arguments_that_were_told(
    network: Network, task: TaskContract, restored: Anvil
) -> None:
    clone = Clone.of(network.client.code(task.address))
    assert clone is not None
    assert (clone.implementation, clone.parameters) == (network.deployment.task_implementation, task.parameters())
    another = replace(clone.parameters, max_strikes=clone.parameters.max_strikes + 1)
    for changed, wrong in (
        (replace(clone, parameters=another), "another max_strikes"),
        (replace(clone, implementation=network.deployment.token), "another implementation"),
        (
            replace(clone, proposer=network.deployment.token, parameters=another),
            "another proposer, another max_strikes",
        ),
    ):
        restored.ask("anvil_setCode", task.address, f"0x{changed.code.hex()}")
        assert findings(network) == [CodeFinding("task 0", task.address, wrong, only_metadata=False)]
    restored.ask("anvil_setCode", task.address, f"0x{clone.code.hex()}00")
    assert [f.difference for f in findings(network)] == ["it is no clone of a task"]
