"""The command line on a real chain with a real federation, as its people use it."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed

from folkmoot.aggregation import registry
from folkmoot.chain import Client, Sender, TaskContract, create_account, deployments, load_account
from folkmoot.cli.output import timestamp
from folkmoot.learning import accuracy, load_digits, mlp
from folkmoot.store import LocalStore
from folkmoot.testing import Anvil, LocalChain, found, free_port, run_anvil
from folkmoot.worker import TaskBlobs, fetch_descriptor
from tests.support.cli import Cli
from tests.support.network import Network
from tools import contracts

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "correct horse battery staple"  # noqa: S105 - opens nothing but these tests' keystores
FED = 10**18
FEE = 5 * FED
PATIENCE = 90  # real seconds, only to bound how long a failing test hangs

SMALL = """
total_rounds = 3
committee = 3
updates_per_round = 3
min_updates = 2
max_updates = 3
max_enrolled = 20
enrolling_window = 5000
training_window = 5000
committing_window = 5000
revealing_window = 5000
aggregating_window = 5000
"""


@dataclass(frozen=True, slots=True)
class People:
    """A federation of three managers, two of whom decide, in one folder with everybody's keystores."""

    network: Network
    folder: Path

    def __call__(self, name: str) -> Cli:
        """The command line of somebody."""
        options = ("--keystore", f"{name}.json", "--password-file", "password")
        return Cli(self.folder, options, {"RPC": self.network.anvil.url})

    def account(self, name: str) -> Sender:
        """A new account with coins, and its keystore."""
        return self.network.sender(create_account(self.folder / f"{name}.json", lambda: PASSWORD, iterations=2))

    def member(self, name: str) -> Sender:
        """A new member."""
        self.account(name)
        self(name).ok("account", "fund")
        number = self(name).json("member", "apply")["application"]
        self.network.propose_or_confirm(self.network.federation.admit(number))
        return Sender(self.network.client, load_account(self.folder / f"{name}.json", lambda: PASSWORD))

    def propose_or_confirm(self, *words: object) -> None:
        """Two managers say the same."""
        assert [self(name).json("manager", *words)["executed"] for name in ("m0", "m1")] == [False, True]


@pytest.fixture(scope="module")
def chain() -> Iterator[Anvil]:
    """A chain of its own, since other tests move the time."""
    with run_anvil() as anvil:
        yield anvil


