"""How bad nodes and bad lines answer: rules for an `RpcProxy`.

A rule is a function of the requests and of what answers them without the rule.
"""

import json
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from random import Random
from typing import Any

from web3 import Web3

Request = Mapping[str, Any]
Ask = Callable[[Sequence[Request]], Any]
"""Gives the answers to some requests, as JSON has them: a list, or one refusal of all of them."""
Rule = Callable[[Sequence[Request], Ask], Any]

_LATEST = {"latest", "pending"}
_BLOCK_PARAMETER = {  # its place among a method's parameters
    "eth_call": 1,
    "eth_estimateGas": 1,
    "eth_getBalance": 1,
    "eth_getBlockByNumber": 0,
    "eth_getCode": 1,
    "eth_getTransactionCount": 1,
}


class Instead(Exception):
    """What is sent in place of answers: a status and a body, of which only a part may come before the line is cut."""

    def __init__(self, status: int = 200, body: bytes = b"", *, part: float = 1.0) -> None:
        super().__init__(status)
        self.status, self.body, self.part = status, body, part


# ------------------------------------------------------------------ bad lines


def refuse(_requests: Sequence[Request], _ask: Ask) -> Any:
    """Close the connection without a word."""
    raise Instead(part=0.0)


def cut(requests: Sequence[Request], ask: Ask) -> Any:
    """Close the connection in the middle of an answer."""
    raise Instead(body=json.dumps(ask(requests)).encode(), part=0.5)


def say(status: int, body: bytes) -> Rule:
    """Send the same whatever is asked, as a gateway does."""

    def rule(_requests: Sequence[Request], _ask: Ask) -> Any:
        raise Instead(status, body)

    return rule


def truncate(requests: Sequence[Request], ask: Ask) -> Any:
    """Send half of the JSON as if it were all."""
    body = json.dumps(ask(requests)).encode()
    raise Instead(body=body[: len(body) // 2])


def slow(seconds: float, methods: Collection[str] = ()) -> Rule:
    """Answer later whatever is asked, or these methods alone."""

    def rule(requests: Sequence[Request], ask: Ask) -> Any:
        if not methods or any(request["method"] in methods for request in requests):
            time.sleep(seconds)
        return ask(requests)

    return rule


def sometimes(rule: Rule, share: float, random: Random) -> Rule:
    """Go by a rule for a share of what is asked."""
    return lambda requests, ask: rule(requests, ask) if random.random() < share else ask(requests)


# ------------------------------------------------------------------ bad nodes


def reorder(requests: Sequence[Request], ask: Ask) -> Any:
    """Answer a batch from its end."""
    answers = ask(requests)
    return answers[::-1] if isinstance(answers, list) else answers


def fail(code: int, message: str, methods: Collection[str] = ()) -> Rule:
    """Refuse what is asked, or these methods alone."""
    return _each(lambda _: {"error": {"code": code, "message": message}}, methods)


def answer(result: Any, methods: Collection[str] = ()) -> Rule:
    """Give the same result whatever is asked, or to these methods alone."""
    return _each(lambda _: {"result": result}, methods)


def refuse_all(code: int, message: str) -> Rule:
    """Refuse a batch by one answer for all of it."""
    return lambda _requests, _ask: {"jsonrpc": "2.0", "id": None, "error": {"code": code, "message": message}}


def drop(requests: Sequence[Request], ask: Ask) -> Any:
    """Accept transactions and hand none on."""
    return _each(
        lambda request: {"result": Web3.to_hex(Web3.keccak(hexstr=request["params"][0]))}, {"eth_sendRawTransaction"}
    )(requests, ask)


def limit_logs(blocks: int, code: int, message: str) -> Rule:
    """Refuse to search more blocks than this for logs."""

    def is_wide(request: Request) -> bool:
        return request["method"] == "eth_getLogs" and _span(request["params"][0]) > blocks

    return _where(is_wide, lambda _: {"error": {"code": code, "message": message}})


def lag(blocks: int) -> Rule:
    """Answer as of so many blocks ago."""
    return lambda requests, ask: _as_of(max(0, _head(ask) - blocks), requests, ask)


def freeze() -> Rule:
    """Answer as of the moment when the rule was asked first."""
    heads: list[int] = []

    def rule(requests: Sequence[Request], ask: Ask) -> Any:
        if not heads:
            heads.append(_head(ask))  # perhaps beside another connection: the first of them counts
        return _as_of(min(heads[0], _head(ask)), requests, ask)

    return rule


def _each(made: Callable[[Request], Mapping[str, Any]], methods: Collection[str]) -> Rule:
    return _where(lambda request: not methods or request["method"] in methods, made)


def _where(holds: Callable[[Request], bool], made: Callable[[Request], Mapping[str, Any]]) -> Rule:
    """What a rule makes in place of the answers to some requests; the others are asked."""

    def rule(requests: Sequence[Request], ask: Ask) -> Any:
        asked = [request for request in requests if not holds(request)]
        answers = ask(asked) if asked else []
        if not isinstance(answers, list):
            return answers
        rest = iter(answers)
        return [
            {"jsonrpc": "2.0", "id": request.get("id"), **made(request)} if holds(request) else next(rest)
            for request in requests
        ]

    return rule


def _head(ask: Ask) -> int:
    answers = ask([{"jsonrpc": "2.0", "id": 0, "method": "eth_blockNumber", "params": []}])
    if not (isinstance(answers, list) and isinstance(answers[0].get("result"), str)):
        raise Instead(503)  # another rule came between
    return int(answers[0]["result"], 16)


def _as_of(head: int, requests: Sequence[Request], ask: Ask) -> Any:
    asked = [_before(head, request) for request in requests]
    answers = ask(asked)
    if not isinstance(answers, list):
        return answers
    return [{**given, **_hidden(head, request, given)} for request, given in zip(asked, answers, strict=True)]


def _before(head: int, request: Request) -> Request:
    """A request for the latest block, made to be for an older one."""
    method, params = request["method"], [*request["params"]]
    at = _BLOCK_PARAMETER.get(method)
    if at is not None and (len(params) == at or params[at] in _LATEST):
        params[at:] = [hex(head), *params[at + 1 :]]
    if method == "eth_getLogs":
        params = [params[0] | {"toBlock": hex(min(head, int(params[0]["toBlock"], 16)))}]
    return {**request, "params": params}


def _hidden(head: int, request: Request, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The part of an answer that a node with this head cannot know."""
    method, params, result = request["method"], request["params"], given.get("result")
    at = _BLOCK_PARAMETER.get(method)
    if method == "eth_blockNumber":
        return {"result": hex(head)}
    if method == "eth_getLogs" and _span(params[0]) <= 0:
        return {"result": []}
    is_later = isinstance(result, dict) and int(result.get("blockNumber") or "0x0", 16) > head
    if method == "eth_getTransactionReceipt" and is_later:
        return {"result": None}
    if at is not None and params[at].startswith("0x") and int(params[at], 16) > head:
        if method == "eth_getBlockByNumber":
            return {"result": None}
        return {"result": None, "error": {"code": -32000, "message": "header not found"}}
    return {}


def _span(wanted: Mapping[str, Any]) -> int:
    return int(wanted["toBlock"], 16) - int(wanted["fromBlock"], 16) + 1
