"""A real node behind the page: what is shared, what is refused, and what happens when the node fails."""

from pathlib import Path
from threading import Barrier, Thread
from typing import Any

import pytest

from folkmoot.chain.answers import log_of
from folkmoot.chain.events import decode_logs
from folkmoot.chain.events.federation import MembershipApplied
from folkmoot.errors import ChainGone
from folkmoot.page.asking import (
    AWAY,
    REFUSED,
    ChainId,
    Code,
    Fault,
    Header,
    HeadNumber,
    Logs,
    ReceiptOf,
    View,
    selector,
)
from folkmoot.page.live import FRESH_S, HOLDS_S, LiveSource
from folkmoot.testing import Anvil
from folkmoot.testing.rpc_faults import fail, lag, limit_logs, refuse, refuse_all
from folkmoot.testing.rpc_proxy import RpcProxy
from tests.integration.cli.people import Crew
from tests.integration.page.conftest import Opened
from tests.support.applicants import applies
from tests.support.pages import Browser, request, serving

QUORUM = selector("Federation", "quorum")


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(source: LiveSource) -> Clock:
    """The source's, which stands until it is moved."""
    source._clock = clock = Clock()
    return clock


def asked(node: RpcProxy, source: LiveSource, *what: Any) -> int:
    """How many questions the node is asked for that; all of it is answered."""
    before = node.asked
    assert not [answer for answer in source.answer(what) if isinstance(answer, Fault)]
    return node.asked - before


def submit(crew: Crew) -> None:
    """One who has no seat submits an update."""
    seated = {seat.account for seat in crew.task.seats()}
    crew.people.network.submit(crew.task, [m for m in crew.members.values() if m.address not in seated][:1])


def faults(answers: list[Any]) -> set[tuple[int, str]]:
    """Codes of errors, and the beginnings of their sentences; every answer is one."""
    assert all(isinstance(answer, Fault) for answer in answers)
    return {(answer.code, answer.message.partition(": ")[0]) for answer in answers}


@pytest.fixture
def everything(played: Crew) -> list[Any]:
    """What a page asks when it opens."""
    d, task = played.people.network.deployment, played.task.address
    logs = Logs((d.federation, d.treasury, task), d.first_block, None)
    return [
        ChainId(),
        HeadNumber(),
        logs,
        View(d.federation, QUORUM),
        View(task, selector("Task", "phase")),
        Code(task),
    ]


def test_within_half_a_second_all_browsers_share_what_one_asked(
    source: LiveSource, node: RpcProxy, clock: Clock, everything: list[Any]
) -> None:
    assert asked(node, source, *everything) > len(everything)
    assert asked(node, source, *everything) == 0
    clock.now += FRESH_S
    assert asked(node, source, *everything) == 1  # for the latest block


