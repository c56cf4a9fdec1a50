"""A whole audit of a real chain: what holds, what does not, and what cannot be seen."""

from dataclasses import replace
from pathlib import Path

import pytest
from requests import Session

from folkmoot.audit import judge
from folkmoot.audit.checkpoint import Checkpoint
from folkmoot.audit.examination import Examination, Look
from folkmoot.audit.judge import MOST_FINDINGS
from folkmoot.audit.report import Outcome
from folkmoot.chain import Client
from folkmoot.chain.connection import HttpConnection
from folkmoot.chain.events.rounds import UpdateSubmitted
from folkmoot.chain.logbook import Logbook
from folkmoot.errors import StoreError
from folkmoot.testing import Anvil
from folkmoot.testing.rpc_faults import Ask, Request
from folkmoot.testing.rpc_proxy import rpc_proxy
from tests.integration.audit.conftest import Learned, Lived
from tests.support.alterations import with_events


def test_an_honest_federation_holds(lived: Lived) -> None:
    report = lived.examination().report()
    assert (report.outcome, report.all_findings, report.all_unseen) == (Outcome.HOLDS, [], [])
    (task,) = report.tasks
    assert [one.round for one in task.rounds] == list(range(len(task.rounds)))
    assert not task.is_over


def test_rounds_and_tasks_can_be_chosen(lived: Lived) -> None:
    chosen = replace(lived.examination(), rounds=range(1, 3)).report()
    assert [one.round for one in chosen.tasks[0].rounds] == [1, 2]
    assert replace(lived.examination(), tasks=(9,)).report().tasks == ()


def test_models_are_compared_where_there_is_a_store(learned: Learned) -> None:
    client = learned.played.chain.client
    examination = Examination(
        nodes=[Look("", client, Logbook(client, None))],
        record=learned.played.deployment,
        blobs=lambda _: learned.blobs(),
    )
    assert examination.report().outcome == Outcome.HOLDS

    def lost(_: object) -> None:
        raise StoreError("the store is away")

    away = replace(examination, blobs=lost).report()  # type: ignore[arg-type]
    assert away.outcome == Outcome.UNSEEN
    assert [one.text for one in away.all_unseen] == ["all models: the store is away"]


def test_what_is_stored_otherwise_is_found(lived: Lived, anvil: Anvil) -> None:
    network, task = lived.network, lived.life.task.address
    snapshot = network.client.request("evm_snapshot")
    for slot in range(12):
        network.client.request("anvil_setStorageAt", task, f"0x{slot:064x}", "0x" + "00" * 31 + "07")
    told = [finding.text for finding in lived.examination().report().all_findings]
    network.client.request("evm_revert", snapshot)
    assert any(text.startswith("the running round: ") and " in the contract; by the record " in text for text in told)
    assert any(text.startswith("the seed is 0x") for text in told)
    assert anvil.url == network.urls[0]


def test_another_contract_at_a_recorded_address_is_found(lived: Lived) -> None:
    record = lived.network.deployment
    rules = {**record.rules, "MedianScore": record.rules["Availability"]}
    told = replace(lived.examination(), record=replace(record, rules=rules)).report().all_findings
    assert [finding.text.split(" is not")[0] for finding in told] == [
        f"the code of MedianScore at {record.rules['Availability']}"
    ]


def test_a_node_that_keeps_no_state_is_told_and_all_else_holds(lived: Lived) -> None:
    def pruned(requests: list[Request], ask: Ask) -> object:
        refusal = {"code": -32000, "message": "missing trie node"}
        return [
            {"jsonrpc": "2.0", "id": r.get("id"), "error": refusal} if r["method"] == "eth_call" else ask([r])[0]
            for r in requests
        ]

    with rpc_proxy(HttpConnection(lived.network.urls[0], 10.0, Session())) as proxy, Client([proxy.url]) as client:
        proxy.rules = [pruned]  # type: ignore[list-item]
        look = Look(proxy.url, client, Logbook(client, None))
        report = replace(lived.examination(), nodes=[look]).report()
    assert report.outcome == Outcome.UNSEEN
    assert {one.text.split(":")[0] for one in report.all_unseen} == {"what the contract has stored"}


