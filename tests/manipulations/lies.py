"""Rules for a proxy by which a node tells otherwise what it was asked."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hexbytes import HexBytes

from folkmoot.chain import Event
from folkmoot.testing.rpc_faults import Ask, Request, Rule
from tests.support.logs import in_json, log_from

Place = tuple[int, int]
Log = Mapping[str, Any]
Change = Callable[[str, Sequence[Any], Any], Any]
"""From a method, its parameters and the result to another result."""


def answering(change: Change) -> Rule:
    """Change results, or leave them as they are."""

    def rule(requests: Sequence[Request], ask: Ask) -> Any:
        answers = ask(requests)
        if not isinstance(answers, list):
            return answers
        return [
            {**given, "result": change(request["method"], request["params"], given["result"])}
            if "result" in given
            else given
            for request, given in zip(requests, answers, strict=True)
        ]

    return rule


def instead(method: str, change: Callable[[Sequence[Any], Any], Any]) -> Rule:
    """Change the results of one method."""
    return answering(lambda asked, params, result: change(params, result) if asked == method else result)


def telling(others: Mapping[Place, Sequence[Log]]) -> Rule:
    """Tell other logs in the place of those at some places, each a block and an index in it."""

    def change(params: Sequence[Any], result: Any) -> Any:
        asked = params[0]
        first, last = int(asked["fromBlock"], 16), int(asked["toBlock"], 16)
        addresses = {address.lower() for address in asked.get("address", ())}
        kept = [log for log in result if place_of(log) not in others]
        added = [
            log
            for log in (log for logs in others.values() for log in logs)
            if first <= place_of(log)[0] <= last and log["address"].lower() in addresses
        ]
        return sorted([*kept, *added], key=place_of)

    return instead("eth_getLogs", change)


def place_of(log: Log) -> Place:
    return int(log["blockNumber"], 16), int(log["logIndex"], 16)


def place(event: Event) -> Place:
    assert event.origin
    return event.origin.block, event.origin.index


def log(event: Event, *, at: Event | None = None, index: int | None = None) -> Log:
    """An event as a node tells it: in its own place, or in that of another event."""
    origin = (at or event).origin
    assert origin
    assert event.origin
    made = log_from(event, origin.block, origin.index if index is None else index, event.origin.contract)
    told: Log = in_json({**made, "transactionHash": HexBytes(origin.transaction)})
    return told


def told(event: Event, *others: Event) -> Rule:
    """Other events in the place of one."""
    return telling({place(event): [log(other) for other in others]})


def swapped(one: Event, other: Event) -> Rule:
    """Two events, each in the other's place."""
    return telling({place(one): [log(other, at=one)], place(other): [log(one, at=other)]})
