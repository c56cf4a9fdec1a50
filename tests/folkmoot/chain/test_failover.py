import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from requests import Session
from web3 import HTTPProvider

from folkmoot.chain import Client
from folkmoot.chain.failover import http
from folkmoot.errors import ChainError, ConnectionFailed
from folkmoot.testing.memory import MemoryChain, MemoryNode

Connect = Callable[..., Client]


def test_it_goes_on_with_the_next_node_and_stays_there(chain: MemoryChain, connected: Connect) -> None:
    first, second = MemoryNode(chain), MemoryNode(chain)
    client = connected(first, second)
    client.head()
    first.down = True
    assert client.head().number == 0
    first.down = False
    client.head()
    assert first.asked.count("eth_getBlockByNumber") == 1
    assert second.asked.count("eth_getBlockByNumber") == 2


def test_it_comes_back_to_the_first_node(chain: MemoryChain, connected: Connect) -> None:
    first, second = MemoryNode(chain), MemoryNode(chain)
    client = connected(first, second)
    for down, up in ((first, second), (second, first)):
        down.down, up.down = True, False
        assert client.head().number == 0


def test_no_node_at_all_is_said_with_their_names(chain: MemoryChain, connected: Connect) -> None:
    nodes = MemoryNode(chain), MemoryNode(chain)
    client = connected(*nodes)
    for node in nodes:
        node.down = True
    with pytest.raises(ConnectionFailed, match="node-0, node-1"):
        client.head()


@pytest.mark.parametrize("error", [ValueError("no JSON"), TimeoutError("slow"), OSError("reset")])
def test_a_node_that_answers_nonsense_counts_as_dead(error: Exception, chain: MemoryChain, connected: Connect) -> None:
    first, second = MemoryNode(chain), MemoryNode(chain)

    def fail(*_: object) -> None:
        raise error

    first.instead["eth_getBlockByNumber"] = iter([fail])
    assert connected(first, second).head().number == 0
    assert "eth_getBlockByNumber" in second.asked


@pytest.mark.parametrize("answer", [{"error": {"code": -32005, "message": "limit exceeded"}}, {"result": "no"}, [1]])
def test_a_node_that_does_not_tell_its_chain_counts_as_dead(
    answer: Any, chain: MemoryChain, connected: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = MemoryNode(chain), MemoryNode(chain)
    monkeypatch.setattr(first, "make_request", lambda _method, _params: answer)
    assert connected(first, second).head().number == 0
    with pytest.raises(ConnectionFailed, match="node-0"):
        connected(first).head()


def test_a_node_of_another_chain_is_no_replacement(chain: MemoryChain, connected: Connect) -> None:
    first, second = MemoryNode(chain, chain_id=7), MemoryNode(chain, chain_id=8)
    client = connected(first, second)
    assert client.chain_id == 7
    first.down = True
    with pytest.raises(ChainError, match="node-1 is on chain 8, not 7"):
        client.head()


def test_a_node_is_reported_once_when_it_dies_and_once_when_it_answers_again(
    chain: MemoryChain, connected: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    first, second = MemoryNode(chain), MemoryNode(chain)
    client = connected(first, second)
    first.down = second.down = True
    for _ in range(2):
        with pytest.raises(ConnectionFailed):
            client.head()
    first.down = False
    client.head()
    assert [record.message for record in caplog.records] == [
        "node-0 does not answer: down",
        "node-1 does not answer: down",
        "node-0 answers again",
    ]


def test_a_node_is_asked_for_its_chain_once(chain: MemoryChain, connected: Connect) -> None:
    node = MemoryNode(chain)
    client = connected(node)
    client.head()
    client.head()
    assert node.asked.count("eth_chainId") == 1


def test_http_waits_as_long_as_it_is_told_and_never_retries() -> None:
    provider = http(2.5, Session())("http://127.0.0.1:1")
    assert isinstance(provider, HTTPProvider)
    assert dict(provider.get_request_kwargs())["timeout"] == 2.5
    assert provider.exception_retry_configuration is None


def test_http_heeds_what_the_environment_says_of_proxies_certificates_and_passwords(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text("machine node.example login ada password secret\n")
    certificates = tmp_path / "ca.pem"
    said = {"https_proxy": "http://proxy.example:3128", "no_proxy": "near.example", "REQUESTS_CA_BUNDLE": certificates}
    for name, value in (said | {"NETRC": tmp_path / "netrc"}).items():
        monkeypatch.setenv(name, str(value))
    session = Session()
    far, near = (http(1, session)(f"https://{host}.example") for host in ("node", "near"))
    options = [dict(node.get_request_kwargs()) for node in (far, near) if isinstance(node, HTTPProvider)]
    assert [one["proxies"].get("https") for one in options] == ["http://proxy.example:3128", None]
    assert [one["verify"] for one in options] == [str(certificates)] * 2
    assert [one["auth"] for one in options] == [("ada", "secret"), None]
    assert not session.trust_env
