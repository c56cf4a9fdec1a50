"""Real geth nodes that lag, are alone or stop: what clients do then, and what people are told."""

import json
import logging
import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from requests import Session

from folkmoot.chain import Call, Client, Sender, create_account, deployments
from folkmoot.chain.connection import HttpConnection
from folkmoot.chain.finality import finality
from folkmoot.chain.nodes import MAX_LAG
from folkmoot.testing import LocalFederation, RemoteChain, found
from folkmoot.testing.networks import LocalNetwork, run_network
from folkmoot.testing.networks.rpc import height, heights
from folkmoot.testing.rpc_faults import limit_logs
from folkmoot.testing.rpc_proxy import rpc_proxy
from folkmoot.testing.servers import program, where
from tests.support.cli import Cli
from tests.support.network import new_account

pytestmark = pytest.mark.skipif(not program("geth"), reason=f"there is no geth: {where('geth')}")

PASSWORD = "correct horse battery staple"  # noqa: S105 - opens nothing but these tests' keystores
FED = 10**18
PATIENCE_S = 120.0
TASK = """
encrypted = false
total_rounds = 1
committee = 3
updates_per_round = 3
min_updates = 2
max_updates = 3
max_enrolled = 20
"""


@dataclass(frozen=True, slots=True)
class People:
    """A federation of one manager on a network of three validators, two of whom make blocks."""

    network: LocalNetwork
    federation: LocalFederation
    folder: Path

    def __call__(self, name: str, *urls: str) -> Cli:
        """The command line of somebody, by way of some nodes or all."""
        rpc = ",".join(urls or self.network.urls)
        options = ("--keystore", str(self.folder / f"{name}.json"), "--password-file", str(self.folder / "password"))
        environment = {"RPC": rpc, "DEPLOYMENTS": str(self.folder / "deployments"), "STORE": str(self.folder / "blobs")}
        return Cli(self.folder, options, environment)

    def diagnosis(self, name: str, *urls: str) -> Mapping[str, Any]:
        found = self(name, *urls).run("doctor", "--json")
        return {entry["check"]: entry for entry in json.loads(found.stdout)}


