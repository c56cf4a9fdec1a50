"""`task` on a real chain."""

from dataclasses import replace
from pathlib import Path

import pytest

from folkmoot.chain import CONTRACT_ERRORS, Parameters
from folkmoot.chain.parameter_bounds import bounds, check_bounds
from folkmoot.cli import task_preset
from folkmoot.cli.output import Money, timestamp
from folkmoot.errors import ConfigError
from folkmoot.presets import preset
from folkmoot.task_config import TaskConfig, load_task_config
from tests.integration.cli.people import FED, SMALL, Crew, People, diagnosis

InvalidParameter = CONTRACT_ERRORS["InvalidParameter"]
TO_THE_POOL = "choose a smaller budget, or add to the pool: folkmoot deposit AMOUNT"


def lacks(pool: int, budget: int) -> str:
    text = Money("FED", 18).text
    return f"the pool holds {text(pool)}, needed are {text(budget)}"


def test_a_proposal_is_listed_shown_and_cancelled(crew: Crew) -> None:
    (listed,) = [task for task in crew("s0").json("task", "list") if task["task"] == crew.task.address]
    assert (listed["name"], listed["phase"], listed["proposer"]) == ("digits", "proposed", crew.seats[0].address)
    shown = crew("s0").json("task", "show")
    assert shown["parameters"]["score_rule"] == "MedianScore"
    assert shown["parameters"]["training_window"] == 5_000
    assert (shown["descriptor"]["model"], shown["descriptor"]["epochs"]) == (crew.blobs().descriptor.model, 5)
    assert (shown["phase"], shown["starts"]) == ("proposed", None)
    words = crew("s0").ok("task", "show")
    assert "1 h 23 min" in words
    assert "5000, 10000" in words
    ours = {"descriptor", "first_model", "spec"}  # which a file of settings has no names for
    named = set(TaskConfig.__dataclass_fields__) - {"seed"}
    assert {*shown["parameters"], *shown["descriptor"]} == named | ours
    by_number = crew.people("s0").json("task", "show", "--task", listed["number"])
    assert by_number == shown

    assert "is not a manager of the federation" in crew("s1").refused("task", "cancel")
    crew("s0").ok("task", "cancel")
    assert crew("s0").json("status")["phase"] == "cancelled"
    found = diagnosis(crew)["task"]
    assert (found["state"], found["message"]) == ("wrong", f"{crew.task.address}: cancelled, round 0")
    assert "folkmoot task list" in found["hint"]


def test_a_task_is_shown_where_its_descriptor_is_missing(crew: Crew) -> None:
    Path("bare").mkdir(exist_ok=True)
    shown = crew("s0").json("task", "show", "--store", "bare")
    assert (shown["parameters"]["training_window"], shown["descriptor"]) == (5_000, None)
    told = crew("s0").ok("task", "show", "--store", "bare")
    assert "MedianScore" in told
    assert "The descriptor cannot be shown: Qm" in told
    assert "there is no blob store typo" in crew("s0").ok("task", "show", "--store", "typo")
    assert not Path("typo").exists()


def test_a_tasks_name_is_no_entry_of_the_address_book(people: People, crew: Crew) -> None:
    ben = crew.seats[1].address
    Path("names.toml").write_text(f'Ben = "{ben}"\n')
    Path("posing.toml").write_text(f'{SMALL}\nname = "{ben}"\n')
    try:
        number = people("s0").json("task", "propose", "posing.toml")["number"]
        options = ("--task", number)
        for words in (("task", "list"), ("task", "show", *options), ("doctor", *options)):
            shown = people("s0").run(*words).stdout
            assert ben in shown
            assert "Ben (0x" not in shown
    finally:
        Path("names.toml").unlink()
    people("s0").ok("task", "cancel", *options)


def test_strangers_propose_nothing(people: People) -> None:
    judy = people.account("judy").address
    told = people("judy").refused("task", "propose", "small.toml")
    assert told.startswith(f"error: {judy} is not a member of the federation\nhint: apply for membership")


def test_a_parameter_out_of_bounds(people: People) -> None:
    Path("wrong.toml").write_text(SMALL.replace("min_updates = 2", "min_updates = 4"))
    told = people("m0").refused("task", "propose", "wrong.toml")
    assert told == "error: min_updates cannot be 4\nhint: at least 1, at most 3, which is updates_per_round\n"


def test_a_rule_where_there_is_no_contract(people: People) -> None:
    nobody = "0x" + "12" * 20
    Path("wrong.toml").write_text(f'{SMALL}\nreward_rule = "{nobody}"\n')
    told = people("m0").refused("task", "propose", "wrong.toml")
    assert told.startswith(f"error: reward_rule cannot be {nobody}: there is no contract\nhint: a rule of that kind ")
    assert "deployed are Availability, " in told


