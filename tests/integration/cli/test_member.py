"""`member` on a real chain."""

import json
from dataclasses import replace

import pytest

from folkmoot.chain import public_key
from folkmoot.chain.contract_errors import contract_error
from folkmoot.cli.labels import RunningLabels
from folkmoot.cli.output import timestamp
from folkmoot.cli.session import Session
from tests.integration.cli.people import FED, FEE, Crew, People, executed
from tests.support import chains
from tests.support.cli import Cli


def membership(cli: Cli) -> tuple[str, str, str]:
    """What the doctor finds of it."""
    entries = {entry["check"]: entry for entry in json.loads(cli.run("doctor", "--json").stdout)}
    found = entries["membership"]
    return found["state"], found["message"], found["hint"]


def listed(cli: Cli, address: str) -> list[dict[str, object]]:
    return [entry for entry in cli.json("member", "list") if entry["address"] == address]


def test_the_way_in(people: People) -> None:
    alice = people("alice")
    address = alice.json("account", "new")["address"]
    assert alice.json("account", "show")["membership"] == "none"
    told = alice.refused("member", "apply")
    gas_costs = chains.gas_costs(people.network.chain)
    assert f"{address} lacks 5 FED{' and ' if gas_costs else ''}" in told
    assert f"{' ETH for gas' if gas_costs else ''}; the fee is 5 FED\nhint: " in told
    assert "account faucet" in told

    assert alice.json("account", "faucet") == {"address": address, "coins": FED * gas_costs, "tokens": FEE}
    number = alice.json("member", "apply")["application"]
    assert {"application": number, "member": address, "fee": FEE} in alice.json("manager", "pending")["applications"]
    shown = alice.json("member", "status")
    assert (shown["membership"], shown["application"], shown["tokens"]) == ("applied", number, 0)

    told = alice.refused("member", "apply")
    assert told.startswith(f"error: {address} has applied already, by application {number}\nhint: wait for")
    assert "folkmoot member withdraw" in told

    (said,) = people("m0").json("manager", "admit", number)
    assert (said["confirmations"], said["quorum"], said["executed"]) == (1, 2, False)
    assert said["words"] == f"admit {address} by application {number}"
    (waiting,) = [a for a in alice.json("manager", "pending")["actions"] if a["action"] == said["action"]]
    assert (waiting["call"], waiting["arguments"]) == ("admit", {"application": number})
    assert waiting["confirmers"] == [people.network.managers[0].address]
    assert executed(people("m1").json("manager", "confirm", said["action"][:10]))

    assert alice.json("member", "status")["membership"] == "admitted"
    told = alice.refused("member", "apply")
    assert told.startswith(f"error: {address} is a member already\nhint: its membership does not expire")
    pending = alice.json("manager", "pending")
    assert [a for a in pending["applications"] if a["member"] == address] == []
    assert [a for a in pending["actions"] if a["action"] == said["action"]] == []


