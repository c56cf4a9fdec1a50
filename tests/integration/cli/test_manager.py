"""`manager` on a real chain."""

import json

from tests.integration.cli.people import FED, FEE, Crew, People, executed


def test_a_rejected_applicant_named_by_its_address(people: People) -> None:
    carol = people.account("carol").address
    people("carol").ok("account", "faucet")
    people("carol").ok("member", "apply")
    people.propose_or_confirm("reject", carol)
    assert people("carol").json("member", "status")["membership"] == "none"
    assert people("m0").refused("manager", "admit", carol).startswith(f"error: {carol} has no open application")


def test_managers_change_the_federation(people: People) -> None:
    erin, frank = people.account("erin").address, people.account("frank").address
    before = people("m0").json("manager", "list")
    people.propose_or_confirm("fee", "6.25")
    people.propose_or_confirm("period", "30d")
    people.propose_or_confirm("blocks", 7)
    people.propose_or_confirm("add", erin)
    people.propose_or_confirm("replace", erin, frank)
    people.propose_or_confirm("quorum", 3)
    now = people("m0").json("manager", "list")
    assert (now["fee"], now["period"], now["quorum"]) == (625 * FED // 100, 30 * 86_400, 3)
    assert (before["min_blocks"], now["min_blocks"]) == (0, 7)
    told = people("m0").refused("manager", "quorum", 5)
    assert told.startswith("error: 5 confirmations cannot come from 4 managers\nhint: add managers first: ")
    shown = people("m0").ok("manager", "list").split("\n")
    assert {" ".join(line.split()) for line in shown} >= {"quorum 3", "fee 6.25 FED", "period 30 d"}
    assert set(now["managers"]) - set(before["managers"]) == {frank}
    said = [people(name).json("manager", "quorum", 2) for name in ("m0", "m1", "frank")]
    assert [answer["executed"] for answer in said] == [False, False, True]
    people.propose_or_confirm("remove", frank)
    for words in (("remove", frank), ("replace", frank, frank)):
        assert f"error: {frank} is not a manager now\n" in people("m0").refused("manager", *words)
    people.propose_or_confirm("fee", "5")
    people.propose_or_confirm("period", "0")
    people.propose_or_confirm("blocks", 0)
    after = people("m0").json("manager", "list")
    assert after | {"pool": before["pool"]} == before


def test_a_ban_and_its_end(people: People) -> None:
    grace = people.member("grace").address
    people.propose_or_confirm("ban", grace)
    assert people("grace").json("member", "status")["membership"] == "banned"
    told = people("grace").refused("member", "apply")
    assert told.startswith(f"error: {grace} is banned from the federation")
    assert "ask the managers" in people("grace").run("doctor").stdout
    people.propose_or_confirm("unban", grace)
    assert people("grace").json("member", "status")["membership"] == "none"
    told = people("m2").run("manager", "ban", grace).stderr
    assert f"warning: {grace} is neither a member nor an applicant\n" in told
    (action,) = people("m2").json("manager", "pending")["actions"]
    people("m2").ok("manager", "revoke", action["action"])


def test_a_member_whose_key_is_lost_is_replaced(people: People) -> None:
    lost, found = people.account("greta").address, people.account("greta2").address
    people("greta").ok("account", "faucet")
    people("greta").ok("member", "apply")
    people("greta").ok("member", "withdraw")
    people("greta").ok("account", "faucet")
    number = people("greta").json("member", "apply", "--name", "Greta's Lab")["application"]
    people.propose_or_confirm("admit", number)
    shown = people("greta2").json("account", "public-key")
    assert shown["address"] == found
    assert people("greta2").ok("account", "public-key") == shown["public_key"] + "\n"

    assert "0x12 is no public key" in people("m0").refused("manager", "replace-member", lost, found, "0x12", code=2)
    other = people.account("greta3").address
    told = people("m0").refused("manager", "replace-member", lost, other, shown["public_key"])
    assert told.startswith(f"error: the public key belongs to {found}, not to {other}\n")
    told = people("m0").refused("manager", "replace-member", found, lost, shown["public_key"])
    assert told.startswith(
        f"error: {found} is not a member of the federation\nhint: name the member, then its successor, "
    )
    assert "folkmoot manager replace-member" in people("greta2").run("doctor", "--json").stdout

    people.propose_or_confirm("replace-member", lost, found, shown["public_key"])
    statuses = [people(name).json("member", "status") for name in ("greta", "greta2")]
    assert [status["membership"] for status in statuses] == ["left", "admitted"]
    assert [status["application"] for status in statuses] == [None, number]
    listed = [member["address"] for member in people("m0").json("member", "list")]
    assert (lost in listed, found in listed) == (False, True)
    assert f'"Greta\'s Lab" ({found})' in people("m0").ok("member", "list"), "the successor has the member's name"
    assert f'"Greta\'s Lab" ({lost})' in people("m0").ok("earnings", lost), "and the lost account keeps it"
    moved = [people(name).json("earnings") for name in ("greta", "greta2")]
    assert [(m["refunded"], m["passed_on"], m["taken_over"], m["owed"]) for m in moved] == [
        (FEE, FEE, 0, 0), (0, 0, FEE, FEE),
    ]  # fmt: skip
    assert people("greta2").json("withdraw")["amount"] == FEE


def test_a_confirmation_is_taken_back(people: People) -> None:
    somebody = people.account("heidi").address
    said = people("m0").json("manager", "add", somebody)
    assert people("m0").json("manager", "revoke", said["action"])["action"] == said["action"]
    assert [a for a in people("m0").json("manager", "pending")["actions"] if a["action"] == said["action"]] == []
    told = people("m1").refused("manager", "confirm", said["action"])
    assert told.startswith(f"error: no pending action has a name starting with {said['action']}")
    assert "folkmoot manager pending" in told


def applicants(people: People, *names: str) -> list[int]:
    """Numbers of their applications."""
    for name in names:
        people.account(name)
        people(name).ok("account", "faucet")
    return [people(name).json("member", "apply")["application"] for name in names]


def test_several_applications_at_once(people: People) -> None:
    first, second, third, fourth = applicants(people, "pia", "quinn", "ria", "sam")
    addresses = {name: people(name).json("member", "status")["address"] for name in ("pia", "quinn")}
    said = people("m0").json("manager", "admit", first, addresses["quinn"], second)
    assert [answer["words"] for answer in said] == [
        f"admit {addresses['pia']} by application {first}", f"admit {addresses['quinn']} by application {second}",
    ]  # fmt: skip
    assert executed(people("m1").json("manager", "admit", second, first))
    people.propose_or_confirm("reject", third, fourth)
    states = [people(name).json("member", "status")["membership"] for name in ("pia", "quinn", "ria", "sam")]
    assert states == ["admitted", "admitted", "none", "none"]
    people.propose_or_confirm("ban", *addresses.values())
    people.propose_or_confirm("unban", *addresses.values())


def test_what_was_done_is_shown_before_the_error_that_ended_it(people: People) -> None:
    (number,) = applicants(people, "tess")
    result = people("m0").run("manager", "admit", number, 4_711, "--json")
    assert result.exit_code == 1
    assert [answer["executed"] for answer in json.loads(result.stdout)] == [False]
    assert "4711" in json.loads(result.stderr)["message"]
    assert executed(people("m1").json("manager", "admit", number))


def test_where_nothing_was_sent_it_is_not_said_that_others_were(people: People) -> None:
    told = people("m0").refused("manager", "admit", "4711", "4712")
    assert told == (
        "error: cannot admit nobody by application 4711: application 4711 is decided, withdrawn or was never made; "
        "cannot admit nobody by application 4712: application 4712 is decided, withdrawn or was never made\n"
        "hint: list the open applications: folkmoot manager pending\n"
    )


def test_numbers_that_no_chain_holds_are_refused(crew: Crew) -> None:
    endless = "9" * 5_000
    m0 = crew("m0")
    assert "cannot be a name" in m0.refused("manager", "admit", endless)
    assert "is not an amount of FED" in m0.refused("manager", "fee", endless)
    assert "is not a duration" in m0.refused("manager", "period", endless)
    assert "is not a duration" in m0.refused("manager", "pause", endless)
    assert "is not an amount of FED" in m0.refused("deposit", endless)
    assert "the federation has no task" in crew.people("m0").refused("status", "--task", endless)
    assert "zero address belongs to no account" in m0.run("manager", "ban", "0x" + "0" * 40).output


def test_confirming_everything_lists_it_and_asks(people: People) -> None:
    numbers = applicants(people, "ugo", "vera")
    people("m0").ok("manager", "admit", *numbers)
    m0, m1 = people("m0"), people("m1")
    assert m0.ok("manager", "confirm", "--all") == "Nothing waits for your confirmation.\n", "it has confirmed these"

    refused = m1.run("manager", "confirm", "--all", answers="n\n")
    assert refused.exit_code == 1
    assert [n for n in numbers if f"by application {n}" not in refused.stderr] == []
    assert "Confirm 2 actions as" in refused.stderr
    assert people("ugo").json("member", "status")["membership"] == "applied"

    done = m1.run("manager", "confirm", "--all", "--yes", "--json")
    assert [f"application {n}" in done.stderr for n in numbers] == [True, True], "listed, though not asked"
    assert executed(json.loads(done.stdout))
    assert [people(name).json("member", "status")["membership"] for name in ("ugo", "vera")] == ["admitted"] * 2
    assert m1.json("manager", "confirm", "--all") == []


def test_an_action_that_came_to_nothing_does_not_keep_back_the_others(people: People) -> None:
    first, second = applicants(people, "wanda", "xaver")
    m0, m1 = people("m0"), people("m1")
    for words in (("reject", first), ("admit", first), ("admit", second)):
        m0.ok("manager", *words)
    result = m1.run("manager", "confirm", "--all", "--yes", "--json")
    assert result.exit_code == 1
    assert executed(json.loads(result.stdout))
    message = json.loads(result.stderr[result.stderr.index('{"') :])["message"]
    assert f"by application {first}: " in message
    assert f"application {second}" not in message
    assert people("xaver").json("member", "status")["membership"] == "admitted"


def test_confirming_needs_to_know_what(people: People) -> None:
    assert people("m0").refused("manager", "confirm").startswith("error: name actions, or all of them by --all")
    assert people("m0").refused("manager", "confirm", "0x12", "--all").startswith("error: name actions, or all")


def test_who_is_no_manager_decides_nothing(people: People) -> None:
    ivan = people.account("ivan").address
    told = people("ivan").refused("manager", "ban", ivan)
    assert told == (
        f"error: {ivan} is not a manager of the federation\nhint: ask a manager, or use a manager's account\n"
    )


def test_what_cannot_be_is_not_confirmed(crew: Crew) -> None:
    pool = crew.people.network.treasury.pool()
    told = crew("m0").refused("manager", "fund", pool // FED + 1)
    assert told.startswith("error: the pool holds ")
    assert " FED, needed are " in told
    stranger = crew.people.account("yves").address
    told = crew("m0").refused("manager", "roll-back", "0", "--committee", stranger)
    assert told.startswith(f"error: {stranger} is not a member of the federation\n")
    assert crew("m0").refused("manager", "fee", 10**21).startswith("error: fee cannot be 1,000,000,000,")
    assert crew("m0").refused("manager", "period", "50000d") == (
        "error: period cannot be 50000 d\nhint: at most 49710 d 6 h\n"
    )
    assert crew("m0").refused("manager", "blocks", 101) == "error: blocks cannot be 101\nhint: at most 100\n"


def test_managers_steer_a_running_task(crew: Crew) -> None:
    crew.start("0")
    said = crew("m0").json("manager", "pause", "1h")
    assert said["words"] == f"pause task {crew.task.address} for 1 h"
    assert crew("m2").json("manager", "pause", "60min")["executed"]
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

    told = crew("m0").refused("manager", "roll-back", "0", *seats[:1], seats[1].split(", ")[0])
    assert told.startswith("error: the task takes no committee of 1\nhint: name at least 3 members, ")

    crew("s0").ok("account", "faucet", "--tokens", "2")
    crew("s0").ok("deposit", "2")
    assert [crew(name).json("manager", "fund", "1.5")["executed"] for name in ("m0", "m1")] == [False, True]
    assert crew("t0").json("task", "show")["budget"] == 15 * FED // 10