@pytest.mark.parametrize("source", ["raise SystemExit(0)", "def model(): raise SystemExit(0)"])
def test_a_model_that_exits_is_told_and_no_success(people: People, source: str) -> None:
    module = f"leaving_{len(source)}"
    Path(f"{module}.py").write_text(source)
    Path("leaving.toml").write_text(SMALL + f'model = "{module}:model"\narguments = {{}}\n')
    told = people("m0").refused("task", "propose", "leaving.toml")
    assert f"{module}:model" in told
    assert "SystemExit: 0" in told


def test_the_bounds_that_a_proposer_is_told_are_the_contracts(people: People) -> None:
    network = people.network
    client, manager = network.client, network.managers[0].address
    usual = network.parameters(max_enrolled=400, max_updates=300, updates_per_round=200, active_share=5_000)

    def allows(parameters: Parameters) -> bool:
        try:
            client.call(network.federation.propose_task("digits", parameters).request(manager), "latest")
        except InvalidParameter:
            return False
        return True

    def is_within(parameters: Parameters) -> bool:
        try:
            check_bounds(parameters)
        except ConfigError:
            return False
        return True

    assert allows(usual)
    compared = []
    for name, smallest, largest, _ in bounds(usual):
        kind = 255 if name in {"max_attempts", "max_empty_rounds", "max_strikes", "max_terms"} else 2**32
        edges = (edge for edge in (smallest - 1, smallest, largest, largest + 1) if 0 <= edge <= kind)
        tried = [replace(usual, **{name: edge}) for edge in edges]
        assert [is_within(each) for each in tried] == [allows(each) for each in tried], name
        compared += [is_within(each) for each in tried]
    assert compared.count(False) >= 30
    assert compared.count(True) >= 30


def test_the_way_to_the_start(crew: Crew) -> None:
    waits = crew("s0").json("status")
    assert (waits["phase"], waits["waiting"]) == ("proposed", "the managers to approve the task")
    crew.approve("0")
    crew("s0").ok("task", "enrol")
    enrolling = crew("s0").json("status")
    assert (enrolling["phase"], enrolling["acted"]) == ("enrolling", [crew.seats[0].address])
    assert enrolling["missing"] == [seat.address for seat in crew.seats[1:]]
    assert 0 < enrolling["seconds_left"] <= 5_000
    assert "too few members are enrolled: 1, needed are 5" in crew("t0").refused("task", "start")
    assert "takes part in this task already" in crew("s0").refused("task", "enrol")
    assert "members may enrol until" in crew("s0").refused("task", "expire")


@pytest.mark.usefixtures("crew_members")
def test_the_preset_follows_the_number_of_members(people: People, monkeypatch: pytest.MonkeyPatch) -> None:
    people.member("leo")
    people("leo").ok("member", "leave", "--yes")
    count = len(people("s0").json("member", "list"))
    monkeypatch.setattr(task_preset, "PEERS", count)
    told = people("s0").ok("task", "init", "few.toml")
    assert told.startswith(f"preset peers: for at most {count} members, here {count}, who all train and judge\n")
    assert load_task_config("few.toml") == preset("peers", min_enrolled=count)
    monkeypatch.setattr(task_preset, "MIN_COMMITTEE", count + 1)
    assert "judge; admit the others before you propose, or set min_enrolled\n" in people("s0").ok(
        "task", "init", "2.toml"
    )
    assert load_task_config("2.toml") == preset("peers")
    monkeypatch.setattr(task_preset, "PEERS", count - 1)
    assert people("s0").json("task", "init", "crowd.toml") == {"file": "crowd.toml", "preset": "bflc"}


