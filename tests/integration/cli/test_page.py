"""`page` on a real chain, as a process."""

import signal
import time
from http import HTTPStatus
from pathlib import Path

import pytest
from requests import Response, Session

from folkmoot.chain.connection import HttpConnection
from folkmoot.exit_codes import INTERRUPTED
from folkmoot.page.saving import FILE
from folkmoot.testing import run_anvil
from folkmoot.testing.rpc_proxy import RpcProxy
from tests.integration.cli.people import Crew, People
from tests.support.page_process import PATIENCE, page_process
from tests.support.pages import Browser, built, request

HOSTILE = "</script><script>alert(1)</script>"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    return built(tmp_path / "files")


def opening(crew: Crew) -> list[dict[str, object]]:
    """Some of what a page asks when it opens."""
    d = crew.people.network.deployment
    contracts = [d.federation, d.treasury, crew.task.address]
    return [
        request("eth_chainId", number=1),
        request("eth_getBlockByNumber", "latest", False, number=2),
        request("eth_getLogs", {"address": contracts, "fromBlock": hex(d.first_block), "toBlock": "latest"}, number=3),
        request("eth_getCode", crew.task.address, "latest", number=4),
        request("web3_clientVersion", number=5),
    ]


def once_it_answers(browser: Browser, document: object) -> Response:
    """What is told once a node answers."""
    for _ in range(PATIENCE):
        if (told := browser.post(document)).status_code == HTTPStatus.OK:
            break
        time.sleep(0.5)
    return told


def test_it_shows_the_federation_and_a_record_shows_the_same(
    people: People, played: Crew, files: Path, tmp_path: Path
) -> None:
    d = people.network.deployment
    names = people.folder / "names.toml"
    names.write_text(f"'{HOSTILE}' = '{played.seats[0].address}'\n")
    (people.folder / "keystore.json").write_text("no keystore, and not read")
    try:
        with page_process(people.folder, files, "--rpc", people.network.urls[0]) as process:
            browser = Browser(process.url)
            settings = browser.get("settings.json").json()
            assert (settings["federation"], settings["chainId"]) == (d.federation, d.chain_id)
            assert settings["names"] == {played.seats[0].address: HOSTILE}
            assert settings["contracts"][d.rules["MedianScore"]] == "MedianScore"
            live = browser.post(opening(played)).json()
            assert not [one for one in live if "error" in one]
            assert process.stop(signal.SIGINT) == INTERRUPTED
        anybody = people.anybody(played.task)
        assert anybody.json("page", "--save", tmp_path / "record") == {"file": str(tmp_path / "record" / FILE)}
    finally:
        names.unlink()
    with page_process(tmp_path, files, "--record", tmp_path / "record") as process:
        browser = Browser(process.url)
        assert browser.post(opening(played)).json() == live
        recorded = browser.get("settings.json").json()
        assert recorded == {**settings, "recordedAt": int(live[1]["result"]["timestamp"], 16)}


def test_nothing_that_would_change_the_chain_reaches_the_node(played: Crew, files: Path) -> None:
    people, seat = played.people, played.seats[0].address
    methods = ["eth_sendTransaction", "eth_sendRawTransaction", "evm_mine", "anvil_mine", " evm_mine", "EVM_MINE"]
    with RpcNotes(people.network.urls[0]) as node, page_process(people.folder, files, "--rpc", node.url) as process:
        browser = Browser(process.url)
        before = browser.ask("eth_blockNumber")
        node.methods.clear()
        for method in methods:
            assert browser.refused(method, {"from": seat, "to": seat})[0] == -32601
            assert "not let through" in browser.refused(method)[1]
            alone = browser.post({"jsonrpc": "2.0", "method": method, "params": []}).json()
            assert alone["error"]["code"] == -32600
            told = browser.post([request("eth_chainId"), request(method, number=2)]).json()
            assert ["result" in one for one in told] == [True, False]
        assert browser.ask("eth_blockNumber") == before
        assert {*node.methods} <= {"eth_getBlockByNumber", "eth_chainId"}


def test_who_has_no_deployment_record_names_the_federation(played: Crew, files: Path, tmp_path: Path) -> None:
    d = played.people.network.deployment
    words = ("--rpc", played.people.network.urls[0], "--federation", d.federation)
    with page_process(tmp_path, files, *words) as process:
        settings = Browser(process.url).get("settings.json").json()
    assert settings["contracts"][d.rules["MedianScore"]] == "MedianScore"  # told by its code
    assert settings["firstBlock"] <= d.block_number


def test_it_starts_while_no_node_answers_and_works_when_one_does(played: Crew, files: Path) -> None:
    people = played.people
    with RpcNotes(people.network.urls[0]) as node:
        node.stop()
        with page_process(people.folder, files, "--rpc", node.url) as process:
            browser = Browser(process.url)
            assert browser.get("settings.json").json()["federation"] == people.network.deployment.federation
            assert browser.post(opening(played)).status_code == 502
            node.start()
            told = once_it_answers(browser, opening(played))
            assert not [one for one in told.json() if "error" in one]


def test_a_chain_without_the_federation_is_told_so(played: Crew, files: Path) -> None:
    people = played.people
    with RpcNotes(people.network.urls[0]) as node:
        node.stop()
        with page_process(people.folder, files, "--rpc", node.url) as process, run_anvil() as other:
            other.mine(people.network.deployment.block_number)
            node.node = HttpConnection(other.url, 10.0, Session())
            node.start()
            browser = Browser(process.url)
            told = once_it_answers(browser, request("eth_blockNumber"))
            assert "the chain in the record of chain 31337 is gone" in told.json()["error"]["message"]


class RpcNotes(RpcProxy):
    """A proxy that notes the methods that a node is asked."""

    def __init__(self, url: str) -> None:
        super().__init__(HttpConnection(url, 10.0, Session()))
        self.methods: list[str] = []
        self.rules = [self._note]

    def _note(self, requests, ask):  # type: ignore[no-untyped-def]
        self.methods += [request["method"] for request in requests]
        return ask(requests)

    def __enter__(self):  # type: ignore[no-untyped-def]
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
