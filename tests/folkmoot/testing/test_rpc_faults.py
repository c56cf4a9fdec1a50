"""What a rule makes of requests to a chain of ten blocks, in each of which something is logged."""

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

import pytest

from folkmoot.testing.rpc_faults import (
    Instead,
    answer,
    drop,
    fail,
    freeze,
    lag,
    limit_logs,
    refuse_all,
    reorder,
    slow,
    sometimes,
)

TRANSACTION = "0x01"


class Chain:
    """Answers with what it was asked, so far as no block is asked for."""

    def __init__(self) -> None:
        self.head, self.asked = 10, list[Any]()

    def ask(self, requests: Sequence[Mapping[str, Any]]) -> Any:
        self.asked += [(request["method"], *request["params"]) for request in requests]
        return [{"id": request.get("id"), "result": self._result(request)} for request in requests]

    def _result(self, request: Mapping[str, Any]) -> Any:
        match request["method"]:
            case "eth_blockNumber":
                return hex(self.head)
            case "eth_getTransactionReceipt":
                return {"blockNumber": request["params"][0]}
            case "eth_getLogs":
                return ["a log"]
            case _:
                return "as asked"


@pytest.fixture
def chain() -> Chain:
    return Chain()


def request(method: str, *params: Any, number: int = 0) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": [*params]}


def test_a_node_that_lags_answers_as_of_older_blocks(chain: Chain) -> None:
    asked = [
        request("eth_call", {}, "latest"),
        request("eth_estimateGas", {}),
        request("eth_getBlockByNumber", "pending", False),
        request("eth_getLogs", {"fromBlock": "0x1", "toBlock": "0xa"}),
    ]
    lag(3)(asked, chain.ask)
    assert chain.asked[1:] == [
        ("eth_call", {}, "0x7"),
        ("eth_estimateGas", {}, "0x7"),
        ("eth_getBlockByNumber", "0x7", False),
        ("eth_getLogs", {"fromBlock": "0x1", "toBlock": "0x7"}),
    ]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (request("eth_blockNumber"), "0x7"),
        (request("eth_getBlockByNumber", "0x8", False), None),
        (request("eth_getTransactionReceipt", "0x7"), {"blockNumber": "0x7"}),
        (request("eth_getTransactionReceipt", "0x8"), None),
        (request("eth_getLogs", {"fromBlock": "0x7", "toBlock": "0x9"}), ["a log"]),
        (request("eth_getLogs", {"fromBlock": "0x8", "toBlock": "0x9"}), []),
        (request("eth_call", {}, "0x7"), "as asked"),
    ],
)
def test_a_node_that_lags_does_not_know_later_blocks(asked: dict[str, Any], told: Any, chain: Chain) -> None:
    assert lag(3)([asked], chain.ask)[0]["result"] == told


def test_a_node_that_lags_refuses_calls_at_later_blocks(chain: Chain) -> None:
    assert lag(3)([request("eth_call", {}, "0x8")], chain.ask)[0]["error"]["message"] == "header not found"


def test_a_frozen_node_stays_where_it_was(chain: Chain) -> None:
    rule = freeze()
    assert rule([request("eth_blockNumber")], chain.ask)[0]["result"] == "0xa"
    chain.head = 12
    assert rule([request("eth_blockNumber")], chain.ask)[0]["result"] == "0xa"


def test_a_node_that_two_freeze_at_once_stays_where_the_first_did(chain: Chain) -> None:
    rule, told = freeze(), list[Any]()

    def ask(requests: Sequence[Any]) -> Any:
        if not told:
            told.append(None)
            told[:] = rule([request("eth_blockNumber")], chain.ask)  # another connection's, which is faster
            chain.head = 12
        return chain.ask(requests)

    told += rule([request("eth_blockNumber")], ask)
    assert [one["result"] for one in told] == ["0xa", "0xa"]


def test_only_named_methods_fail(chain: Chain) -> None:
    found = fail(-32000, "no", {"eth_call"})([request("eth_call", number=4), request("eth_other", number=5)], chain.ask)
    assert [one["id"] for one in found] == [4, 5]
    assert found[0]["error"] == {"code": -32000, "message": "no"}
    assert found[1]["result"] == "as asked"


def test_dropped_transactions_have_a_hash(chain: Chain) -> None:
    (found,) = drop([request("eth_sendRawTransaction", TRANSACTION)], chain.ask)
    assert found["result"] == "0x5fe7f977e71dba2ea1a68e21057beebb9be2ac30c6410aa38d4f3fbe41dcffd2"
    assert chain.asked == []


@pytest.mark.parametrize(("last", "is_refused"), [("0x4", False), ("0x5", True)])
def test_too_wide_searches_are_refused(last: str, is_refused: bool, chain: Chain) -> None:
    asked = [request("eth_getLogs", {"fromBlock": "0x1", "toBlock": last})]
    assert ("error" in limit_logs(4, -32005, "too many")(asked, chain.ask)[0]) == is_refused


def test_a_batch_comes_back_from_its_end(chain: Chain) -> None:
    found = reorder([request("one", number=1), request("two", number=2)], chain.ask)
    assert [one["id"] for one in found] == [2, 1]


def test_one_refusal_of_a_batch(chain: Chain) -> None:
    found = refuse_all(-32600, "no batches")([request("one"), request("two")], chain.ask)
    assert found["error"]["message"] == "no batches"


def test_a_share_of_the_requests_goes_by_a_rule(chain: Chain) -> None:
    rule = sometimes(answer("x"), 0.3, Random(1))
    hit = sum(rule([request("one")], chain.ask)[0]["result"] == "x" for _ in range(1_000))
    assert 250 < hit < 350


def test_a_slow_answer_is_the_same(chain: Chain) -> None:
    assert slow(0.01)([request("one")], chain.ask)[0]["result"] == "as asked"


def test_some_methods_alone_are_slow(chain: Chain, monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("time.sleep", pauses.append)
    rule = slow(7, {"two"})
    for requests in (["one"], ["one", "two"], ["two"]):
        rule([request(method) for method in requests], chain.ask)
    assert pauses == [7, 7]


def test_a_rule_between_says_when_it_cannot_know_the_head(chain: Chain) -> None:
    with pytest.raises(Instead) as raised:
        lag(1)([request("one")], lambda requests: fail(-1, "no")(requests, chain.ask))
    assert raised.value.status == 503