@pytest.fixture(scope="module")
def founded(chain: Anvil, tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    contracts.build()
    folder = tmp_path_factory.mktemp("federation")
    (folder / "password").write_text(PASSWORD)
    (folder / "password").chmod(0o600)
    (folder / "blobs").mkdir()
    (folder / "small.toml").write_text(SMALL)
    managers = [create_account(folder / f"m{i}.json", lambda: PASSWORD, iterations=2) for i in range(3)]
    with Client([chain.url]) as client:
        federation = found(LocalChain(chain, client), managers, fee=FEE, contracts=contracts.CONTRACTS)
        deployment = federation.deployment
        deployments.write(deployment, folder / "deployments")
        senders = tuple(Sender(client, chain.fund(manager)) for manager in managers)
        yield People(Network(chain, client, deployment, senders), folder)


@pytest.fixture
def people(founded: People, monkeypatch: pytest.MonkeyPatch) -> People:
    monkeypatch.chdir(founded.folder)
    return founded


# ------------------------------------------------------------------ membership


def test_the_way_in(people: People) -> None:
    alice = people("alice")
    address = alice.json("account", "new")["address"]
    assert alice.json("account", "show")["membership"] == "none"
    told = alice.refused("member", "apply")
    assert f"{address} lacks 5 FED and " in told
    assert " ETH for gas; the fee is 5 FED\nhint: " in told
    assert "account fund" in told

    assert alice.json("account", "fund") == {"address": address, "coins": FED, "tokens": FEE}
    number = alice.json("member", "apply")["application"]
    assert {"application": number, "member": address, "fee": FEE} in alice.json("manager", "pending")["applications"]
    shown = alice.json("member", "status")
    assert (shown["membership"], shown["application"], shown["tokens"]) == ("applied", number, 0)

    said = people("m0").json("manager", "admit", number)
    assert (said["confirmations"], said["quorum"], said["executed"]) == (1, 2, False)
    assert said["words"] == f"admit {address} by application {number}"
    (waiting,) = [a for a in alice.json("manager", "pending")["actions"] if a["action"] == said["action"]]
    assert (waiting["call"], waiting["arguments"]) == ("admit", {"application": number})
    assert waiting["confirmers"] == [people.network.managers[0].address]
    assert people("m1").json("manager", "confirm", said["action"][:10])["executed"]

    assert alice.json("member", "status")["membership"] == "admitted"
    pending = alice.json("manager", "pending")
    assert [a for a in pending["applications"] if a["member"] == address] == []
    assert [a for a in pending["actions"] if a["action"] == said["action"]] == []


def test_an_application_is_withdrawn_and_its_fee_had_back(people: People) -> None:
    people.account("bob")
    bob = people("bob")
    bob.ok("account", "fund", "--tokens", "7.5")
    bob.ok("member", "apply")
    assert bob.json("member", "withdraw")["owed"] == FEE
    earned = bob.json("earnings")
    assert [earned[name] for name in ("refunded", "owed", "withdrawn", "earned")] == [FEE, FEE, 0, 0]
    assert bob.json("withdraw")["amount"] == FEE
    found = bob.json("member", "status")
    assert (found["membership"], found["tokens"], found["owed"]) == ("none", 75 * FED // 10, 0)
    assert bob.json("earnings")["withdrawn"] == FEE


def test_a_rejected_applicant_named_by_its_address(people: People) -> None:
    carol = people.account("carol").address
    people("carol").ok("account", "fund")
    people("carol").ok("member", "apply")
    people.propose_or_confirm("reject", carol)
    assert people("carol").json("member", "status")["membership"] == "none"
    assert people("m0").refused("manager", "admit", carol).startswith(f"error: {carol} has no open application")


def test_leaving_asks_first(people: People) -> None:
    people.member("dave")
    dave = people("dave")
    assert dave.run("member", "leave", answers="n\n").exit_code == 1
    assert dave.json("member", "status")["membership"] == "admitted"
    dave.ok("member", "leave", "--yes")
    assert dave.json("member", "status")["membership"] == "left"


@pytest.fixture
def subscriber(people: People) -> Iterator[Cli]:
    """A member that has paid for an hour, which everybody pays for; afterwards no time has passed."""
    anvil, kim = people.network.anvil, people("kim")
    people.account("kim")
    snapshot = anvil.ask("evm_snapshot")
    people.propose_or_confirm("period", "1h")
    kim.ok("account", "fund")
    people.propose_or_confirm("admit", kim.json("member", "apply")["application"])
    yield kim
    anvil.ask("evm_revert", snapshot)
    (people.folder / "kim.json").unlink()


def membership(cli: Cli) -> tuple[str, str, str]:
    """What the doctor finds of it."""
    entries = {entry["check"]: entry for entry in json.loads(cli.run("doctor", "--json").stdout)}
    return tuple(entries["membership"][name] for name in ("state", "message", "hint"))  # type: ignore[return-value]


def listed(cli: Cli, address: str) -> list[dict[str, object]]:
    return [entry for entry in cli.json("member", "list") if entry["address"] == address]


def pass_time(people: People, seconds: int) -> None:
    people.network.anvil.pass_time(seconds)
    people.network.anvil.mine()


def test_a_membership_is_renewed(people: People, subscriber: Cli) -> None:
    shown = subscriber.json("member", "status")
    address, end = shown["address"], shown["paid_until"]
    assert end == people.network.federation.account_of(address).paid_until
    assert listed(subscriber, address) == [{"address": address, "paid_until": end, "past_due": False}]
    assert membership(subscriber) == ("fine", "a member of the federation", "")
    assert "lacks 5 FED; the fee is 5 FED" in subscriber.refused("member", "renew")

    subscriber.ok("account", "fund")
    pool = people.network.treasury.pool()
    renewed = subscriber.json("member", "renew")
    assert (renewed["fee"], renewed["paid_until"]) == (FEE, end + 3_600)
    assert people.network.treasury.pool() == pool + FEE
    assert subscriber.json("member", "status")["paid_until"] == end + 3_600


def test_a_membership_that_is_past_due_lapses(people: People, subscriber: Cli) -> None:
    shown, stranger = subscriber.json("member", "status"), people("lee")
    address, end = shown["address"], shown["paid_until"]
    people.account("lee")
    told = stranger.refused("member", "expire", address)
    assert told.startswith(f"error: {address} has paid until ")

    pass_time(people, end - people.network.client.now() - 300)
    state, message, hint = membership(subscriber)
    assert (state, hint) == ("doubt", "folkmoot member renew")
    assert message.startswith("the membership is paid for ")
    assert message.endswith(f" more, until {timestamp(end)}")

    pass_time(people, 400)
    assert membership(subscriber)[1] == f"the membership is past due since {timestamp(end)}, and anyone may end it"
    assert listed(stranger, address) == [{"address": address, "paid_until": end, "past_due": True}]
    assert subscriber.json("member", "status")["membership"] == "admitted"
    stranger.ok("member", "expire", address)
    shown = subscriber.json("member", "status")
    assert (shown["membership"], shown["paid_until"]) == ("left", None)
    assert listed(stranger, address) == []
    assert "is not a member of the federation" in subscriber.refused("member", "renew")
    subscriber.ok("account", "fund")
    subscriber.ok("member", "apply")


def test_who_has_paid_for_ever_has_nothing_to_renew(people: People) -> None:
    mia = people.member("mia").address
    assert people("mia").json("member", "status")["paid_until"] == 0
    assert "for ever" in people("mia").ok("member", "status")
    assert "for ever" in people("mia").ok("member", "list")
    told = people("mia").refused("member", "renew")
    assert told == f"error: the membership of {mia} does not expire\nhint: there is nothing to renew\n"


# -------------------------------------------------------------------- managers


def test_managers_change_the_federation(people: People) -> None:
    erin, frank = people.account("erin").address, people.account("frank").address
    before = people("m0").json("manager", "list")
    people.propose_or_confirm("fee", "6.25")
    people.propose_or_confirm("period", "30d")
    people.propose_or_confirm("add", erin)
    people.propose_or_confirm("replace", erin, frank)
    people.propose_or_confirm("quorum", 3)
    now = people("m0").json("manager", "list")
    assert (now["fee"], now["period"], now["quorum"]) == (625 * FED // 100, 30 * 86_400, 3)
    assert "6.25 FED for 30 d" in people("m0").ok("manager", "list")
    assert set(now["managers"]) - set(before["managers"]) == {frank}
    said = [people(name).json("manager", "quorum", 2) for name in ("m0", "m1", "frank")]
    assert [answer["executed"] for answer in said] == [False, False, True]
    people.propose_or_confirm("remove", frank)
    people.propose_or_confirm("fee", "5")
    people.propose_or_confirm("period", "0")
    after = people("m0").json("manager", "list")
    assert after | {"pool": before["pool"]} == before


def test_a_ban_and_its_end(people: People) -> None:
    grace = people.member("grace").address
    people.propose_or_confirm("ban", grace)
    assert people("grace").json("member", "status")["membership"] == "banned"
    told = people("grace").refused("member", "apply")
    assert told.startswith(f"error: {grace} is banned in the federation")
    assert "ask the managers" in people("grace").run("doctor").stdout
    people.propose_or_confirm("unban", grace)
    assert people("grace").json("member", "status")["membership"] == "none"


def test_a_confirmation_is_taken_back(people: People) -> None:
    somebody = people.account("heidi").address
    said = people("m0").json("manager", "add", somebody)
    assert people("m0").json("manager", "revoke", said["action"])["action"] == said["action"]
    assert [a for a in people("m0").json("manager", "pending")["actions"] if a["action"] == said["action"]] == []
    told = people("m1").refused("manager", "confirm", said["action"])
    assert told.startswith(f"error: no pending action has a name starting with {said['action']}")
    assert "`manager pending`" in told


def test_who_is_no_manager_decides_nothing(people: People) -> None:
    ivan = people.account("ivan").address
    told = people("ivan").refused("manager", "ban", ivan)
    assert told == (
        f"error: {ivan} is not a manager of the federation\nhint: ask a manager, or use a manager's account\n"
    )


# ----------------------------------------------------------------------- tasks


@dataclass(frozen=True, slots=True)
class Crew:
    """A task with its six members: three seats and three trainers."""

    people: People
    task: TaskContract
    members: dict[str, Sender]

    @property
    def seats(self) -> list[Sender]:
        return list(self.members.values())[:3]

    @property
    def trainers(self) -> list[Sender]:
        return list(self.members.values())[3:]

    def __call__(self, name: str) -> Cli:
        """The command line of somebody, for this task."""
        cli = self.people(name)
        return Cli(cli.folder, (*cli.options, "--task", self.task.address), cli.environment)

    def committee(self) -> list[str]:
        return [word for seat in self.seats for word in ("--committee", seat.address)]

    def approve(self, budget: str) -> None:
        words = ("task", "approve", "--budget", budget, *self.committee())
        assert [self(name).json(*words)["executed"] for name in ("m0", "m1")] == [False, True]

    def enrol(self) -> None:
        for name in self.members:
            self(name).ok("task", "enrol")

    def start(self, budget: str) -> None:
        """Everybody enrols, and round 0 opens with this budget."""
        if int(budget):
            self("s0").ok("account", "fund", "--tokens", budget)
            self("s0").ok("deposit", budget)
        self.approve(budget)
        self.enrol()
        self("t0").ok("task", "start")

    def blobs(self) -> TaskBlobs:
        parameters = self.task.parameters()
        store = LocalStore(self.people.folder / "blobs")
        descriptor = fetch_descriptor(store, parameters.descriptor)
        return TaskBlobs(store, descriptor, task=self.task.address, first_model=parameters.model)


@pytest.fixture(scope="module")
def crew_members(founded: People) -> dict[str, Sender]:
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(founded.folder)
        return {name: founded.member(name) for name in ("s0", "s1", "s2", "t0", "t1", "t2")}


@pytest.fixture
def crew(people: People, crew_members: dict[str, Sender]) -> Crew:
    """With a task that is only proposed."""
    return propose(people, crew_members)


def propose(people: People, members: dict[str, Sender]) -> Crew:
    made = people("s0").json("task", "propose", "small.toml")
    return Crew(people, TaskContract(people.network.client, made["task"]), members)


def test_a_proposal_is_listed_shown_and_cancelled(crew: Crew) -> None:
    (listed,) = [task for task in crew("s0").json("task", "list") if task["task"] == crew.task.address]
    assert (listed["name"], listed["phase"], listed["proposer"]) == ("digits", "proposed", crew.seats[0].address)
    shown = crew("s0").json("task", "show")
    assert shown["parameters"]["score_rule"] == "MedianScore"
    assert shown["parameters"]["training_window"] == 5_000
    assert (shown["descriptor"]["model"], shown["descriptor"]["epochs"]) == ("folkmoot/mlp", 5)
    assert "1 h 23 min" in crew("s0").ok("task", "show")
    by_number = crew.people("s0").json("task", "show", "--task", listed["number"])
    assert by_number == shown

    assert "did not propose the task" in crew("s1").refused("task", "cancel")
    crew("s0").ok("task", "cancel")
    assert crew("s0").json("status")["phase"] == "cancelled"
    found = diagnosis(crew)["task"]
    assert (found["state"], found["message"]) == ("wrong", f"{crew.task.address}: cancelled, round 0")
    assert "`task list`" in found["hint"]


def test_a_task_is_shown_where_its_descriptor_is_missing(crew: Crew) -> None:
    Path("bare").mkdir(exist_ok=True)
    shown = crew("s0").json("task", "show", "--store", "bare")
    assert (shown["parameters"]["training_window"], shown["descriptor"]) == (5_000, None)
    told = crew("s0").ok("task", "show", "--store", "bare")
    assert "MedianScore" in told
    assert "The descriptor cannot be shown: Qm" in told


def test_no_such_task(people: People) -> None:
    for named in ("4711", "0x" + "ab" * 20, "digits"):
        told = people("m0").refused("status", "--task", named)
        assert told.startswith("error: the federation has no task ")
        assert ", numbered from 0\n" in told


def test_strangers_propose_nothing(people: People) -> None:
    judy = people.account("judy").address
    told = people("judy").refused("task", "propose", "small.toml")
    assert told.startswith(f"error: {judy} is not a member of the federation\nhint: apply for membership")


def test_a_parameter_out_of_bounds(people: People) -> None:
    Path("wrong.toml").write_text(SMALL.replace("min_updates = 2", "min_updates = 4"))
    told = people("m0").refused("task", "propose", "wrong.toml")
    assert told.startswith("error: the parameter minUpdates is out of bounds: 4\nhint: ")


def test_the_way_to_the_start(crew: Crew) -> None:
    waits = crew("s0").json("status")
    assert (waits["phase"], waits["waiting"]) == ("proposed", "the managers to approve the task")
    crew.approve("30")
    crew("s0").ok("task", "enrol")
    enrolling = crew("s0").json("status")
    assert (enrolling["phase"], enrolling["acted"]) == ("enrolling", [crew.seats[0].address])
    assert enrolling["missing"] == [seat.address for seat in crew.seats[1:]]
    assert 0 < enrolling["seconds_left"] <= 5_000
    assert "takes no part in this task" in crew("t0").refused("task", "start")
    assert "takes part in this task already" in crew("s0").refused("task", "enrol")
    assert "the task can still start until" in crew("s0").refused("task", "expire")


def test_status_reminds_members_of_the_fee(crew: Crew, subscriber: Cli) -> None:
    words = ("status", "--task", crew.task.address)
    assert "member renew" not in subscriber.ok(*words)
    pass_time(crew.people, 4_000)
    assert "past due" in subscriber.ok(*words)
    assert "renew it by: folkmoot member renew" in subscriber.ok(*words)
    assert "member renew" not in crew("t0").ok("status"), "it has paid for ever"
    assert subscriber.json(*words)["phase"] == "proposed"


def test_with_bift_one_task_follows_another(crew: Crew) -> None:
    told = crew("s0").refused("task", "propose", "small.toml", "--preset", "bift")
    assert ": with bift one follows another\nhint: wait for its end" in told
    assert "no preset 'bft'" in crew("s0").refused("task", "propose", "small.toml", "--preset", "bft")
    Path("lights.toml").write_text('name = "lights"\n')
    made = crew.people("t0").json("task", "propose", "lights.toml", "--preset", "bift")
    shown = crew.people("t0").json("task", "show", "--task", str(made["number"]))
    assert (shown["parameters"]["score_rule"], shown["parameters"]["redraw"]) == ("Availability", True)
    crew.people("t0").ok("task", "cancel", "--task", str(made["number"]))


def test_a_budget_beyond_the_pool(crew: Crew) -> None:
    pool = crew.people.network.treasury.pool()
    crew.approve(str(pool // FED + 100))
    crew.enrol()
    told = crew("s0").refused("task", "start")
    assert told.startswith(f"error: the pool holds {pool}, needed are ")
    assert "deposit into the treasury" in told
    crew("s0").ok("account", "fund", "--tokens", "100")
    assert crew("s0").json("deposit", "100")["pool"] == pool + 100 * FED
    crew("s0").ok("task", "start")
    assert crew("s0").json("status")["phase"] == "training"


def test_a_task_that_nobody_started_expires(crew: Crew) -> None:
    crew.approve("1")
    anvil = crew.people.network.anvil
    snapshot = anvil.ask("evm_snapshot")
    try:
        anvil.pass_time(5_000)
        anvil.mine()
        assert "none since" in crew("s0").ok("status")
        assert crew("s0").refused("task", "start").startswith("error: enrolment ended at ")
        crew("t0").ok("task", "expire")
        assert crew("t0").json("status")["phase"] == "expired"
        assert diagnosis(crew)["task"]["state"] == "wrong"
    finally:
        anvil.ask("evm_revert", snapshot)


def test_a_round_as_it_runs(crew: Crew) -> None:
    network, (t0, t1, t2) = crew.people.network, crew.trainers
    crew.start("0")
    network.submit(crew.task, [t0, t1])
    training = crew("s0").json("status")
    assert (training["phase"], training["round"], training["enrolled"]) == ("training", 0, 6)
    assert (training["acted"], training["missing"]) == ([t0.address, t1.address], [t2.address])
    assert training["waiting"] == "updates: 2 of 3 trainers have submitted"
    assert t2.address in crew("s0").ok("status")
    assert "is in phase Training, needed is Enrolling" in crew("t0").refused("task", "start")

    network.submit(crew.task, [t2])
    for seat in crew.seats[:2]:
        network.commit(crew.task, seat, 2_000, (6_000, 7_000, 100))
    committing = crew("s0").json("status")
    assert (committing["phase"], committing["missing"]) == ("committing", [crew.seats[2].address])
    assert [seat["committed"] for seat in committing["committee"]] == [True, True, False]
    assert 0 < committing["seconds_left"] <= 5_000


# ---------------------------------------------------------------- after a round


@pytest.fixture(scope="module")
def played(founded: People, crew_members: dict[str, Sender]) -> Crew:
    """One round is over: t1's update was the best, t0's second, t2's a fault; all numbers of model 1 are 0.25."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(founded.folder)
        crew = propose(founded, crew_members)
        crew.start("30")
    network, task, opinion = founded.network, crew.task, (6_000, 7_000, 100)
    network.submit(task, crew.trainers)
    network.judge(task, dict.fromkeys(crew.seats, (2_000, opinion)))
    network.anyone(task.settle(10))
    blobs = crew.blobs()
    weights = {name: np.full(shape, 0.25, np.float32) for name, shape in blobs.descriptor.spec.shapes.items()}
    pointer = blobs.publish(blobs.encode_model(weights, round=1, parent=task.parameters().model))
    network.attest(task, crew.seats[:2], pointer)
    network.anyone(task.close(100))
    return crew


def test_status_tells_scores_and_accuracy(people: People, played: Crew) -> None:
    assert people
    status = played("s0").json("status")
    assert (status["phase"], status["round"], status["total_rounds"]) == ("training", 1, 3)
    assert status["rounds"][0] == {
        "round": 0, "baseline": 2_000, "best": 7_000, "submitted": 3, "accepted": 2, "outcome": "model 1",
    }  # fmt: skip
    assert status["last_scores"]["round"] == 0
    assert [update["verdict"] for update in status["last_scores"]["updates"]] == ["accepted", "accepted", "fault"]
    assert {seat["member"] for seat in status["committee"]} > {played.trainers[0].address, played.trainers[1].address}
    shown = played("s0").ok("status")
    assert [text for text in ("20.00 %", "70.00 %", "model 1", "2 of 3") if text not in shown] == []


def test_models_load_into_a_module_of_ones_own(people: People, played: Crew) -> None:
    models = played("s0").json("model", "list")
    assert [(m["model"], m["stored"], m["accuracy"]) for m in models] == [(0, True, 2_000), (1, True, None)]
    assert played("s0").json("model", "get")["file"] == "model-1.safetensors"
    module = mlp(64, 10, (32,))
    module.load_state_dict(load_file(people.folder / "model-1.safetensors"))
    assert all(bool(torch.all(tensor == 0.25)) for tensor in module.state_dict().values())
    told = played("s0").refused("model", "get", "2")
    assert told == "error: there is no model 2 yet\nhint: the task has models up to 1\n"
    assert "exists already" in played("s0").refused("model", "get")


def test_a_models_accuracy_is_what_the_users_own_module_has(people: People, played: Crew) -> None:
    played("s0").ok("model", "get", "0", "--output", "first.safetensors")
    module = mlp(64, 10, (32,))
    module.load_state_dict(load_file(people.folder / "first.safetensors"))
    expected = {"model": 0, "accuracy": accuracy(module, load_digits()), "samples": 1_797}
    assert played("s0").json("model", "evaluate", "0") == expected
    assert played("s0").json("model", "evaluate", "0", "--data", "digits") == expected
    assert "there is no dataset" in played("s0").refused("model", "evaluate", "--data", "no.npz")


def test_earnings_are_told_by_block_and_withdrawn(people: People, played: Crew) -> None:
    assert people
    second, best, fault = [played(name).json("earnings") for name in ("t0", "t1", "t2")]
    (block,) = [entry for entry in best["blocks"] if entry["score"] == 7_000]
    assert (block["round"], block["block"]) == (0, 1)
    assert best["earned"] == best["owed"] == block["amount"] > second["earned"] > 0
    assert (fault["earned"], fault["blocks"]) == (0, [])
    assert played("t1").json("withdraw")["amount"] == block["amount"]
    assert played("t1").json("earnings")["withdrawn"] == block["amount"]
    assert "nothing is owed to" in played("t1").refused("withdraw")


def test_a_member_sees_its_marks(people: People, played: Crew) -> None:
    assert people
    tasks = played("t2").json("member", "status")["tasks"]
    (marks,) = [entry for entry in tasks if entry["task"] == played.task.address]
    assert (marks["strikes"], marks["stake"], marks["suspended_until"], marks["retired"]) == (1, 1, None, False)


def test_managers_steer_a_running_task(crew: Crew) -> None:
    crew.start("0")
    said = crew("m0").json("manager", "pause", "1h")
    assert said["words"].startswith(f"pause round 0 of task {crew.task.address} until ")
    crew("m2").ok("manager", "confirm", said["action"])
    paused = crew("t0").json("status")
    assert (paused["phase"], paused["waiting"]) == ("paused", "the end of the pause")
    assert 3_500 < paused["seconds_left"] <= 3_600
    assert [crew(name).json("manager", "resume")["executed"] for name in ("m0", "m1")] == [False, True]

    seats = ["--committee", ", ".join(trainer.address for trainer in crew.trainers)]
    done = [crew(name).json("manager", "roll-back", "0", *seats)["executed"] for name in ("m0", "m1")]
    assert done == [False, True]
    rolled = crew("t0").json("status")
    assert [seat["member"] for seat in rolled["committee"]] == [trainer.address for trainer in crew.trainers]
    assert [entry["outcome"] for entry in rolled["rounds"]] == ["rolled back to model 0", ""]

    crew("s0").ok("account", "fund", "--tokens", "2")
    crew("s0").ok("deposit", "2")
    assert [crew(name).json("manager", "fund", "1.5")["executed"] for name in ("m0", "m1")] == [False, True]
    assert crew("t0").json("task", "show")["budget"] == 15 * FED // 10


# ---------------------------------------------------------------- this machine


def diagnosis(crew: Crew) -> dict[str, dict[str, str]]:
    """What the doctor finds, whatever it is."""
    return {entry["check"]: entry for entry in json.loads(crew("t0").run("doctor", "--json").stdout)}


def test_the_doctor_finds_everything_in_order(crew: Crew) -> None:
    found = {entry["check"]: entry for entry in crew("t0").json("doctor")}
    assert {entry["state"] for entry in found.values()} == {"fine"}
    assert found["membership"]["message"] == "a member of the federation"
    assert found["learner"]["message"] == "1348 samples to train on"


@pytest.mark.parametrize(
    ("settings", "check", "told"),
    [
        ('data = "no.npz"', "learner", "there is no dataset"),
        ('store = "elsewhere"', "store", "there is no blob store"),
        ('store = "empty"', "blobs", "is not in the store"),
        ('deployments = "elsewhere"', "record", "no federation is recorded in"),
        ('plugin = "broken.py"', "learner", "it defines no function learner(descriptor)"),
        ("task = 4711", "task", "the federation has no task 4711"),
    ],
)
def test_the_doctor_finds_what_is_wrong(crew: Crew, settings: str, check: str, told: str) -> None:
    Path("empty").mkdir(exist_ok=True)
    Path("broken.py").write_text("")
    task = "" if settings.startswith("task") else f'task = "{crew.task.address}"\n'
    Path("sick.toml").write_text(f"{task}{settings}\n")
    result = crew.people("t0").run("doctor", "--json", "--config", "sick.toml")
    assert result.exit_code == 1
    wrong = [entry for entry in json.loads(result.stdout) if entry["state"] == "wrong"]
    assert [entry["check"] for entry in wrong] == [check]
    assert told in wrong[0]["message"]
    assert wrong[0]["hint"]


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

    here, nowhere = people.network.anvil.url, f"http://127.0.0.1:{free_port()}"
    assert found(here, nowhere)["nodes"] == ("doubt", f"no answer from {nowhere}")
    with run_anvil("--chain-id", "99") as other:
        other.pass_time(3_600)
        other.mine()
        assert found(here, other.url)["nodes"] == (
            "wrong", f"the nodes are on different chains ({here}: 31337, {other.url}: 99)",
        )  # fmt: skip
        alone = found(other.url)
    assert alone["nodes"][0] == "fine"
    assert alone["clock"][0] == "doubt"
    assert alone["clock"][1].startswith("the chain is 1 h")
    assert alone["record"] == ("wrong", f"no federation is recorded in {Path('deployments/99.json')}")


def test_a_worker_takes_part_until_it_is_stopped(crew: Crew) -> None:
    crew.approve("0")
    crew("t0").ok("worker", "init", "t0.toml", "--store", "blobs")
    with Path("t0.log").open("wb") as log:
        worker = subprocess.Popen(
            [sys.executable, "-m", "folkmoot", "worker", "--config", "t0.toml"],
            env=os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"},
            stdout=log,
            stderr=log,
        )
    try:
        until(lambda: worker.poll() is not None or crew("t0").json("status")["enrolled"] == 1)
        worker.send_signal(signal.SIGINT)
        assert worker.wait(PATIENCE) == 0, Path("t0.log").read_text()
    finally:
        worker.kill()
        worker.wait()
    said = Path("t0.log").read_text()
    assert "folkmoot.worker: done: enrol" in said
    assert said.splitlines()[-1].endswith("folkmoot.worker: stopped")
    assert PASSWORD not in said


def until(reached: Callable[[], bool]) -> None:
    Retrying(retry=retry_if_result(lambda so: not so), wait=wait_fixed(0.2), stop=stop_after_delay(PATIENCE))(reached)
