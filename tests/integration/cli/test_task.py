"""`task` on a real chain."""

from pathlib import Path

from tests.integration.cli.people import FED, SMALL, Crew, People, diagnosis


def test_a_proposal_is_listed_shown_and_cancelled(crew: Crew) -> None:
    (listed,) = [task for task in crew("s0").json("task", "list") if task["task"] == crew.task.address]
    assert (listed["name"], listed["phase"], listed["proposer"]) == ("digits", "proposed", crew.seats[0].address)
    shown = crew("s0").json("task", "show")
    assert shown["parameters"]["score_rule"] == "MedianScore"
    assert shown["parameters"]["training_window"] == 5_000
    assert (shown["descriptor"]["model"], shown["descriptor"]["epochs"]) == (crew.blobs().descriptor.model, 5)
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
    crew("s0").ok("account", "faucet", "--tokens", "100")
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