@pytest.mark.parametrize("liar", [0, 1])
def test_of_two_nodes_the_one_that_leaves_something_out_is_named(lived: Lived, liar: int) -> None:
    def silent(requests: list[Request], ask: Ask) -> object:
        answers = ask(requests)
        for request, answer in zip(requests, answers, strict=True):
            if request["method"] == "eth_getLogs" and len(answer["result"]) > 50:
                del answer["result"][50]
        return answers

    with rpc_proxy(HttpConnection(lived.network.urls[0], 10.0, Session())) as proxy, Client([proxy.url]) as client:
        proxy.rules = [silent]  # type: ignore[list-item]
        looks = [lived.look()]
        looks.insert(liar, Look(proxy.url, client, Logbook(client, None)))
        report = replace(lived.examination(), nodes=looks).report()
    told = [finding.text for finding in report.all_findings]
    named = (f"{proxy.url} leaves out ", f"by what {proxy.url} tells, the record does not hold: ")
    assert {text.startswith(named) for text in told} == {True}
    assert report.is_sound, "the other's record holds"


def test_a_later_audit_reads_what_is_new_and_finds_the_same(lived: Lived, tmp_path: Path) -> None:
    lived.network.pass_blocks(80)
    asked = []
    with rpc_proxy(HttpConnection(lived.network.urls[0], 10.0, Session())) as proxy, Client([proxy.url]) as client:
        for _ in range(2):
            before = proxy.asked
            look = Look(proxy.url, client, Logbook(client, tmp_path))
            checkpoint = Checkpoint(tmp_path / "checked")
            report = replace(lived.examination(), nodes=[look], checkpoint=checkpoint).report()
            assert report.outcome == Outcome.HOLDS
            asked.append(proxy.asked - before)
    blocks = {event.origin.block for event in lived.chronicle.events if event.origin}
    transactions = len(lived.chronicle.transactions)
    assert asked[0] - asked[1] >= len(blocks) + transactions - 1


def test_a_finding_says_whose_act_it_was(lived: Lived) -> None:
    def other(requests: list[Request], ask: Ask) -> object:
        answers = ask(requests)
        for request, answer in zip(requests, answers, strict=True):
            if request["method"] == "eth_getLogs" and len(answer["result"]) > 50:
                answer["result"].append(answer["result"][-1])
        return answers

    with rpc_proxy(HttpConnection(lived.network.urls[0], 10.0, Session())) as proxy, Client([proxy.url]) as client:
        proxy.rules = [other]  # type: ignore[list-item]
        report = replace(lived.examination(), nodes=[Look(proxy.url, client, Logbook(client, None))]).report()
    twice = next(finding for finding in report.all_findings if finding.text.endswith(" twice"))
    assert twice.account in {member.address for member in (*lived.life.members, *lived.network.managers)}


def test_a_node_that_does_not_answer_is_told_beside_one_that_does(lived: Lived) -> None:
    with Client(["http://127.0.0.1:1"]) as dead:
        looks = [Look("http://127.0.0.1:1", dead, Logbook(dead, None)), lived.look()]
        report = replace(lived.examination(), nodes=looks).report()
    assert report.outcome == Outcome.UNSEEN
    assert report.nodes == (lived.network.urls[0],)
    assert [one.text.split(":")[0] for one in report.all_unseen] == ["what http"]


@pytest.mark.parametrize("place", [20, 60, 90, 150, 200])
def test_an_event_that_is_left_out_costs_no_more_than_the_rest_of_its_task(lived: Lived, place: int) -> None:
    """Once all updates, or a round's opening, are gone, nothing fits any more."""
    chronicle = lived.chronicle
    left = [
        event for at, event in enumerate(chronicle.events) if at != place and not isinstance(event, UpdateSubmitted)
    ]
    case = judge(with_events(chronicle, left), lived.rules)
    assert 0 < len(case.findings) <= 2 * MOST_FINDINGS
    assert any("too much contradicts itself" in finding.text for finding in case.findings)