@pytest.fixture(scope="module")
def people(tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    folder = tmp_path_factory.mktemp("real")
    (folder / "password").write_text(PASSWORD)
    (folder / "password").chmod(0o600)
    (folder / "blobs").mkdir()
    (folder / "task.toml").write_text(TASK)
    manager = create_account(folder / "manager.json", lambda: PASSWORD, iterations=2)
    with run_network(folder / "network", "geth", validators=3) as network, Client(network.urls) as client:
        federation = found(RemoteChain(client), [manager], quorum=1, fee=FED)
        deployments.write(federation.deployment, folder / "deployments")
        yield People(network, federation, folder)


def until(what: str, holds: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end, f"never came: {what}"
        time.sleep(0.2)


def newest(urls: list[str]) -> int:
    return max(number or 0 for number in heights(urls))


def greet(client: Client) -> int | None:
    """The block of a transaction by an account that has never had a coin."""
    account = new_account()
    call = Call(account.address, b"hello", "greet", ())
    receipt = Sender(client, account).send(call, deadline=client.now() + 60)
    return receipt.block if receipt else None


@pytest.fixture(scope="module")
def proposer(people: People) -> Cli:
    """A member without a coin that has proposed a task."""
    ada = people("ada")
    create_account(people.folder / "ada.json", lambda: PASSWORD, iterations=2)
    ada.ok("account", "faucet")
    people("manager").ok("manager", "admit", ada.json("member", "apply")["application"])
    ada.ok("task", "propose", people.folder / "task.toml", "--preset", "bflc")
    return ada


def test_who_has_no_coin_mints_trial_tokens_by_its_own_key(people: People) -> None:
    """The nodes keep their validators' accounts, which hold nothing either."""
    address = create_account(people.folder / "bea.json", lambda: PASSWORD, iterations=2).address
    assert people("bea").json("account", "faucet") == {"address": address, "coins": 0, "tokens": FED}
    other = new_account().address
    said = people("bea").ok("account", "faucet", other, "--tokens", "2")
    assert said.startswith(f"{other} received 2 FED; no coins: ")
    assert people.federation.token.balance_of(other) == 2 * FED
    assert "no coins: " in people("bea").refused("account", "faucet", "--coins", "1")


def test_cliques_blocks_are_final_once_most_signers_have_followed(people: People) -> None:
    with Client(people.network.urls) as client:
        assert str(finality(client)) == "blocks are final after 2 more blocks (Clique)"


def test_every_log_search_goes_in_small_steps_where_a_node_allows_no_more(people: People, proposer: Cli) -> None:
    """In Besu's words."""
    first = people.network.urls[0]
    asked = (("member", "list"), ("manager", "pending"), ("task", "list"), ("earnings",))
    expected = [people("ada", first).json(*words) for words in asked]
    assert proposer
    assert expected[0], "there is a member"
    assert len(expected[2]) == 1
    until("a past that is too long", lambda: height(first) > people.federation.deployment.first_block + 60)
    with Session() as session, rpc_proxy(HttpConnection(first, 10.0, session)) as proxy:
        proxy.rules = [limit_logs(20, -32005, "Requested range exceeds maximum RPC range limit")]
        assert [people("ada", proxy.url).json(*words) for words in asked] == expected
        told = people.diagnosis("ada", proxy.url)["logs"]
    most = "answers logs in ranges of 20 blocks at most: searches take longer"
    assert (told["state"], told["message"]) == ("doubt", f"{proxy.url} {most}")


# ------------------------------------------------------ nodes that are behind


@contextmanager
def alone(network: LocalNetwork) -> Iterator[None]:
    """The first validator has no peers; afterwards it starts anew, and finds them again."""
    validator = network.network.chosen([1])[0]
    place = network.network.place(validator)
    kept = {file: file.read_text() for file in (place / "run", place / "config.toml")}
    network.kill(1)
    (place / "run").write_text(kept[place / "run"].replace("--nodiscover", "--nodiscover --maxpeers 0"))
    (place / "config.toml").write_text("[Node.P2P]\nStaticNodes = []\n")
    network.start(1)
    try:
        yield
    finally:
        network.kill(1)
        for file, text in kept.items():
            file.write_text(text)
        network.start(1)


def follow(client: Client, urls: list[str], seconds: float) -> list[int]:
    """How far the client's head is behind the newest that nodes told before; never an error."""
    lags, end = [], time.monotonic() + seconds
    while time.monotonic() < end:
        before = newest(urls)
        lags.append(before - client.head().number)
        time.sleep(0.1)
    return lags


def test_a_node_that_lost_its_peers_is_left_and_so_is_one_that_starts_behind(people: People, proposer: Cli) -> None:
    network, (first, *others) = people.network, people.network.urls
    assert proposer
    with Client(network.urls) as client:
        assert greet(client)
        with alone(network):
            stood = height(first)
            until("blocks of the others", lambda: newest(others) > stood + 5)
            assert height(first) <= stood + 1, "alone it makes one block at most"
            with Client(network.urls) as fresh:
                for one in (client, fresh):
                    assert max(follow(one, others, 2)) <= MAX_LAG
                    assert greet(one)
            told = people.diagnosis("ada")["nodes"]
            assert told["state"] == "doubt"
            assert told["message"].startswith(f"{first} stands at block {height(first)} and is ")
        assert max(follow(client, others, 20)) <= MAX_LAG, "it starts behind the others"
        with Client(network.urls) as fresh:
            assert max(follow(fresh, others, 2)) <= MAX_LAG
        until("all of the chain", lambda: height(first) >= newest(others) - 1)
    assert people.diagnosis("ada")["nodes"]["state"] == "fine"


# --------------------------------------------------------------------- a halt


@contextmanager
def stopped(network: LocalNetwork, *numbers: int) -> Iterator[None]:
    """These validators hang."""
    for number in numbers:
        os.killpg(network.processes[number].pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for number in numbers:
            os.killpg(network.processes[number].pid, signal.SIGCONT)


def test_a_halt_of_most_signers_is_told_once_and_so_is_its_end(
    people: People, proposer: Cli, caplog: pytest.LogCaptureFixture
) -> None:
    network, first = people.network, people.network.urls[0]
    until("a past that shows a pace", lambda: height(first) > 80)
    with caplog.at_level(logging.INFO, "folkmoot.chain"), Client(network.urls) as client:
        until("a known pace", lambda: client.head() and client.interval())
        assert "the chain stands" not in proposer.ok("status", "--rpc", first)
        with stopped(network, 2, 3):
            until("a halt", lambda: client.now() and client.halted_for())
            follow(client, [first], 5)
            assert "the chain stands" in proposer.ok("status", "--rpc", first)
            assert proposer.json("status", "--rpc", first)["block"]["stands"] is True
            assert "the chain stands" in people.diagnosis("ada", first)["clock"]["message"]
        until("its end", lambda: client.now() and not client.halted_for())
        assert greet(client)
    told = [record.message for record in caplog.records if record.name == "folkmoot.chain.clock"]
    assert [message.partition(":")[0].partition(" after")[0] for message in told] == [
        "the chain stands", "the chain goes on",
    ]  # fmt: skip
