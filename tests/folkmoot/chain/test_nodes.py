import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import repeat
from typing import Any

import pytest
from requests.exceptions import ReadTimeout

from folkmoot.chain import Client
from folkmoot.chain.answers import natural
from folkmoot.chain.node import REST_S
from folkmoot.chain.nodes import LOOK_AROUND_S, MAX_LAG, PROBE_S, Nodes
from folkmoot.chain.questions import HEAD, LATEST, SYNCING, Question, broadcast
from folkmoot.errors import ChainError, ConnectionFailed, TransactionFailed
from folkmoot.testing.memory import MemoryChain, MemoryNode, RpcError
from tests.support.clockwork import raises

Connect = Callable[..., Client]

PASSING = RpcError("limit exceeded", -32005)
RAW = bytes.fromhex("c180")  # a list of one empty string: nonce 0


@pytest.fixture
def pair(chain: MemoryChain) -> tuple[MemoryNode, MemoryNode]:
    return MemoryNode(chain), MemoryNode(chain)


@pytest.fixture
def client(pair: Sequence[MemoryNode], connected: Connect) -> Client:
    return connected(*pair)


def looks(node: MemoryNode) -> int:
    return node.asked.count("eth_getBlockByNumber")


def test_the_first_is_asked_while_it_is_well_and_again_when_it_is(
    chain: MemoryChain, client: Client, pair: Sequence[MemoryNode]
) -> None:
    first, second = pair
    client.head()
    assert (looks(first), looks(second)) == (2, 0)
    first.down = True
    client.head()
    assert (looks(first), looks(second)) == (2, 2)
    first.down = False
    chain.clock += 2 * LOOK_AROUND_S
    client.head()
    assert (looks(first), looks(second)) == (4, 2)


def test_no_node_at_all_is_told_with_the_reason_of_each(client: Client, pair: Sequence[MemoryNode]) -> None:
    first, second = pair
    client.head()
    first.down = True
    second.instead["eth_getBlockByNumber"] = iter([raises(PASSING)] * 50)
    refused = "it refuses eth_getBlockByNumber: limit exceeded"
    with pytest.raises(ConnectionFailed, match=f"^no node answers: node-0: down; node-1: {refused} "):
        client.head()


@pytest.mark.parametrize(
    "answer",
    [
        raises(ValueError("no JSON")),
        raises(TimeoutError("slow")),
        raises(OSError("reset")),
        raises(PASSING),
        raises(RpcError("header not found")),
        raises(RpcError("the moon is in the wrong house")),
        lambda *_: None,
    ],
)
def test_what_is_no_answer_is_asked_of_the_next(
    answer: Callable[..., Any], client: Client, pair: Sequence[MemoryNode]
) -> None:
    first, second = pair
    client.head()
    first.instead["eth_getBlockByNumber"] = iter([answer])
    assert client.head().number == 0
    assert looks(second) > 0


@pytest.mark.parametrize("wrong", [None, [], "0x", {}, {"number": "0x1"}, {"number": 7}, 3.5, {"number": None}])
def test_a_malformed_answer_is_asked_for_again(wrong: Any, node: MemoryNode, connected: Connect) -> None:
    client = connected(node)
    node.instead["eth_getBlockByNumber"] = iter([lambda *_: wrong] * 2)
    assert client.head().number == 0


def test_one_request_in_four_may_fail(chain: MemoryChain, connected: Connect) -> None:
    node = MemoryNode(chain)
    client = connected(node)
    node.instead["eth_getBlockByNumber"] = iter([raises(OSError("reset")), *[None] * 3] * 50)  # type: ignore[list-item]
    for _ in range(50):
        client.head()


def test_a_request_is_tried_for_two_seconds_of_the_clock(
    chain: MemoryChain, node: MemoryNode, connected: Connect
) -> None:
    client = connected(node)
    node.down = True
    with pytest.raises(ConnectionFailed):
        client.head()
    assert 1 < chain.clock <= 2


def test_a_refusal_for_good_is_an_answer(client: Client, pair: Sequence[MemoryNode]) -> None:
    first, second = pair
    first.instead["eth_call"] = iter([raises(RpcError("execution reverted: no", 3))])
    with pytest.raises(ChainError, match="the contract refused: execution reverted: no"):
        client.call({}, "latest")
    assert "eth_call" not in second.asked


def test_a_refusal_that_all_give_is_told(client: Client, pair: Sequence[MemoryNode]) -> None:
    for node in pair:
        node.instead["eth_estimateGas"] = repeat(raises(RpcError("Invalid params", -32602)))
    with pytest.raises(TransactionFailed, match="the node refused eth_estimateGas: Invalid params"):
        client.estimate_gas({})


