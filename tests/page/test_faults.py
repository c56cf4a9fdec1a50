"""Nodes that fail, refuse or are the wrong ones."""

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from requests import Session

from folkmoot.chain.connection import HttpConnection
from folkmoot.testing import rpc_faults
from folkmoot.testing.rpc_faults import Ask, Request, Rule
from folkmoot.testing.rpc_proxy import rpc_proxy
from tests.support.applicants import applies
from tests.support.browsing import IN_BROWSER, browse, page_of, static_files, switch
from tests.support.network import Network

pytestmark = IN_BROWSER

FILES = Path(__file__).resolve().parents[2] / "offchain/folkmoot/page/files"
JOINED = "a latecomer"
NOBODY = "0x" + "12" * 20


def refuse_batches(requests: Sequence[Request], ask: Ask) -> object:
    """As some gateways do."""
    return ask(requests) if len(requests) == 1 else {"jsonrpc": "2.0", "id": None, "error": {"code": -32600}}


def test_a_node_that_dies_and_returns(network: Network, url: str) -> None:
    with rpc_proxy(HttpConnection(url, 10.0, Session())) as proxy:
        turns = switch(stop=proxy.stop, start=proxy.start, join=lambda: applies(network, JOINED))
        options = ("--rpc", proxy.url, "--federation", network.federation.address)
        with turns as switched, page_of(*options) as page:
            browse("faults", PAGE=page, SWITCH=switched, JOINED=JOINED)


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
