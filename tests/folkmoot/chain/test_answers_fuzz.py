"""Whatever a node answers, a client returns what its methods promise or raises one of Folkmoot's chain errors.

A node's answers are those of a chain in memory, some of them replaced by any JSON, or with one value in them replaced.
"""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any, NamedTuple

import pytest
from eth_account import Account
from hypothesis import given, settings
from hypothesis import strategies as st

from folkmoot.chain import Block, Client, FederationContract, Parameters, Receipt, Sender, TaskContract, fetch_events
from folkmoot.chain.calls import Call
from folkmoot.errors import ChainError
from folkmoot.testing.memory import MemoryChain, MemoryNode
from tests.support.logs import in_json, log_of

pytestmark = pytest.mark.fuzz

SOMEBODY = "0x" + "22" * 20
ACCOUNT = Account.from_key(bytes(31) + b"\1")
TRANSACTION = {"from": SOMEBODY, "to": SOMEBODY, "data": "0x01", "gas": 100_000}
HEXADECIMAL = (
    "0x",
    "0x0",
    "0x1",
    "0x7",
    "0xzz",
    "0x-1",
    "0x" + "f" * 64,
    "0x1" + "0" * 70,
    "0X7",
    "7",
    "0x 7",
    "0x1_0",
)
WORDS = ("nonce too low", "execution reverted", "limit exceeded", "already known", "Internal error", "out of gas")

leaves = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(HEXADECIMAL)
    | st.binary(max_size=70).map(lambda data: f"0x{data.hex()}")
)
names = st.sampled_from(
    ("number", "hash", "timestamp", "logs", "code", "message", "data", "result", "topics", "status")
)
anything = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(names | st.text(max_size=3), inner, max_size=4),
    max_leaves=8,
)
errors = st.fixed_dictionaries(
    {},
    optional={
        "code": st.sampled_from((3, -32000, -32005, -32007, 429)) | anything,
        "message": st.sampled_from(WORDS) | anything,
        "data": st.binary(max_size=80).map(lambda data: f"0x{data.hex()}") | anything,
    },
)


class Change(NamedTuple):
    """What is done to one answer: `kind`, where in it (numbers that choose at each level), and the new value."""

    kind: str
    where: Sequence[int] = ()
    value: Any = None


places = st.lists(st.integers(0, 9), max_size=4)
changes = st.one_of(
    st.just(Change("none")),
    st.tuples(st.just("value"), places, leaves | anything).map(lambda values: Change(*values)),
    st.tuples(st.just("missing"), places).map(lambda values: Change(*values)),
    st.tuples(st.just("result"), st.just(()), anything).map(lambda values: Change(*values)),
    st.tuples(st.just("error"), st.just(()), errors | anything).map(lambda values: Change(*values)),
    st.tuples(st.just("all"), st.just(()), anything).map(lambda values: Change(*values)),
)


def changed(answer: Any, change: Change) -> Any:
    match change.kind:
        case "none":
            return answer
        case "result" | "error":
            return {"jsonrpc": "2.0", "id": 1, change.kind: change.value}
        case "all":
            return change.value
    return _changed_at(deepcopy(answer), change, change.where)


def _changed_at(answer: Any, change: Change, where: Sequence[int]) -> Any:
    keys = [*answer] if isinstance(answer, dict) else [*range(len(answer))] if isinstance(answer, list) else []
    if not where or not keys:
        return change.value
    key = keys[where[0] % len(keys)]
    if change.kind == "missing" and len(where) == 1:
        del answer[key]
    else:
        answer[key] = _changed_at(answer[key], change, where[1:])
    return answer


