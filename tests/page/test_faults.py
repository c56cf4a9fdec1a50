"""Nodes that fail, refuse or are the wrong ones."""

import json
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import pytest
from requests import Session

from folkmoot.chain.connection import HttpConnection
from folkmoot.testing import Anvil, rpc_faults
from folkmoot.testing.rpc_faults import Ask, Request, Rule
from folkmoot.testing.rpc_proxy import rpc_proxy
from tests.support.applicants import applies
from tests.support.browsing import IN_BROWSER, browse, page_of, static_files, switch
from tests.support.chains import LocalChain
from tests.support.network import Network

pytestmark = IN_BROWSER

FILES = Path(__file__).resolve().parents[2] / "offchain/folkmoot/page/files"
NOBODY = "0x" + "12" * 20


def refuse_batches(requests: Sequence[Request], ask: Ask) -> object:
    """As some gateways do."""
    return ask(requests) if len(requests) == 1 else {"jsonrpc": "2.0", "id": None, "error": {"code": -32600}}


@dataclass(slots=True)
class Fork:
    """A chain that goes on with one application, and is turned back to go on with another."""

    network: Network
    anvil: Anvil
    undone: str
    instead: str
    taken: str = ""

    def go(self) -> None:
        self.taken = self.anvil.ask("evm_snapshot")
        applies(self.network, self.undone)

    def back(self) -> None:
        assert self.anvil.ask("evm_revert", self.taken)
        applies(self.network, self.instead)
        self.anvil.mine()


@pytest.mark.parametrize("is_served", [True, False], ids=["served", "plain files"])
def test_a_node_that_dies_and_returns_and_a_chain_that_forks(network: Network, url: str, *, is_served: bool) -> None:
    assert isinstance(network.chain, LocalChain)
    fork = Fork(network, network.chain.anvil, f"undone {is_served}", f"instead {is_served}")
    joined = f"latecomer {is_served}"
    with rpc_proxy(HttpConnection(url, 10.0, Session())) as proxy, ExitStack() as stack:
        turns = switch(
            stop=proxy.stop, start=proxy.start, join=lambda: applies(network, joined), fork=fork.go, back=fork.back
        )
        switched = stack.enter_context(turns)
        if is_served:
            page = stack.enter_context(page_of("--rpc", proxy.url, "--federation", network.federation.address))
        else:
            files = stack.enter_context(static_files(FILES))
            page = f"{files}?rpc={proxy.url}&federation={network.federation.address}"
        browse("faults", PAGE=page, SWITCH=switched, JOINED=joined, UNDONE=fork.undone, INSTEAD=fork.instead)


@pytest.mark.parametrize(
    "rules",
    [[], [rpc_faults.limit_logs(3, -32005, "query exceeds max block range 3")], [refuse_batches]],
    ids=["as it is", "few blocks at a time", "no batches"],
)
def test_plain_files_beside_a_node(network: Network, url: str, rules: Sequence[Rule]) -> None:
    members = network.federation.member_count()
    with rpc_proxy(HttpConnection(url, 10.0, Session())) as proxy, static_files(FILES) as files:
        proxy.rules = rules
        page = f"{files}?rpc={proxy.url}&federation={network.federation.address}"
        browse("reads", PAGE=page, NODE=proxy.url, WORDS=json.dumps([f"Members{members}", "2 of 3"]))


def test_what_it_says_where_there_is_nothing_to_show(network: Network, url: str, tmp_path: Path) -> None:
    copy = tmp_path / "page"
    copy.mkdir()
    for file in FILES.iterdir():
        (copy / file.name).write_bytes(file.read_bytes())
    wrong = {"rpc": url, "chainId": 5, "federation": network.federation.address}
    (copy / "settings.json").write_text(json.dumps(wrong))
    token = network.deployment.token
    with static_files(copy) as mine, static_files(FILES) as files:
        cases = {
            files: "which node to ask",
            f"{files}?rpc={url}": "a federation's address",
            f"{files}?rpc=ftp://here&federation={NOBODY}": "no address of a node",
            f"{files}?rpc={url}&federation={NOBODY}": "There is no contract",
            f"{files}?rpc={url}&federation={token}": "not a Folkmoot federation",
            mine: "on chain 5",
        }
        browse("refusal", CASES=json.dumps(cases))
