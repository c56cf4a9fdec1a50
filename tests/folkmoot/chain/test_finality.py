"""Finality by blocks as real clients make them; their networks are asked in tests/networks/test_real_nodes.py."""

from itertools import repeat

import pytest

from folkmoot.chain import Client
from folkmoot.chain.finality import finality
from folkmoot.testing.memory import MemoryChain, MemoryNode, RpcError
from tests.support.clockwork import raises

ISTANBUL = "0x63746963616c2062797a616e74696e65206661756c7420746f6c6572616e6365"
VANITY, SEAL, SIGNER = bytes(32), bytes(65), bytes(20)


def says(node: MemoryNode, client: str) -> None:
    node.instead["web3_clientVersion"] = repeat(lambda: client)


def test_qbft_agrees_before_it_makes_a_block(chain: MemoryChain, node: MemoryNode, client: Client) -> None:
    """Besu's extra data is as long as Clique's may be."""
    chain.extra_data = bytes(337)
    node.instead["eth_getBlockByNumber"] = repeat(lambda *_: {**chain.block(), "mixHash": ISTANBUL})
    assert str(finality(client)) == "blocks are final at once (QBFT or IBFT)"


@pytest.mark.parametrize(
    ("head", "listed", "told"),
    [
        (5, {0: 3}, "blocks are final after 2 more blocks (Clique)"),
        (5, {0: 4}, "blocks are final after 3 more blocks (Clique)"),
        (5, {0: 1}, "blocks are final at once (Clique)"),
        (5, {}, "blocks are final after 2 more blocks (Clique)"),
        (30_000, {0: 3, 30_000: 6}, "blocks are final after 4 more blocks (Clique)"),
        (70_000, {0: 3, 60_000: 8}, "blocks are final after 5 more blocks (Clique)"),
        (70_000, {0: 3}, "blocks are final after 2 more blocks (Clique)"),
    ],
)
def test_of_cliques_signers_more_than_half_have_to_follow(
    head: int, listed: dict[int, int], told: str, chain: MemoryChain, node: MemoryNode, client: Client
) -> None:
    def block(tag: str, _full: bool) -> dict[str, str]:
        number = head if tag == "latest" else int(tag, 16)
        extra = VANITY + listed.get(number, 0) * SIGNER + SEAL
        return {**chain.block(), "number": hex(number), "extraData": f"0x{extra.hex()}"}

    node.instead["eth_getBlockByNumber"] = repeat(block)
    assert str(finality(client)) == told


def test_one_node_alone_replaces_nothing(node: MemoryNode, client: Client) -> None:
    says(node, "anvil/v1.7.1")
    assert str(finality(client)) == "blocks are final at once"


@pytest.mark.parametrize("extra", [b"", b"geth 1.16", bytes(96), bytes(98)])
def test_of_other_chains_it_does_not_show(extra: bytes, chain: MemoryChain, node: MemoryNode, client: Client) -> None:
    says(node, "Geth/v1.16.0")
    chain.extra_data = extra
    assert str(finality(client)) == "it does not show when blocks are final"
    assert finality(client).blocks is None


def test_a_node_that_does_not_tell_what_it_is_is_no_fault(node: MemoryNode, client: Client) -> None:
    node.instead["web3_clientVersion"] = repeat(raises(RpcError("Method not found", -32601)))
    assert finality(client).blocks is None
