"""Records that look whole and are not, and honest ones that look strange."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from requests import Session

from folkmoot.audit import Case, judge, read_chronicle
from folkmoot.audit.discovery import rule_names
from folkmoot.audit.examination import Examination, Look
from folkmoot.audit.report import Outcome, Report
from folkmoot.chain import Client, Event
from folkmoot.chain.connection import HttpConnection
from folkmoot.chain.events import federation as f
from folkmoot.chain.events import rounds as r
from folkmoot.chain.events import tasks as t
from folkmoot.chain.events import treasury as y
from folkmoot.chain.logbook import Logbook
from folkmoot.errors import ChainError
from folkmoot.testing.rpc_faults import Ask, Request
from folkmoot.testing.rpc_proxy import rpc_proxy
from tests.integration.audit.conftest import Learned, Lived
from tests.support.chains import AnyChain, chain_under_test
from tests.support.lives import BASELINE, GOOD, Life
from tests.support.network import Network, found

Change = Callable[[list[Event]], list[Event]]


class Lying(Logbook):
    """A node's logs with something else in them."""

    def __init__(self, client: Client, change: Change) -> None:
        super().__init__(client, None)
        self.change = change

    def events(self, *words: Any, **named: Any) -> list[Event]:
        return self.change(super().events(*words, **named))


def examined(network: Network, change: Change = list, **changes: Any) -> Report:
    client = network.client
    look = Look(network.urls[0], client, Lying(client, change))
    return replace(Examination(nodes=[look], record=network.deployment), **changes).report()


def case_of(network: Network) -> Case:
    client, record = network.client, network.deployment
    chronicle = read_chronicle(client, Logbook(client, None), record)
    return judge(chronicle, rule_names(client, record, chronicle.proposals))


def one_changed(kind: type[Event], **values: Any) -> Change:
    def change(events: list[Event]) -> list[Event]:
        return [replace(e, **values) if isinstance(e, kind) else e for e in events]

    return change


def test_a_lie_about_a_task_that_has_no_seats_yet_is_told(chain: AnyChain) -> None:
    """`task_report` drops findings of the running round where it has no seats: of all that comes before round 0."""
    network = found(chain)
    members = network.join(6)
    task = network.propose(members[0])
    network.decide(task.approve(0, []))
    network.enrol(task, members)
    assert examined(network).outcome == Outcome.HOLDS
    change = one_changed(t.TaskApproved, start_by=5)
    report = examined(network, change)
    assert report.outcome == Outcome.FINDING
    assert "its enrolment ends at 5" in str(report.all_findings)


def test_rounds_that_there_are_none_of_do_not_hold(lived: Lived) -> None:
    report = replace(lived.examination(), rounds=range(500, 600)).report()
    assert report.outcome != Outcome.HOLDS


def test_lies_in_rounds_that_were_not_asked_for_do_not_make_everything_checked(lived: Lived) -> None:
    change = one_changed(r.RoundSettled, baseline=1)
    assert examined(lived.network, change).outcome == Outcome.FINDING
    assert examined(lived.network, change, rounds=range(500, 600)).outcome != Outcome.HOLDS


def test_a_node_that_is_behind_hides_no_finding(lived: Lived) -> None:
    """The case with the fewest findings is believed, and one without events has none."""
    network = lived.network
    liar = Look("first", network.client, Lying(network.client, one_changed(r.RoundSettled, baseline=1)))
    first = network.deployment.block_number + 2
    with rpc_proxy(HttpConnection(network.urls[0], 10.0, Session())) as proxy, Client([proxy.url]) as client:
        proxy.rules = [until(first)]  # type: ignore[list-item]
        looks = [liar, Look("second", client, Logbook(client, None))]
        report = replace(lived.examination(), nodes=looks).report()
    assert report.outcome == Outcome.FINDING


def test_managers_whom_nobody_confirmed_are_found(lived: Lived) -> None:
    """A manager for some blocks only."""
    stranger = lived.network.deployment.token

    def change(events: list[Event]) -> list[Event]:
        place = next((i for i, e in enumerate(events) if isinstance(e, f.TaskProposed)), None)
        if place is None:
            return events
        origin = events[place].origin
        added = [
            f.ManagerAdded(stranger, origin=replace(origin, index=origin.index + 1000)),
            f.ManagerRemoved(stranger, origin=replace(origin, index=origin.index + 1001)),
        ]
        return [*events[: place + 1], *added, *events[place + 1 :]]

    assert examined(lived.network, change).outcome == Outcome.FINDING


def test_a_round_end_of_no_round_is_a_finding_and_no_crash(learned: Learned) -> None:
    client = learned.played.chain.client
    look = Look("", client, Lying(client, one_changed(r.RoundClosed, round=77)))
    examination = Examination(nodes=[look], record=learned.played.deployment, blobs=lambda _: learned.blobs())
    assert examination.report().outcome == Outcome.FINDING