def test_an_application_is_withdrawn_and_its_fee_had_back(people: People) -> None:
    people.account("bob")
    bob = people("bob")
    bob.ok("account", "faucet", "--tokens", "7.5")
    assert "has no open application\nhint: " in bob.refused("member", "withdraw")
    bob.ok("member", "apply")
    assert bob.json("member", "withdraw")["owed"] == FEE
    earned = bob.json("earnings")
    assert [earned[name] for name in ("refunded", "owed", "withdrawn", "earned")] == [FEE, FEE, 0, 0]
    assert bob.json("withdraw")["amount"] == FEE
    found = bob.json("member", "status")
    assert (found["membership"], found["tokens"], found["owed"]) == ("none", 75 * FED // 10, 0)
    assert bob.json("earnings")["withdrawn"] == FEE


def test_leaving_asks_first(people: People) -> None:
    people.member("dave")
    dave = people("dave")
    assert dave.run("member", "leave", answers="n\n").exit_code == 1
    assert dave.json("member", "status")["membership"] == "admitted"
    dave.ok("member", "leave", "--yes")
    assert dave.json("member", "status")["membership"] == "left"


def test_a_membership_is_renewed(people: People, subscriber: Cli) -> None:
    shown = subscriber.json("member", "status")
    address, end = shown["address"], shown["paid_until"]
    assert end == people.network.federation.account_of(address).paid_until
    assert listed(subscriber, address) == [{"address": address, "paid_until": end, "past_due": False, "nodes": []}]
    assert membership(subscriber) == ("fine", "a member of the federation", "")
    assert "lacks 5 FED; the fee is 5 FED" in subscriber.refused("member", "renew")

    assert "hint: pay for one more period: folkmoot member renew\n" in subscriber.refused("member", "apply")

    subscriber.ok("account", "faucet")
    pool = people.network.treasury.pool()
    result = subscriber.run("member", "renew", "--json")
    assert result.stderr == "fee: 5 FED; it pays for: 1 h\n"
    renewed = json.loads(result.stdout)
    assert (renewed["fee"], renewed["paid_until"]) == (FEE, end + 3_600)
    sent = people.network.client.request("eth_getTransactionByHash", renewed["transaction"])["input"]
    assert bytes.fromhex(sent[2:]) == people.network.federation.renew(max_fee=FEE, min_period=3_600).data, (
        "on the terms shown"
    )
    assert people.network.treasury.pool() == pool + FEE
    assert subscriber.json("member", "status")["paid_until"] == end + 3_600

    subscriber.ok("account", "faucet")
    assert "UTC now\nhint: renew it later\n" in subscriber.refused("member", "renew")


@pytest.mark.usefixtures("rewound")
def test_a_membership_that_is_past_due_expires(people: People, subscriber: Cli) -> None:
    shown, stranger = subscriber.json("member", "status"), people("lee")
    address, end = shown["address"], shown["paid_until"]
    people.account("lee")
    told = stranger.refused("member", "expire", address)
    assert told.startswith(f"error: the membership of {address} runs until ")

    people.pass_time(end - people.network.client.now() - 300)
    state, message, hint = membership(subscriber)
    assert (state, hint) == ("doubt", "folkmoot member renew")
    assert message.startswith("the membership is paid for ")
    assert message.endswith(f" more, until {timestamp(end)}")

    people.pass_time(400)
    assert membership(subscriber)[1] == f"the membership is past due since {timestamp(end)}, and anyone may end it"
    assert listed(stranger, address) == [{"address": address, "paid_until": end, "past_due": True, "nodes": []}]
    assert subscriber.json("member", "status")["membership"] == "admitted"
    stranger.ok("member", "expire", address)
    shown = subscriber.json("member", "status")
    assert (shown["membership"], shown["paid_until"]) == ("left", None)
    assert listed(stranger, address) == []
    assert "is not a member of the federation" in subscriber.refused("member", "renew")
    subscriber.ok("account", "faucet")
    subscriber.ok("member", "apply")


def test_a_membership_without_expiry_is_not_renewed(people: People) -> None:
    mia = people.member("mia").address
    assert people("mia").json("member", "status")["paid_until"] == 0
    assert "no expiry" in people("mia").ok("member", "status")
    assert "no expiry" in people("mia").ok("member", "list")
    told = people("mia").refused("member", "renew")
    assert told == f"error: the membership of {mia} does not expire\nhint: there is nothing to renew\n"


def test_the_name_that_an_applicant_gives_itself_is_shown_and_claims_nothing(people: People) -> None:
    address = people.account("nora").address
    nora, m0 = people("nora"), people("m0")
    nora.ok("account", "faucet")
    assert "cannot be a name" in nora.refused("member", "apply", "--name", "0x12")
    made = nora.json("member", "apply", "--name", "Nora's Lab (Wien)")
    assert made["name"] == "Nora's Lab (Wien)"
    shown = m0.ok("manager", "pending")
    assert f'"Nora\'s Lab (Wien)" ({address})' in shown, "quoted, with the whole address"
    assert "Nora" not in json.dumps(m0.json("manager", "pending"))
    assert "no name" in m0.refused("manager", "admit", "Nora's Lab (Wien)"), "what one says of oneself is no address"
    people.propose_or_confirm("admit", made["application"])
    assert f'"Nora\'s Lab (Wien)" ({address})' in m0.ok("member", "list")


def test_a_name_that_is_no_text_hides_no_application(people: People) -> None:
    network, otto = people.network, people.account("ottilie")
    people("ottilie").ok("account", "faucet")
    network.send(otto, network.token.approve(network.treasury.address, FEE))
    call = network.federation.apply_for_membership(public_key(otto._account), "????")
    network.send(otto, replace(call, data=call.data.replace(b"????", b"\xff\xfe\xfd\xfc")))
    assert otto.address in [entry["member"] for entry in people("m0").json("manager", "pending")["applications"]]
    assert otto.address in people("m0").ok("manager", "pending")


def test_a_process_that_goes_on_learns_the_names_of_later_applicants(people: People) -> None:
    given = {"rpc": people.network.urls, "deployments": people.folder / "deployments"}
    manager, address = people.network.managers[0].address, people.account("zita").address
    with Session(file=None, given=given, as_json=False) as session:
        label = RunningLabels(session)
        assert label(f"waiting for {manager}") == f"waiting for {manager}"
        short = contract_error("InsufficientPool", {"available": 0, "needed": 6 * FED})
        assert label(str(short)).startswith("the pool holds 0 FED, needed are 6 FED (")
        people("zita").ok("account", "faucet")
        people("zita").ok("member", "apply", "--name", "Zita's Lab")
        assert label(f"update of {address}: 81.00 %") == f'update of "Zita\'s Lab" ({address}): 81.00 %'


def test_names_of_the_address_book_are_shown_and_accepted(people: People) -> None:
    olga = people.member("olga").address
    book = people.folder / "names.toml"
    book.write_text(f'"General Hospital" = "{olga}"\n')
    try:
        m0 = people("m0")
        assert f"General Hospital ({olga[:6]}…{olga[-4:]})" in m0.ok("member", "list")
        assert olga not in m0.ok("member", "list")
        assert listed(m0, olga) != []
        assert m0.json("member", "status", "General Hospital")["address"] == olga
        people.propose_or_confirm("ban", "General Hospital")
        told = people("olga").refused("member", "apply")
        assert told.startswith(f"error: General Hospital ({olga[:6]}…{olga[-4:]}) is banned")
        people.propose_or_confirm("unban", "General Hospital")
        assert people("olga").json("member", "status")["membership"] == "none"
    finally:
        book.unlink()


def test_a_member_sees_its_strikes(people: People, played: Crew) -> None:
    assert people
    tasks = played("t2").json("member", "status")["tasks"]
    (marks,) = [entry for entry in tasks if entry["task"] == played.task.address]
    assert (marks["strikes"], marks["stake"], marks["suspended_until"], marks["retired"]) == (1, 1, None, False)