def test_a_proposal_says_its_preset(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(task_preset, "PEERS", 1_000)  # other tests may have let more than 15 join, who want places
    Path("peers.toml").write_text('name = "peers"\nmax_enrolled = 1_000\n')
    people = crew.people
    made = people("s0").json("task", "propose", "peers.toml")
    shown = people("s0").json("task", "show", "--task", made["number"])
    assert (made["preset"], shown["descriptor"]["metric"]) == ("peers", "balanced_loss")
    assert (shown["parameters"]["seats_train"], shown["parameters"]["committee"]) == (True, 15)
    people("s0").ok("task", "cancel", "--task", made["number"])
    told = people("s0").ok("task", "propose", "peers.toml")
    assert told.startswith("what peers.toml leaves out is by preset peers: for at most 1000 members, here ")
    people("s0").ok("task", "cancel", "--task", made["number"] + 1)


def test_a_proposal_of_a_whole_file_owes_nothing_to_a_preset(crew: Crew) -> None:
    people = crew.people
    told = people("s0").ok("task", "init", "whole.toml", "--preset", "plain")
    assert "then: folkmoot task propose whole.toml --preset plain\n" in told
    made = people("s0").json("task", "propose", "whole.toml")
    assert made["preset"] is None
    people("s0").ok("task", "cancel", "--task", made["number"])
    told = people("s0").ok("task", "propose", "whole.toml")
    assert "preset" not in told
    people("s0").ok("task", "cancel", "--task", made["number"] + 1)


def test_with_bift_one_task_follows_another(crew: Crew) -> None:
    told = crew("s0").refused("task", "propose", "small.toml", "--preset", "bift")
    assert ": with bift one follows another\nhint: wait for its end" in told
    assert "no preset 'bft'" in crew("s0").refused("task", "propose", "small.toml", "--preset", "bft")
    Path("lights.toml").write_text('name = "lights"\n')
    made = crew.people("t0").json("task", "propose", "lights.toml", "--preset", "bift")
    shown = crew.people("t0").json("task", "show", "--task", str(made["number"]))
    assert (shown["parameters"]["score_rule"], shown["parameters"]["redraw"]) == ("Availability", True)
    crew.people("t0").ok("task", "cancel", "--task", str(made["number"]))


def test_a_first_committee_with_others_than_members_is_refused(crew: Crew) -> None:
    stranger = crew.people.account("stan").address
    seats = [seat.address for seat in crew.seats]
    told = crew("m0").refused("task", "approve", "--budget", "1", "--committee", ",".join([*seats[:2], stranger]))
    assert told == (
        f"error: {stranger} is not a member of the federation\n"
        "hint: name members for the committee: folkmoot member list\n"
    )
    assert crew("m0").json("status")["phase"] == "proposed"


@pytest.mark.parametrize("size", [1, 2, 4])
def test_a_first_committee_of_another_size_is_told_which_sizes_there_are(crew: Crew, size: int) -> None:
    seats = [member.address for member in crew.members.values()][:size]
    told = crew("m0").refused("task", "approve", "--budget", "1", "--committee", ",".join(seats))
    assert told.startswith(f"error: the task takes no committee of {size}\nhint: name at least 3 members, at most ")


def test_a_full_enrolment_says_when_it_starts_and_who_may_start_it(crew: Crew) -> None:
    crew.approve("0")
    crew.enrol()
    status, now = crew("t0").json("status"), crew.people.network.client.now()
    assert status["waiting"] == "anyone to start the task: folkmoot task start"
    assert now < status["starts"] <= now + 5_000 // 20
    for words in (("status",), ("task", "show")):
        shown = crew("t0").ok(*words)
        assert "anyone to start the task: folkmoot task start" in shown
        assert timestamp(status["starts"]) in shown
    assert crew("t0").json("task", "show")["starts"] == status["starts"]
    crew("t0").ok("task", "start")
    assert crew("t0").json("status")["starts"] is None


def test_a_budget_beyond_the_pool(crew: Crew) -> None:
    network = crew.people.network
    pool = network.treasury.pool()
    budget = (pool // FED + 100) * FED
    told = crew("m0").refused("task", "approve", "--budget", budget // FED, *crew.committee())
    assert told == f"error: {lacks(pool, budget)}\nhint: {TO_THE_POOL}\n"
    crew("s0").ok("account", "faucet", "--tokens", "100")
    assert crew("s0").json("deposit", "100")["pool"] == pool + 100 * FED
    crew.approve(str(budget // FED))
    crew.enrol()
    crew("s0").ok("task", "start")
    assert crew("s0").json("status")["phase"] == "training"


def test_a_budget_is_not_raised_beyond_the_pool_before_the_start(crew: Crew) -> None:
    pool = crew.people.network.treasury.pool()
    budget = pool // FED
    crew.approve(str(budget))
    told = crew("m0").refused("manager", "fund", "1")
    assert told == f"error: {lacks(pool, (budget + 1) * FED)}\nhint: {TO_THE_POOL}\n"
    assert crew.task.budget() == budget * FED
    crew("s0").ok("account", "faucet", "--tokens", "1")
    crew("s0").ok("deposit", "1")
    assert [crew(name).json("manager", "fund", "1")["executed"] for name in ("m0", "m1")] == [False, True]
    crew.enrol()
    crew("s0").ok("task", "start")


@pytest.mark.usefixtures("rewound")
def test_a_task_that_nobody_started_expires(crew: Crew) -> None:
    crew.approve("0")
    crew.people.pass_time(5_000)
    shown = crew("s0").ok("status")
    assert "none since" in shown
    assert "anyone to expire the task" in shown
    assert crew("s0").refused("task", "start").startswith("error: too few members are enrolled: 0, needed are 5")
    crew("t0").ok("task", "expire")
    assert crew("t0").json("status")["phase"] == "expired"
    assert diagnosis(crew)["task"]["state"] == "wrong"


def test_managers_cancel_what_has_not_started(crew: Crew) -> None:
    crew.approve("0")
    assert "is not a manager" in crew("s1").refused("task", "cancel")
    assert [crew(name).json("task", "cancel")["executed"] for name in ("m0", "m1")] == [False, True]
    assert crew("t0").json("status")["phase"] == "cancelled"


def test_a_first_committee_that_nobody_names_is_drawn(crew: Crew) -> None:
    for name in ("m0", "m1"):
        told = crew(name).ok("task", "approve", "--budget", "0")
    assert "a committee that is drawn at the start" in told
    crew.enrol()
    crew("s0").ok("task", "start")
    assert len(crew("s0").json("status")["committee"]) == 3