def test_each_node_that_answers_may_be_asked(client: Client, pair: Sequence[MemoryNode]) -> None:
    first, second = pair
    second.chain = MemoryChain(number=2)
    assert client.ask_each(HEAD, SYNCING) == [("node-0", [0, False]), ("node-1", [2, False])]
    first.down = True
    assert client.ask_each(HEAD) == [("node-1", [2])]
    second.down = True
    with pytest.raises(ConnectionFailed, match="node-0: down; node-1: down"):
        client.ask_each(HEAD)


# ------------------------------------------------------------- which chain


@pytest.mark.parametrize("answer", [{"error": {"code": -32005, "message": "limit exceeded"}}, {"result": "no"}, [1]])
def test_a_node_that_does_not_tell_its_chain_does_not_answer(
    answer: Any, client: Client, pair: Sequence[MemoryNode], monkeypatch: pytest.MonkeyPatch, connected: Connect
) -> None:
    first, _ = pair
    monkeypatch.setattr(first, "make_request", lambda _method, _params: answer)
    assert client.head().number == 0
    with pytest.raises(ConnectionFailed, match="node-0: "):
        connected(first).head()


def test_a_node_of_another_chain_is_no_replacement_and_the_first_is_used_when_it_is_back(
    chain: MemoryChain, connected: Connect
) -> None:
    first, second = MemoryNode(chain, chain_id=7), MemoryNode(chain, chain_id=8)
    client = connected(first, second)
    assert client.chain_id == 7
    first.down = True
    with pytest.raises(ConnectionFailed, match="node-1: it is on chain 8, not 7"):
        client.head()
    assert looks(second) == 0
    first.down = False
    assert client.head().number == 0
    assert client.chain_id == 7


def test_a_longer_chain_of_the_same_id_is_another(chain: MemoryChain, connected: Connect) -> None:
    first, second = MemoryNode(chain), MemoryNode(MemoryChain(number=2_813, first="0x" + "11" * 32))
    client = connected(first, second)
    assert client.head().number == 0
    first.down = True
    with pytest.raises(ConnectionFailed, match=r"node-1: it is on another chain of the id 7.*needs a new deployment"):
        client.head()


def test_a_node_that_comes_back_on_another_chain_is_noticed(chain: MemoryChain, connected: Connect) -> None:
    node = MemoryNode(chain)
    client = connected(node)
    client.head()
    node.chain_id = 8
    with pytest.raises(ConnectionFailed, match="it is on chain 8, not 7"):
        client.head()


# ------------------------------------------------------------------- heads


