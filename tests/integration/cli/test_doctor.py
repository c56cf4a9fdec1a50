"""`doctor` on a real chain."""

import json
import re
from pathlib import Path

import pytest
from requests import Session

from folkmoot.aggregation import registry
from folkmoot.chain import Client, Sender, deployments
from folkmoot.chain.accounts import save_account
from folkmoot.chain.connection import HttpConnection
from folkmoot.store import LocalStore
from folkmoot.testing import LocalChain, free_port, run_anvil
from folkmoot.testing.anvil import FREE_GAS
from folkmoot.testing.rpc_faults import fail, limit_logs
from folkmoot.testing.rpc_proxy import rpc_proxy
from tests.integration.cli.people import PASSWORD, SMALL, Crew, People, diagnosis, propose
from tests.support.cli import Cli
from tests.support.network import found

SICK = """
import folkmoot.learning as f

print("This is no JSON")


class Sick(f.TorchLearner):
    "Fails at a worker's first step."

    def load(self, weights):
        raise RuntimeError("no load")


def learner(descriptor):
    return Sick(f.mlp(**descriptor.arguments), *f.split_member(f.load_digits(), 0.25, seed=0))
"""


def test_the_doctor_finds_everything_in_order(crew: Crew) -> None:
    found = {entry["check"]: entry for entry in crew("t0").json("doctor")}
    assert {entry["state"] for entry in found.values()} == {"fine"}
    assert found["membership"]["message"] == "a member of the federation"
    assert re.fullmatch(r"1348 samples to train on; model 0 scores [0-9.]+ % \(accuracy\)", found["learner"]["message"])


def test_the_doctor_sends_only_when_it_is_asked_to(crew: Crew, people: People) -> None:
    client, (sender, *_) = people.network.client, crew.trainers
    before, nonce = client.head().number, client.next_nonce(sender.address)
    assert "sending" not in {entry["check"] for entry in crew("t0").json("doctor")}
    assert client.next_nonce(sender.address) == nonce
    found = {entry["check"]: entry for entry in crew("t0").json("doctor", "--send")}
    sent = re.fullmatch(r"a call without effect is in block (\d+)", found["sending"]["message"])
    assert sent
    assert before < int(sent[1]) <= client.head().number
    assert client.next_nonce(sender.address) == nonce + 1


@pytest.mark.parametrize(
    ("code", "words", "told"),
    [
        (-32007, "Sender account not authorized to send transactions", "allow-list"),
        (-32000, "account does not have permission for this operation", "allow-list"),
        (-32009, "Gas price below configured minimum gas price", "more than was offered|holds 0 wei"),
    ],
)
def test_the_doctor_tells_by_sending_what_shows_only_so(
    crew: Crew, people: People, code: int, words: str, told: str
) -> None:
    with Session() as session, rpc_proxy(HttpConnection(people.network.urls[0], 10.0, session)) as proxy:
        proxy.rules = [fail(code, words, {"eth_sendRawTransaction"})]
        answer = crew("t0").run("doctor", "--json", "--send", "--rpc", proxy.url)
    found = {entry["check"]: entry for entry in json.loads(answer.stdout)}
    assert (answer.exit_code, found["sending"]["state"]) == (1, "wrong")
    assert re.search(told, found["sending"]["message"])
    assert {entry["state"] for name, entry in found.items() if name != "sending"} == {"fine"}


@pytest.mark.parametrize(
    ("settings", "check", "told"),
    [
        ('data = "no.npz"', "learner", "there is no dataset"),
        ('store = "elsewhere"', "store", "there is no blob store"),
        ('store = "empty"', "blobs", "is not in the store"),
        ('deployments = "elsewhere"', "record", "no federation is recorded in"),
        ('plugin = "broken.py"', "learner", "it defines no function learner(descriptor)"),
        ('plugin = "sick.py"', "learner", "sick.py, line 11: RuntimeError: no load"),
        ('plugin = "leaving.py"', "learner", "leaving.py, line 2: SystemExit: 0"),
        (f'plugin = "{"n" * 300}"', "learner", "there is no file"),
        (f'state = "{"n" * 300}"', "journal", "File name too long"),
        ("task = 4711", "task", "the federation has no task 4711"),
    ],
)
def test_the_doctor_finds_what_is_wrong(crew: Crew, settings: str, check: str, told: str) -> None:
    Path("empty").mkdir(exist_ok=True)
    Path("broken.py").write_text("")
    Path("sick.py").write_text(SICK)
    Path("leaving.py").write_text("import sys\nsys.exit(0)\n")
    task = "" if settings.startswith("task") else f'task = "{crew.task.address}"\n'
    Path("sick.toml").write_text(f"{task}{settings}\n")
    result = crew.people("t0").run("doctor", "--json", "--config", "sick.toml")
    assert result.exit_code == 1
    wrong = [entry for entry in json.loads(result.stdout) if entry["state"] == "wrong"]
    assert [entry["check"] for entry in wrong] == [check]
    assert told in wrong[0]["message"]
    assert wrong[0]["hint"]


