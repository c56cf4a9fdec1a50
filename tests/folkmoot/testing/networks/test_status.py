"""What is said of a network. Nodes of Besu are stubs here, because a Besu is not at hand; geth's are real elsewhere."""

from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from folkmoot.testing.networks import qbft
from folkmoot.testing.networks.plan import Network, Validator, plan
from folkmoot.testing.networks.status import NetworkStatus, NodeStatus, elected_validators, status_of
from tests.support.stub_nodes import stub_node


@pytest.fixture
def network(tmp_path: Path) -> Network:
    return plan(tmp_path, "besu", evm="london")[0]


def said(validators: int, up: int, needed: int, age: float | None = 1) -> NetworkStatus:
    node = Validator(number=1, host="", address="", public_key="", p2p=1, rpc=2, inner=3)
    heights = [5] * up + [None] * (validators - up)
    nodes = [NodeStatus(validator=node, process=None, height=h, peers=3, elected=True, made=1) for h in heights]
    return NetworkStatus(nodes=nodes, validators=validators, needed=needed, looked_at=5, age=age, late=10)


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (said(4, 4, 3), "4 of 4 validators are up and 3 are needed: the network can make blocks"),
        (said(4, 3, 3), "3 of 4 validators are up and 3 are needed: the network can make blocks"),
        (
            said(4, 2, 3),
            "2 of 4 validators are up and 3 are needed: the network makes no blocks until 1 more validator is up",
        ),
        (
            said(4, 0, 3, None),
            "0 of 4 validators are up and 3 are needed: the network makes no blocks until 3 more validators are up",
        ),
        (
            said(4, 4, 3, 61.4),
            "4 of 4 validators are up and 3 are needed: the network can make blocks, but its latest is 61 s old",
        ),
    ],
)
def test_a_verdict_says_plainly_whether_blocks_can_come(status: NetworkStatus, sentence: str) -> None:
    assert status.verdict() == sentence


def block(network: Network, by: int) -> dict[str, Any]:
    extra = qbft.extra_data([validator.address for validator in network.validators[:3]])
    return {"miner": network.validators[by].address.lower(), "timestamp": "0x1", "extraData": extra}


def test_each_node_is_asked_for_itself_and_the_chain_for_its_validators(network: Network) -> None:
    lists = {"qbft_getValidatorsByBlockNumber": [v.address.lower() for v in network.validators[:3]]}
    with ExitStack() as stack:
        for index, height in ((1, "0x7"), (3, "0x9")):
            answers = {"eth_blockNumber": height, "net_peerCount": hex(index), **lists}
            answers["eth_getBlockByNumber"] = block(network, by=index)
            stack.enter_context(stub_node(network.validators[index].rpc, answers))
        status = status_of(network)
    assert [(node.height, node.peers) for node in status.nodes] == [(None, None), (7, 1), (None, None), (9, 3)]
    assert [node.elected for node in status.nodes] == [True, True, True, False]
    assert [node.made for node in status.nodes] == [0, 0, 0, 9], "blocks are those of the node that is ahead"
    assert (status.validators, status.needed, status.up) == (3, 2, 1)


def test_where_a_node_may_not_list_the_validators_its_latest_block_does(network: Network) -> None:
    with stub_node(network.validators[2].rpc, {"eth_getBlockByNumber": block(network, by=0)}):
        assert elected_validators(network) == {validator.address for validator in network.validators[:3]}


def test_without_any_node_the_record_counts(network: Network) -> None:
    status = status_of(network)
    assert (status.validators, status.up, status.age, status.can_make_blocks) == (4, 0, None, False)