def test_a_node_that_stands_still_is_left(
    chain: MemoryChain, client: Client, pair: Sequence[MemoryNode], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    first, _ = pair
    client.head()
    first.chain = MemoryChain(clock=chain.clock)
    for _ in range(MAX_LAG):
        chain.mine()
    chain.clock += LOOK_AROUND_S
    assert client.head().number == 0
    chain.mine()
    chain.clock += LOOK_AROUND_S
    assert client.head().number == MAX_LAG + 1
    first.chain = chain
    chain.clock += LOOK_AROUND_S
    client.head()
    told = [record.message for record in caplog.records]
    assert told == ["node-1 is asked from now on, at block 3", "node-0 is asked from now on, at block 3"]


def test_a_node_that_is_behind_at_the_start_is_not_asked(chain: MemoryChain, connected: Connect) -> None:
    restarted = MemoryNode(MemoryChain())
    for _ in range(885):
        chain.mine()
    client = connected(restarted, MemoryNode(chain))
    assert client.head().number == 885
    assert looks(restarted) == 0


def test_a_dead_node_that_told_a_higher_head_before_it_died_does_not_slow_down_every_request(
    chain: MemoryChain, client: Client, pair: Sequence[MemoryNode]
) -> None:
    """Such as a validator of a chain that goes on from a backup, or one that told one wrong number."""
    first, second = pair
    first.instead["eth_blockNumber"] = iter([lambda: hex(1_000)])
    client.head()
    first.down = True
    client.head()
    begun = chain.clock
    for _ in range(10):
        client.head()
    assert looks(second) == 2 * 11
    assert chain.clock == begun, "each request waits for the dead node, which nobody is behind any more"


def test_a_single_slip_does_not_let_a_node_far_behind_answer(chain: MemoryChain, connected: Connect) -> None:
    for _ in range(500):
        chain.mine()
    whole, behind = MemoryNode(chain), MemoryNode(MemoryChain())
    client = connected(behind, whole)
    for _ in range(5):
        whole.instead["eth_getBlockByNumber"] = iter([raises(OSError("reset"))])
        assert client.head().number == 500
    assert looks(behind) == 0


def test_a_node_far_behind_is_left_again_when_another_is_back(chain: MemoryChain, connected: Connect) -> None:
    for _ in range(500):
        chain.mine()
    whole, behind = MemoryNode(chain), MemoryNode(MemoryChain())
    client = connected(behind, whole)
    client.head()
    whole.down = True
    assert client.head().number == 0
    whole.down = False
    chain.clock += REST_S
    assert client.head().number == 500


def test_a_node_alone_is_not_compared(client: Client, node: MemoryNode, connected: Connect, chain: MemoryChain) -> None:
    del client
    alone = connected(node)
    for _ in range(3):
        alone.head()
        chain.clock += 10 * LOOK_AROUND_S
    assert "eth_blockNumber" not in node.asked


def test_a_node_that_does_not_answer_is_asked_less_and_less(
    chain: MemoryChain, client: Client, pair: Sequence[MemoryNode]
) -> None:
    first, _ = pair
    tries: list[float] = []

    def fail(*_: object) -> str:
        tries.append(chain.clock)
        raise TimeoutError

    client.head()
    first.instead["eth_blockNumber"] = iter([fail] * 1_000)
    first.instead["eth_chainId"] = iter([fail] * 1_000)
    while chain.clock < 10 * REST_S:
        client.head()
        chain.clock += LOOK_AROUND_S
    assert len(tries) < 16
    assert tries[-1] - tries[-2] >= REST_S


# ------------------------------------------------------------- hanging nodes

LONG_S = 10.0  # until a request is given up


class Line:
    """A line to a node, which hangs until a time-out where it is asked anything that `hangs` names."""

    def __init__(self, node: MemoryNode, timeout: float, hangs: Callable[[str], bool]) -> None:
        self.node, self.timeout, self.hangs, self.timeouts = node, timeout, hangs, 0

    def make_request(self, method: Any, params: Any) -> Any:
        if self.hangs(method):
            self.timeouts += 1
            self.node.chain.clock += self.timeout
            raise ReadTimeout
        return self.node.make_request(method, params)

    def make_batch_request(self, requests: Any) -> Any:
        return [self.make_request(*request) for request in requests]


class Hanging:
    """Some nodes of a chain, of which those hang that `hung` names."""

    def __init__(self, chain: MemoryChain, count: int) -> None:
        self.chain, self.hung, self.slow = chain, set[str](), set[str]()
        self.hangs: Callable[[str], bool] = lambda _: True
        self.nodes = {f"node-{i}": MemoryNode(chain) for i in range(count)}
        self.long, self.brief = ({url: self._line(url, most) for url in self.nodes} for most in (LONG_S, PROBE_S))
        self.all = Nodes([*self.nodes], self.long.__getitem__, self.brief.__getitem__, chain.now, chain.sleep)

    def _line(self, url: str, timeout: float) -> Line:
        def hangs(method: str) -> bool:
            is_late = url in self.slow and timeout < LONG_S
            return is_late or (url in self.hung and self.hangs(method))

        return Line(self.nodes[url], timeout, hangs)

    def cost(self, question: Question = LATEST) -> float:
        """Seconds that a request takes."""
        before = self.chain.clock
        with suppress(ConnectionFailed):
            self.all.ask(question)
        return self.chain.clock - before


def test_a_head_does_not_show_that_a_node_answers_requests(chain: MemoryChain) -> None:
    """Its state is locked, say: it is left all the same, and tried less and less, for a short time."""
    price = Question("eth_gasPrice", (), natural)
    some = Hanging(chain, 2)
    some.cost()
    some.hung, some.hangs = {"node-0"}, lambda method: method == price.method
    costs = []
    for _ in range(600):
        chain.clock += 1
        costs.append(some.cost(price))
    assert max(costs[1:]) <= PROBE_S
    assert some.long["node-0"].timeouts == 1
    assert some.brief["node-0"].timeouts <= 600 / REST_S + 4
    some.hung.clear()
    chain.clock += REST_S
    some.cost(price)
    assert some.nodes["node-0"].asked[-1] == price.method


def test_nodes_that_hang_are_remembered(chain: MemoryChain) -> None:
    some = Hanging(chain, 3)
    some.cost()
    some.hung = {*some.nodes}
    costs = [some.cost() for _ in range(10)]
    assert costs[0] <= 3 * LONG_S
    assert max(costs[1:]) <= LONG_S + 3 * PROBE_S, "one of them has all the time, and one is looked at beside"


def test_the_first_that_is_asked_is_the_one_that_answered_last(chain: MemoryChain) -> None:
    some = Hanging(chain, 3)
    some.hung = {"node-0", "node-1"}
    some.cost()
    some.hung = {*some.nodes}
    some.cost()
    some.hung = {"node-0", "node-1"}
    assert some.cost() <= PROBE_S
    some.hung = {"node-1", "node-2"}
    some.cost()
    assert some.cost() <= PROBE_S, "it was slow to be found once"


def test_a_node_that_hung_is_found_when_no_other_answers(chain: MemoryChain) -> None:
    some = Hanging(chain, 3)
    some.hung = {"node-1", "node-2"}
    some.cost()
    some.hung = {*some.nodes}
    some.cost()
    some.hung.remove("node-2")
    assert len(some.all.ask(LATEST)) == 1


def test_the_node_that_answered_last_has_all_the_time_if_no_other_answers(chain: MemoryChain) -> None:
    some = Hanging(chain, 2)
    some.hung, some.slow = {"node-1"}, {"node-0"}
    for _ in range(3):
        chain.clock += LOOK_AROUND_S
        assert len(some.all.ask(LATEST)) == 1


def test_nodes_that_hang_from_the_start_cost_a_look_each(chain: MemoryChain) -> None:
    some = Hanging(chain, 4)
    some.hung = {"node-0", "node-1", "node-2"}
    assert some.cost() <= 3 * PROBE_S
    assert some.cost() == 0


def test_a_comparison_waits_for_one_at_most_of_those_that_hung(chain: MemoryChain) -> None:
    some = Hanging(chain, 5)
    some.hung = {"node-0", "node-1", "node-2", "node-3"}
    some.cost()
    chain.clock += REST_S
    assert some.cost() <= PROBE_S


def test_a_transaction_waits_for_no_node_that_hung(chain: MemoryChain) -> None:
    some = Hanging(chain, 3)
    some.hung = {"node-0", "node-2"}
    some.cost()
    before = chain.clock
    some.all.tell(broadcast(RAW))
    assert chain.clock == before
    assert chain.pool == {0: RAW}


# ----------------------------------------------------------------- batches


def test_many_questions_are_one_request(node: MemoryNode, connected: Connect, monkeypatch: pytest.MonkeyPatch) -> None:
    batches: list[int] = []
    answer = node.make_batch_request

    def count(requests: Sequence[Any]) -> Any:
        batches.append(len(requests))
        return answer(requests)

    monkeypatch.setattr(node, "make_batch_request", count)
    connected(node).look()
    assert batches == [2, 3], "first, which chain it is"


@pytest.mark.parametrize("answers", [[], [{"error": {}}, {}], [None, 3], "no", {"error": {"message": "no batches"}}])
def test_a_node_that_takes_no_batches_is_asked_one_by_one(
    answers: Any, node: MemoryNode, connected: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(node, "make_batch_request", lambda _requests: answers)
    assert connected(node).head().number == 0


def test_a_batch_that_is_refused_for_now_is_tried_again(
    node: MemoryNode, connected: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer, refusals = node.make_batch_request, iter([{"error": {"code": -32005, "message": "rate limit"}}])
    monkeypatch.setattr(node, "make_batch_request", lambda requests: next(refusals, None) or answer(requests))
    client = connected(node)
    for _ in range(2):
        client.head()
    assert list(refusals) == []
    assert looks(node) == 4


# -------------------------------------------------------------------- logs


def test_a_node_is_reported_once_when_it_dies_and_once_when_it_answers_again(
    client: Client, pair: Sequence[MemoryNode], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    client.head()
    for node in pair:
        node.down = True
    for _ in range(2):
        with pytest.raises(ConnectionFailed):
            client.head()
    pair[0].down = False
    client.head()
    assert [record.message for record in caplog.records] == [
        "node-0 does not answer: down",
        "node-1 does not answer: down",
        "node-0 answers again",
    ]


def test_a_single_slip_is_not_reported(
    client: Client, pair: Sequence[MemoryNode], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    client.head()
    pair[0].instead["eth_getBlockByNumber"] = iter([raises(OSError("reset"))])
    client.head()
    assert caplog.records == []


def test_a_node_is_asked_for_its_chain_when_it_begins_to_answer(node: MemoryNode, chain: MemoryChain) -> None:
    one = Nodes(["node"], lambda _: node, lambda _: node, chain.now, chain.sleep)
    ask = Question("eth_gasPrice", (), str)
    for _ in range(3):
        one.ask(ask)
    assert node.asked.count("eth_chainId") == 1
    node.instead["eth_gasPrice"] = iter([raises(OSError("reset"))])
    one.ask(ask, LATEST)
    assert node.asked.count("eth_chainId") == 2