def test_a_model_that_the_store_lost_is_told_with_the_way_out(people: People, crew_members: dict[str, Sender]) -> None:
    crew = propose(people, dict(reversed(crew_members.items())))  # others than those whose pay is tested
    crew.start("0")
    crew.play()
    attested = [seat.address for seat in crew.seats[:2]]
    store = LocalStore(people.folder / "blobs")
    store.remove(crew.task.ledger(1))
    found = diagnosis(crew)["blobs"]
    assert (found["state"], found["message"]) == ("wrong", "the store has no model 1, the latest")
    assert f"workers with a copy publish it again; attested by {', '.join(attested)}; " in found["hint"]
    way_out = found["hint"].partition("folkmoot ")[2].removesuffix(" --committee ADDRESS,...").split()
    assert way_out == ["manager", "roll-back", "0"]
    people.propose_or_confirm(*way_out[1:], "--task", crew.task.address, *crew.committee())
    assert diagnosis(crew)["blobs"]["state"] == "fine"


def test_before_the_first_task_there_need_be_no_store(people: People, tmp_path: Path) -> None:
    network = found(people.network.chain)
    deployments.write(network.deployment, tmp_path)
    cli = Cli(tmp_path, ("--deployments", str(tmp_path), "--store", str(tmp_path / "blobs")), {"RPC": network.urls[0]})
    (store,) = (e for e in json.loads(cli.run("doctor", "--json").stdout) if e["check"] == "store")
    assert (store["state"], store["hint"]) == ("doubt", "the first proposal makes it; all members share it")


def test_a_finished_task_is_in_order(people: People, crew_members: dict[str, Sender]) -> None:
    Path("one.toml").write_text(SMALL.replace("total_rounds = 3", "total_rounds = 1"))
    crew = propose(people, dict(reversed(crew_members.items())), "one.toml")  # others than those whose pay is tested
    crew.start("0")
    crew.play()
    found = {entry["check"]: entry for entry in crew("t0").json("doctor")}
    assert found["task"]["state"] == "fine"
    assert found["task"]["message"] == f"{crew.task.address}: finished, round 0; nothing is left to do in it"


