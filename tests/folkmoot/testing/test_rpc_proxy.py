"""A proxy answers as its node does, until it has rules."""

from collections.abc import Iterator

import pytest
from requests import Session

from folkmoot.chain import Client
from folkmoot.chain.connection import HttpConnection
from folkmoot.errors import ConnectionFailed
from folkmoot.testing.memory import MemoryChain, MemoryNode
from folkmoot.testing.rpc_faults import answer, cut, refuse, say, truncate
from folkmoot.testing.rpc_proxy import RpcProxy, rpc_proxy

REQUESTS = [("eth_chainId", []), ("eth_blockNumber", [])]


@pytest.fixture
def chain() -> MemoryChain:
    return MemoryChain(number=9)


@pytest.fixture
def proxy(chain: MemoryChain) -> Iterator[RpcProxy]:
    with rpc_proxy(MemoryNode(chain)) as proxy:
        yield proxy


@pytest.fixture
def line(proxy: RpcProxy) -> Iterator[HttpConnection]:
    with Session() as session:
        yield HttpConnection(proxy.url, 5.0, session)


def test_a_client_reads_through_it(proxy: RpcProxy) -> None:
    with Client([proxy.url]) as client:
        assert client.chain_id == 7
        assert client.head().number == 9
    assert proxy.asked == 2 + 1 + 3, "which chain it is, its id, and a look, which asks three things"


def test_single_requests_and_batches_have_their_ids(line: HttpConnection) -> None:
    assert line.make_request("eth_blockNumber", []) == {"jsonrpc": "2.0", "id": 0, "result": "0x9"}
    assert [one["id"] for one in line.make_batch_request(REQUESTS)] == [0, 1]


def test_rules_change_while_it_runs(proxy: RpcProxy, line: HttpConnection) -> None:
    proxy.rules = [answer("0x1", {"eth_chainId"})]
    assert [one["result"] for one in line.make_batch_request(REQUESTS)] == ["0x1", "0x9"]
    proxy.rules = []
    assert line.make_request("eth_chainId", [])["result"] == "0x7"


def test_the_last_rule_is_next_to_the_node(proxy: RpcProxy, line: HttpConnection) -> None:
    proxy.rules = [answer("0x1"), answer("0x2")]
    assert line.make_request("eth_chainId", [])["result"] == "0x1"


@pytest.mark.parametrize("rule", [refuse, cut])
def test_a_line_that_is_cut_gives_no_answer(rule: object, proxy: RpcProxy, line: HttpConnection) -> None:
    proxy.rules = [rule]  # type: ignore[list-item]
    with pytest.raises(OSError, match=r"(?i)closed connection|reset by peer|aborted|broken"):
        line.make_request("eth_chainId", [])


def test_half_of_the_json_is_none(proxy: RpcProxy, line: HttpConnection) -> None:
    proxy.rules = [truncate]
    with pytest.raises(ValueError, match=r"Expecting|Unterminated|delimiter"):
        line.make_request("eth_chainId", [])


def test_a_status_is_sent_as_it_is(proxy: RpcProxy, line: HttpConnection) -> None:
    proxy.rules = [say(429, b"slow down")]
    with pytest.raises(OSError, match="429"):
        line.make_request("eth_chainId", [])


def test_a_node_that_is_down_is_a_bad_gateway(proxy: RpcProxy, chain: MemoryChain, line: HttpConnection) -> None:
    node = MemoryNode(chain)
    node.down, proxy.node = True, node
    with pytest.raises(OSError, match="502"):
        line.make_request("eth_chainId", [])


def test_it_stops_and_starts_at_the_same_port(proxy: RpcProxy) -> None:
    with Client([proxy.url]) as client:
        assert client.head().number == 9
        proxy.stop()
        assert not proxy.is_listening
        with pytest.raises(ConnectionFailed):
            client.head()
        proxy.start()
        assert client.head().number == 9