class OddNode:
    """A node of a chain that has a log and a receipt, some of whose answers are changed."""

    def __init__(self, todo: Sequence[Change], whole: Sequence[Change]) -> None:
        self.chain = MemoryChain(number=9)
        self.node = MemoryNode(self.chain)
        log = in_json(log_of("UpdateSubmitted"))
        receipt = {"transactionHash": "0x" + "05" * 32, "blockNumber": "0x5", "gasUsed": "0x1", "status": "0x1"}
        self.node.instead["eth_getLogs"] = iter(lambda: lambda _: [log], None)
        self.node.instead["eth_getTransactionReceipt"] = iter(lambda: lambda _: {**receipt, "logs": [log]}, None)
        self.node.instead["eth_sendRawTransaction"] = iter(lambda: lambda _: "0x" + "05" * 32, None)
        self.node.instead["eth_getBalance"] = iter(lambda: lambda *_: "0x5", None)
        self._changes, self._whole = [*todo], [*whole]

    def make_request(self, method: Any, params: Any) -> Any:
        answer = self.node.make_request(method, params)
        return changed(answer, self._changes.pop(0)) if self._changes else answer

    def make_batch_request(self, requests: Any) -> Any:
        answers = [self.make_request(*request) for request in requests]
        return changed(answers, self._whole.pop(0)) if self._whole else answers


def _send(client: Client) -> Receipt | None:
    sender = Sender(client, ACCOUNT, clock=client._nodes.clock, sleep=client._nodes.sleep)
    return sender.send(CALL, deadline=client.now() + 20, done=["AlreadySubmitted"])


Use = Callable[[Client], Any]
CALL = Call(SOMEBODY, b"\1\2\3\4", "settle", (), 0)
USES: Mapping[str, tuple[Use, Any]] = {
    "chain_id": (lambda client: client.chain_id, int),
    "look": (lambda client: client.look(), tuple),
    "head": (lambda client: client.head(), Block),
    "now": (lambda client: client.now(), int),
    "halted_for": (lambda client: (client.head(), client.halted_for())[1], float),
    "block": (lambda client: client.block(5), Block),
    "find_block": (lambda client: client.find_block(5), Block | None),
    "balance": (lambda client: client.balance(SOMEBODY), int),
    "has_code": (lambda client: client.has_code(SOMEBODY), bool),
    "next_nonce": (lambda client: client.next_nonce(SOMEBODY), int),
    "read": (lambda client: client.read(SOMEBODY, b"\1", 5), bytes),
    "ask_ahead": (lambda client: client.ask_ahead([(SOMEBODY, b"\1"), (SOMEBODY, b"\2")], 5), type(None)),
    "call": (lambda client: client.call(TRANSACTION, "latest"), bytes),
    "logs": (lambda client: client.logs([SOMEBODY], 0, 9), list),
    "fetch_events": (lambda client: [*fetch_events(client, [SOMEBODY], from_block=0)], list),
    "is_quiet": (lambda client: client.is_quiet([SOMEBODY], client.block(4), client.head()), bool | None),
    "fees": (lambda client: client.fees(client.head()), dict),
    "estimate_gas": (lambda client: client.estimate_gas(TRANSACTION), int),
    "reason": (lambda client: client.reason("x", TRANSACTION, {"gasUsed": 1, "blockNumber": 5}), ChainError),
    "broadcast": (lambda client: client.broadcast(b"\1"), type(None)),
    "receipt": (lambda client: client.receipt("0x" + "05" * 32), dict | None),
    "treasury": (lambda client: FederationContract(client, SOMEBODY).treasury(), str),
    "account_of": (lambda client: FederationContract(client, SOMEBODY).account_of(SOMEBODY), object),
    "members": (lambda client: FederationContract(client, SOMEBODY).members(0, 10), tuple),
    "parameters": (lambda client: TaskContract(client, SOMEBODY).parameters(), Parameters),
    "updates": (lambda client: TaskContract(client, SOMEBODY).updates(0, 10), tuple),
    "send": (_send, Receipt | None),
}


@pytest.mark.parametrize("name", USES)
@settings(max_examples=settings().max_examples // 5)  # of each use
@given(todo=st.lists(changes, max_size=6), whole=st.lists(changes, max_size=2))
def test_it_returns_what_it_promises_or_raises_a_chain_error(
    name: str, todo: Sequence[Change], whole: Sequence[Change]
) -> None:
    odd = OddNode(todo, whole)
    use, kind = USES[name]
    with Client(["odd"], connect=lambda _: odd, clock=odd.chain.now, sleep=odd.chain.sleep) as client:
        try:
            found = use(client)
        except ChainError:
            return
        assert isinstance(found, kind)
