from itertools import repeat

import pytest
from eth_utils.crypto import keccak
from web3 import Web3

from folkmoot.chain import CONTRACT_ERRORS, Client
from folkmoot.errors import ChainError
from folkmoot.testing.memory import MemoryChain, MemoryNode, RpcError
from tests.support.clockwork import raises


def test_an_estimate_goes_by_what_a_node_takes(node: MemoryNode, client: Client) -> None:
    tags: list[str] = []

    def estimate(_: object, tag: str = "") -> str:
        tags.append(tag)
        if tag:
            raise RpcError("Invalid params", -32602)
        return "0x7"

    node.instead["eth_estimateGas"] = repeat(estimate)
    assert client.estimate_gas({}) == 7
    assert tags == ["pending", "latest", ""]


def test_what_fits_the_latest_block_and_not_the_pending_one_is_estimated_there(
    node: MemoryNode, client: Client
) -> None:
    wrong_phase = Web3.to_hex(keccak(b"WrongPhase(uint256,uint8,uint8)")[:4] + bytes(31) + b"\1" + bytes(64))
    tags: list[str] = []

    def estimate(_: object, tag: str = "") -> str:
        tags.append(tag)
        if tag != fits:
            raise RpcError("execution reverted", 3, wrong_phase)
        return "0x7"

    node.instead["eth_estimateGas"] = repeat(estimate)
    fits = "latest"
    assert client.estimate_gas({}) == 7
    fits = "neither"
    with pytest.raises(CONTRACT_ERRORS["WrongPhase"]):
        client.estimate_gas({})
    assert tags == ["pending", "latest"] * 2


def test_what_no_block_tells_the_time_of_is_sent_without_an_estimate_once_that_time_has_come(
    node: MemoryNode, chain: MemoryChain, client: Client
) -> None:
    """Besu may make no empty blocks, and estimates in the time of 12 s after the last one."""
    wrong_phase = Web3.to_hex(keccak(b"WrongPhase(uint256,uint8,uint8)")[:4] + bytes(96))
    node.instead["eth_estimateGas"] = repeat(raises(RpcError("execution reverted", 3, wrong_phase)))
    client.head()
    for chain.clock in (0, 12):
        with pytest.raises(CONTRACT_ERRORS["WrongPhase"]):
            client.estimate_gas({})
    chain.clock = 13
    assert client.estimate_gas({}) is None
    node.instead["eth_estimateGas"] = repeat(raises(RpcError("execution reverted", 3, "0x1f2a2005")))
    with pytest.raises(CONTRACT_ERRORS["ZeroAmount"]):
        client.estimate_gas({})


def test_a_node_that_takes_no_block_with_an_estimate_tells_what_the_contract_refuses(
    node: MemoryNode, client: Client
) -> None:
    wrong_phase = Web3.to_hex(keccak(b"WrongPhase(uint256,uint8,uint8)")[:4] + bytes(96))

    def estimate(_: object, tag: str = "") -> str:
        raise RpcError("too many arguments", -32602) if tag else RpcError("execution reverted", 3, wrong_phase)

    node.instead["eth_estimateGas"] = repeat(estimate)
    with pytest.raises(CONTRACT_ERRORS["WrongPhase"]):
        client.estimate_gas({})


def test_what_a_contract_refuses_is_not_estimated_again(node: MemoryNode, client: Client) -> None:
    node.instead["eth_estimateGas"] = repeat(raises(RpcError("execution reverted", 3, "0x1f2a2005")))
    with pytest.raises(ChainError) as caught:
        client.estimate_gas({})
    assert type(caught.value).__name__ == "ZeroAmount"
    assert node.asked.count("eth_estimateGas") == 1


def test_what_a_node_has_told_already_is_not_asked_again(node: MemoryNode, client: Client) -> None:
    assert client.estimate_gas({}, 7) == 7
    assert "eth_estimateGas" not in node.asked