def test_the_doctor_misses_the_tasks_aggregation_rule(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(registry._RULES, "fedavg/1")
    found = diagnosis(crew)
    assert found["learner"]["state"] == "wrong"
    assert found["learner"]["hint"] == f"known are {', '.join(registry.rules())}"
    assert found["learner"]["message"] == "no aggregation rule 'fedavg/1'"


def test_the_doctor_compares_nodes_and_clocks(people: People) -> None:
    def found(*urls: str) -> dict[str, tuple[str, str]]:
        rpc = [word for url in urls for word in ("--rpc", url)]
        answer = json.loads(people("m0").run("doctor", "--json", *rpc).stdout)
        return {entry["check"]: (entry["state"], entry["message"]) for entry in answer}

    malformed = found(people.network.urls[0], "htp:/nowhere")["nodes"]
    assert malformed[0] == "wrong"
    assert malformed[1].startswith("'htp:/nowhere' is no URL of a node: ")
    chain_id = str(people.network.client.chain_id)
    here, nowhere = people.network.urls[0], f"http://127.0.0.1:{free_port()}"
    assert found(here, nowhere)["nodes"] == ("doubt", f"no answer from {nowhere}: connection refused")
    with run_anvil("--chain-id", "99") as other:
        other.pass_time(3_600)
        other.mine()
        state, message = found(here, other.url)["nodes"]
        assert (state, *re.findall(r"(\S+): (\d+) begun with 0x", message)) == (
            "wrong", (f"({here}", chain_id), (other.url, "99"),
        )  # fmt: skip
        alone = found(other.url)
    with run_anvil("--chain-id", chain_id, "--timestamp", "1700000000") as anew:
        state, message = found(here, anew.url)["nodes"]
    assert state == "wrong", "local chains share their ids, but not their first blocks"
    assert message.count(f"{chain_id} begun with 0x") == 2
    assert alone["nodes"][0] == "fine"
    assert alone["clock"][0] == "doubt"
    assert alone["clock"][1].startswith("the chain is 1 h")
    assert alone["record"] == ("wrong", f"no federation is recorded in {Path('deployments/99.json')}")


def test_the_doctor_tells_which_node_searches_few_blocks_for_logs(crew: Crew, people: People) -> None:
    """In Besu's words; the chain is long enough to show it."""
    people.network.pass_blocks(21)
    with Session() as session, rpc_proxy(HttpConnection(people.network.urls[0], 10.0, session)) as proxy:
        proxy.rules = [limit_logs(20, -32005, "Requested range exceeds maximum RPC range limit")]
        found = {e["check"]: e for e in crew("t0").json("doctor", "--rpc", people.network.urls[0], "--rpc", proxy.url)}
    states = {entry["state"] for name, entry in found.items() if name != "logs"}
    assert (found["logs"]["state"], states) == ("doubt", {"fine"})
    most = "answers logs in ranges of 20 blocks at most: searches take longer"
    assert found["logs"]["message"] == f"{proxy.url} {most}"


def test_the_doctor_tells_which_node_answers_no_logs(crew: Crew, people: People) -> None:
    with Session() as session, rpc_proxy(HttpConnection(people.network.urls[0], 10.0, session)) as proxy:
        proxy.rules = [fail(-32601, "Method not found", {"eth_getLogs"})]
        found = {e["check"]: e for e in crew("t0").json("doctor", "--rpc", people.network.urls[0], "--rpc", proxy.url)}
    assert found["logs"]["state"] == "doubt"
    assert found["logs"]["message"].startswith(f"{proxy.url} answers no logs: ")


@pytest.mark.usefixtures("anvil")
def test_the_doctor_says_how_soon_blocks_are_final(crew: Crew) -> None:
    assert diagnosis(crew)["finality"]["message"] == "blocks are final at once"


@pytest.mark.parametrize(
    ("options", "evm", "base_fee", "coins", "state"),
    [
        (FREE_GAS, "london", 0, 0, "doubt"),
        (FREE_GAS, "london", 0, 1, "fine"),
        (FREE_GAS, "london", 1, 0, "wrong"),
        (("--gas-price", "0"), "berlin", None, 0, "fine"),
    ],
    ids=["may rise", "has a coin", "rose", "cannot rise"],
)
def test_the_doctor_advises_where_free_gas_hangs_on_the_base_fee(
    options: tuple[str, ...], evm: str, base_fee: int | None, coins: int, state: str, tmp_path: Path
) -> None:
    key, password = tmp_path / "key.json", tmp_path / "password"
    password.write_text(PASSWORD)
    with run_anvil(*options, evm=evm) as chain, Client([chain.url], connect=chain.connect) as client:
        network = found(LocalChain(chain, client))
        deployments.write(network.deployment, tmp_path)
        save_account(network.managers[0]._account, key, lambda: PASSWORD, iterations=2)
        chain.ask("anvil_setBalance", network.managers[0].address, hex(coins))
        if base_fee is not None:
            chain.ask("anvil_setNextBlockBaseFeePerGas", hex(base_fee))
            chain.mine()
        options = ("--deployments", str(tmp_path), "--keystore", str(key), "--password-file", str(password))
        told = json.loads(Cli(tmp_path, options, {"RPC": chain.url}).run("doctor", "--json").stdout)
    (balances,) = (entry for entry in told if entry["check"] == "balances")
    assert balances["state"] == state
    assert ("1 wei" in balances["message"], "zeroBaseFee" in balances["hint"]) == ((state == "doubt"),) * 2
    assert ("gas was free here" in balances["hint"]) == (state == "wrong")