def test_browsers_that_ask_at_once_share_too(source: LiveSource, node: RpcProxy, everything: list[Any]) -> None:
    source.answer(everything)
    source._clock = Clock()
    source._looked = float("-inf")
    before, gate = node.asked, Barrier(5)

    def look() -> None:
        gate.wait()
        source.answer(everything)

    threads = [Thread(target=look) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert node.asked - before == 1


def test_a_new_block_without_news_costs_the_calls_and_no_search_for_logs(
    source: LiveSource, node: RpcProxy, clock: Clock, everything: list[Any], anvil: Anvil
) -> None:
    source.answer(everything)
    anvil.mine()
    clock.now += FRESH_S
    assert asked(node, source, *everything) == 1 + 2  # the latest block; two calls


def test_time_that_goes_on_without_a_block_is_noticed(
    source: LiveSource, node: RpcProxy, clock: Clock, everything: list[Any]
) -> None:
    source.answer(everything)
    clock.now += HOLDS_S
    assert asked(node, source, *everything) == 1 + 2


def test_what_is_new_is_told_whatever_was_kept(
    opened: Opened, played: Crew, tmp_path: Path, everything: list[Any], anvil: Anvil
) -> None:
    logs = everything[2]
    snapshot = anvil.ask("evm_snapshot")
    try:
        with opened(tmp_path) as source:
            before = source.answer([logs])[0]
            submit(played)
            source._clock = lambda: 1e9
            after = source.answer([logs, HeadNumber()])
        with opened(tmp_path) as again:
            assert again.answer([logs, HeadNumber()]) == after
        assert isinstance(before, str)
        assert str(after[0]).startswith(before[:-1])
        assert len(str(after[0])) > len(before)
    finally:
        anvil.ask("evm_revert", snapshot)


def test_a_chain_that_was_set_back_is_read_again(
    source: LiveSource, clock: Clock, played: Crew, everything: list[Any], anvil: Anvil
) -> None:
    logs = everything[2]
    before = source.answer([logs])
    snapshot = anvil.ask("evm_snapshot")
    submit(played)
    clock.now += FRESH_S
    assert source.answer([logs]) != before
    anvil.ask("evm_revert", snapshot)
    anvil.mine()
    clock.now += FRESH_S
    assert source.answer([logs]) == before


@pytest.mark.parametrize("name", ["</script><script>alert(1)</script>", '"}],"id":1,"error":{}', "\u202e\u2028\0\\"])
def test_whatever_somebody_is_called_on_the_chain_is_told_as_data(browser: Browser, played: Crew, name: str) -> None:
    network = played.people.network
    applicant = applies(network, name)
    wanted = {"address": network.deployment.federation, "fromBlock": "0x0", "toBlock": "latest"}
    answer = browser.post(request("eth_getLogs", wanted))
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.text.isascii()
    assert "script" not in answer.text
    events = decode_logs(map(log_of, answer.json()["result"]))
    assert {e.member: e.name for e in events if isinstance(e, MembershipApplied)}[applicant] == name


# -------------------------------------------------------------------- refusals


def test_only_the_federations_contracts_are_shown(source: LiveSource, played: Crew) -> None:
    stranger = played.seats[0].address
    told = source.answer([View(stranger, QUORUM), Code(stranger), Logs((played.task.address, stranger), 0, None)])
    sentence = f"{stranger} is no contract of the federation: this page shows no other"
    assert [(answer.code, answer.message) for answer in told if isinstance(answer, Fault)] == [(REFUSED, sentence)] * 3


def test_a_call_that_a_contract_refuses_is_told_alone(source: LiveSource, played: Crew) -> None:
    refused, told = source.answer([View(played.task.address, QUORUM), ChainId()])
    assert isinstance(refused, Fault)
    assert refused.code == REFUSED
    assert told == '"0x7a69"'


def test_a_block_and_a_receipt_that_there_are_not_are_null(source: LiveSource) -> None:
    assert source.answer([Header(10**9), ReceiptOf("0x" + "ab" * 32)]) == ["null", "null"]


# ------------------------------------------------------------------- bad nodes


def test_a_node_that_refuses_batches_answers_as_well(opened: Opened, node: RpcProxy, everything: list[Any]) -> None:
    with opened() as source:
        told = source.answer(everything)

    def alone(requests: Any, ask: Any) -> Any:
        return refuse_all(-32600, "batches are off")(requests, ask) if len(requests) > 1 else ask(requests)

    node.rules = [alone]
    with opened() as source:
        assert source.answer(everything) == told


def test_a_node_that_searches_few_blocks_at_a_time_answers_one_request_for_all(
    opened: Opened, node: RpcProxy, everything: list[Any], anvil: Anvil
) -> None:
    anvil.mine(3_000)
    with opened() as source:
        told = source.answer(everything)
    node.rules = [limit_logs(100, -32000, "block range too large, at most 100")]
    with opened() as source:
        assert source.answer(everything) == told


def test_a_node_that_dies_and_comes_back_just_works_again(
    source: LiveSource, node: RpcProxy, clock: Clock, everything: list[Any]
) -> None:
    told = source.answer(everything)
    node.stop()
    clock.now += FRESH_S
    assert faults(source.answer(everything)) == {(AWAY, "no node answers")}
    node.start()
    clock.now += FRESH_S
    assert source.answer(everything) == told


def test_logs_of_a_block_that_a_node_does_not_have_yet_are_not_none(
    source: LiveSource, node: RpcProxy, clock: Clock, played: Crew
) -> None:
    head, task = played.people.network.client.head().number, played.task.address
    logs = Logs((task,), 0, head)
    (told,) = source.answer([logs])
    node.rules = [lag(1)]  # as if another node answered
    clock.now += FRESH_S
    behind, number = source.answer([logs, HeadNumber()])
    assert (faults([behind]), number) == ({(AWAY, f"no node that answers has block {head} yet")}, f'"{hex(head - 1)}"')
    node.rules = []
    clock.now += FRESH_S
    assert source.answer([logs]) == [told]


def test_browsers_share_that_no_node_answers(
    source: LiveSource, node: RpcProxy, clock: Clock, everything: list[Any]
) -> None:
    node.rules = [refuse]
    assert faults(source.answer(everything)) == {(AWAY, "no node answers")}
    before = node.asked
    assert faults(source.answer(everything)) == {(AWAY, "no node answers")}
    assert node.asked == before > 0
    clock.now += FRESH_S
    source.answer(everything)
    assert node.asked > before


def test_secrets_in_a_nodes_url_are_in_no_answer(opened: Opened, node: RpcProxy, files: Path) -> None:
    url = f"http://reader:swordfish@127.0.0.1:{node.port}/v3/0123456789abcdef?key=topsecret"
    for rule in (refuse, fail(-32000, f"no such project: /v3/0123456789abcdef?key=topsecret of {url}")):
        node.rules = [rule]
        with opened(url=url) as source, serving(source, files) as page:
            browser = Browser(page)
            answers = [
                browser.post(request("eth_blockNumber")),
                browser.get("settings.json"),
                browser.get("audit.json"),
            ]
            for answer in answers:
                told = f"{answer.reason} {answer.headers} {answer.text}"
                assert not [secret for secret in ("reader", "swordfish", "0123456789", "topsecret") if secret in told]
            assert "no node answers" in answers[0].json()["error"]["message"]


def test_while_no_node_answers_the_rest_of_the_page_is_there(browser: Browser, node: RpcProxy, played: Crew) -> None:
    node.stop()
    federation = played.people.network.deployment.federation
    assert browser.get("").status_code == 200
    assert browser.get("settings.json").json()["federation"] == federation
    answer = browser.post([request("eth_blockNumber", number=3), request("eth_sendTransaction", number=4)])
    assert answer.status_code == 502  # by which the page knows it from a refusal
    assert answer.reason.startswith("no node answers")
    assert [one["id"] for one in answer.json()] == [3, 4]


def test_a_chain_that_is_not_the_federations_is_told_until_it_is(source: LiveSource, clock: Clock) -> None:
    faults = iter([ChainGone("the chain in the record of chain 7 is gone", "correct it")])

    def check() -> None:
        for fault in faults:
            raise fault

    source._check = check
    (refused,) = source.answer([ChainId()])
    assert isinstance(refused, Fault)
    assert (refused.code, refused.message) == (REFUSED, "the chain in the record of chain 7 is gone")
    clock.now += FRESH_S
    assert source.answer([ChainId()]) == ['"0x7a69"']