def test_an_update_too_many_is_a_finding_and_no_crash(chain: AnyChain) -> None:
    network = found(chain)
    members = network.join(8)
    task = network.propose(members[0])
    network.start(task, members[:3], members[3:8], budget=90_000)
    network.submit(task, members[3:5])
    author = members[6].address

    def change(events: list[Event]) -> list[Event]:
        last = next((e for e in reversed(events) if isinstance(e, r.UpdateSubmitted)), None)
        if last is None:
            return events
        more = replace(last, author=author, index=2, origin=replace(last.origin, index=last.origin.index + 5))
        return [*events, more]

    assert examined(network, change).outcome == Outcome.FINDING


def without_decisions(events: list[Event]) -> list[Event]:
    """Without the confirmations of the last decision."""
    last = next((e for e in reversed(events) if isinstance(e, f.ActionExecuted)), None)
    if last is None:
        return events
    return [e for e in events if getattr(e, "action", None) != last.action]


def test_a_cancellation_that_no_quorum_confirmed_is_found(chain: AnyChain) -> None:
    network = found(chain)
    members = network.join(6)
    task = network.propose(members[0])
    network.decide(task.approve(0, []))
    network.decide(task.cancel())
    report = examined(network)
    assert (report.outcome, report.all_findings) == (Outcome.HOLDS, [])
    case = case_of(network)
    lie = replace(case.chronicle, events=without_decisions([*case.chronicle.events]))
    assert len(lie.events) == len(case.chronicle.events) - 3
    assert judge(lie, case.rules).findings


def test_a_manager_that_no_quorum_added_is_found(chain: AnyChain) -> None:
    network = found(chain)
    network.decide(network.federation.add_manager(network.deployment.token))
    assert examined(network).outcome == Outcome.HOLDS
    assert examined(network, without_decisions).outcome == Outcome.FINDING


def test_money_that_is_passed_on_without_a_replacement_is_found(lived: Lived) -> None:
    def change(events: list[Event]) -> list[Event]:
        place = next((i for i, e in enumerate(events) if isinstance(e, y.Credited)), None)
        if place is None:
            return events
        told = events[place]
        a, b, amount = told.accounts[0], lived.network.deployment.token, told.amounts[0]
        more = [
            y.Reassigned(a, b, amount, origin=replace(told.origin, index=told.origin.index + 1000)),
            y.Reassigned(b, a, amount, origin=replace(told.origin, index=told.origin.index + 1001)),
        ]
        return [*events[: place + 1], *more, *events[place + 1 :]]

    assert examined(lived.network, change).outcome == Outcome.FINDING


def test_a_budget_that_is_released_while_its_task_runs_is_found(lived: Lived) -> None:
    """And taken from the pool again by nobody."""
    case = lived.case()
    events = [*case.chronicle.events]
    place = next(i for i, e in enumerate(events) if isinstance(e, y.BudgetMoved))
    told = events[place]
    more = y.BudgetReleased(told.task, told.amount, origin=replace(told.origin, index=told.origin.index + 1000))
    found = judge(replace(case.chronicle, events=[*events[: place + 1], more]), lived.rules).findings
    assert any("BudgetReleased" in one.text for one in found)


@pytest.mark.parametrize("returns", [False, True])
def test_an_honest_record_holds_whose_author_leaves_or_returns_while_a_round_is_settled(
    chain: AnyChain, *, returns: bool
) -> None:
    """A page of scores rejects who has departed by then; verdicts come in a later call of `settle`."""
    network = found(chain)
    life = Life(network, network.join(9), network.propose(network.join(1)[0]))
    task, author = life.task, life.members[4]
    network.start(task, life.members[:3], life.members[3:9], budget=90_000)
    count = life.submit()
    opinion = (BASELINE, [GOOD + place for place in range(count)])
    for seat in life.seats():
        network.commit(task, seat, *opinion)
    for seat in life.seats()[:2]:
        network.reveal(task, seat, *opinion)
    life.pass_window()
    network.pass_blocks(1)
    if returns:
        network.send(author, network.federation.leave())
    network.anyone(task.settle(1))
    if returns:
        network.local.admit(author._account)
    else:
        network.send(author, network.federation.leave())
    network.anyone(task.settle(1))
    assert [finding.text for finding in examined(network).all_findings] == []


def until(last: int) -> Callable[[list[Request], Ask], object]:
    """A node whose latest block is an early one."""

    def behind(requests: list[Request], ask: Ask) -> object:
        answers = []
        for request in requests:
            is_latest = request["method"] == "eth_getBlockByNumber" and request["params"][0] == "latest"
            (answer,) = ask([{**request, "params": [hex(last), False]} if is_latest else request])
            answers.append({**answer, "result": hex(last)} if request["method"] == "eth_blockNumber" else answer)
        return answers

    return behind


def test_a_node_that_is_behind_is_not_believed_more_than_one_that_is_not(lived: Lived) -> None:
    """Nobody lies here: of two without findings the first is believed, whatever the other has seen."""
    network = lived.network
    with rpc_proxy(HttpConnection(network.urls[0], 10.0, Session())) as proxy, Client([proxy.url]) as client:
        proxy.rules = [until(network.deployment.block_number + 2)]  # type: ignore[list-item]
        looks = [Look("behind", client, Logbook(client, None)), lived.look()]
        report = replace(lived.examination(), nodes=looks, tasks=(0,)).report()
    assert report.outcome != Outcome.HOLDS or report.tasks


def test_a_node_of_another_chain_is_told(lived: Lived) -> None:
    with chain_under_test() as other:
        looks = [lived.look(), Look("other", other.client, Logbook(other.client, None))]
        assert replace(lived.examination(), nodes=looks).report().outcome != Outcome.HOLDS


def test_a_node_of_another_chain_hides_no_finding(lived: Lived) -> None:
    network = lived.network
    liar = Look("first", network.client, Lying(network.client, one_changed(r.RoundSettled, baseline=1)))
    with chain_under_test() as other:
        looks = [liar, Look("other", other.client, Logbook(other.client, None))]
        assert replace(lived.examination(), nodes=looks).report().outcome == Outcome.FINDING


def test_a_record_that_begins_too_late_does_not_hold(lived: Lived) -> None:
    record = lived.network.deployment
    head = lived.network.client.head().number
    late = replace(lived.examination(), record=replace(record, block_number=head + 5))
    with pytest.raises(ChainError, match="has not all of this one"):
        late.report()
    with pytest.raises(ChainError, match=r"the node tells nothing of how 0x.* began"):
        replace(late, record=replace(record, block_number=head)).report()


def test_a_failure_of_a_rule_that_the_task_does_not_have_is_found(lived: Lived) -> None:
    def change(events: list[Event]) -> list[Event]:
        place = next((i for i, e in enumerate(events) if isinstance(e, r.UpdateSubmitted)), None)
        if place is None:
            return events
        origin = events[place].origin
        assert origin
        failed = r.RuleFailed(7, lived.network.deployment.token, origin=replace(origin, index=origin.index + 1000))
        return [*events[: place + 1], failed, *events[place + 1 :]]

    assert examined(lived.network, change).outcome == Outcome.FINDING


def test_a_membership_that_is_said_to_have_been_left_and_did_expire_is_found(chain: AnyChain) -> None:
    """Nothing asks who left: `MemberLeft` needs neither a transaction of the member's nor what else brings it about."""
    network = found(chain)
    network.decide(network.federation.set_membership_period(3_600))
    (member,) = network.join(1)
    network.pass_time(4_000)
    network.anyone(network.federation.expire_membership(member.address))
    assert examined(network).outcome == Outcome.HOLDS

    def change(events: list[Event]) -> list[Event]:
        return [e for e in events if not isinstance(e, f.MembershipExpired)]

    assert examined(network, change).outcome == Outcome.FINDING


def later_blocks(requests: list[Request], ask: Ask) -> object:
    answers = ask(requests)
    for request, answer in zip(requests, answers, strict=True):
        if request["method"] == "eth_getBlockByNumber" and answer.get("result"):
            answer["result"]["timestamp"] = hex(int(answer["result"]["timestamp"], 16) + 5_000)
    return answers


def other_code(requests: list[Request], ask: Ask) -> object:
    answers = ask(requests)
    for request, answer in zip(requests, answers, strict=True):
        if request["method"] == "eth_getCode":
            answer["result"] = "0x6000"
        if request["method"] == "eth_call":
            answer["result"] = "0x" + "00" * 31 + "07"
    return answers


def other_senders(requests: list[Request], ask: Ask) -> object:
    answers = ask(requests)
    for request, answer in zip(requests, answers, strict=True):
        if request["method"] == "eth_getTransactionByHash" and answer.get("result"):
            answer["result"]["from"] = "0x" + "11" * 20
    return answers


@pytest.mark.parametrize("lie", [later_blocks, other_code, other_senders])
def test_whatever_a_second_node_tells_otherwise_is_named(lived: Lived, lie: Any) -> None:
    """docs/auditor.md promises it of all that a node tells; of the others only logs are looked at."""
    network = lived.network
    with rpc_proxy(HttpConnection(network.urls[0], 10.0, Session())) as proxy, Client([proxy.url]) as client:
        proxy.rules = [lie]
        alone = Look("second", client, Logbook(client, None))
        assert replace(lived.examination(), nodes=[alone]).report().outcome != Outcome.HOLDS
        report = replace(lived.examination(), nodes=[lived.look(), alone]).report()
    assert report.outcome != Outcome.HOLDS


def test_a_pause_that_ends_before_it_begins_is_a_finding_and_no_crash(lived: Lived) -> None:
    assert examined(lived.network, one_changed(t.TaskPaused, until=5)).outcome == Outcome.FINDING


def test_an_account_that_is_credited_beside_the_amounts_is_found(lived: Lived) -> None:
    def change(events: list[Event]) -> list[Event]:
        more = (lived.network.deployment.token,)
        return [replace(e, accounts=e.accounts + more) if isinstance(e, y.Credited) else e for e in events]

    assert examined(lived.network, change).outcome == Outcome.FINDING
