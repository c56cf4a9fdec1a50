from dataclasses import replace

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak

from folkmoot.audit.managers import LIFE_S, ManagerBook
from folkmoot.chain import Event, Origin
from folkmoot.chain.calldata import encode_call
from folkmoot.chain.events import federation as f
from folkmoot.chain.events import tasks as t
from tests.support.past import TASK, A, B, C, D

FEDERATION = "0x" + "f" * 40
FOUNDED = (f.ManagerAdded(A), f.ManagerAdded(B), f.ManagerAdded(C), f.QuorumChanged(2))
CALL = encode_call("Federation", "setFee", 7)
KEY = keccak(encode(["address", "bytes"], [FEDERATION, CALL]))
TIME = 1_000


def action(executions: int = 0) -> bytes:
    return bytes(keccak(encode(["bytes32", "uint256"], [KEY, executions])))


def confirmed(manager: str, count: int, *, time: int = TIME, quorum: int = 2, call: bytes = CALL) -> f.ActionConfirmed:
    return f.ActionConfirmed(action(), manager, FEDERATION, call, count, quorum, time + LIFE_S)


EXECUTED = f.ActionExecuted(action(), FEDERATION)
DECIDED = (confirmed(A, 1), confirmed(B, 2), EXECUTED, f.FeeChanged(7))


def take(book: ManagerBook, events: tuple[Event, ...], time: int = TIME, *, founding: bool = False) -> list[str]:
    """What is wrong with the last of these events; the founding ones are in the first transaction."""
    why: list[str] = []
    for event in events:
        transaction = "founding" if founding else "deciding"
        why = list(book.take(replace(event, origin=Origin(FEDERATION, 1, 0, transaction)), time))
    return why


@pytest.fixture
def book() -> ManagerBook:
    book = ManagerBook()
    assert take(book, FOUNDED, founding=True) == []
    return book


def test_what_a_quorum_confirms_is_executed(book: ManagerBook) -> None:
    for event in DECIDED:
        assert take(book, (event,)) == []
    again = replace(confirmed(A, 1), action=action(1))
    assert take(book, (again,)) == [], "the same call is another action after it was executed"


@pytest.mark.parametrize(
    ("events", "told"),
    [
        ((confirmed(D, 0),), f"{D} confirmed as a manager, and is none"),
        ((confirmed(A, 2),), "2 of 2 managers confirmed on the chain; by the record 1 of 2"),
        ((confirmed(A, 1, quorum=1),), "1 of 1 managers confirmed on the chain; by the record 1 of 2"),
        ((confirmed(A, 1), EXECUTED), f"an action on {FEDERATION} was executed with 1 confirmations; the quorum is 2"),
        ((f.FeeChanged(7),), "FeeChanged: no quorum of the managers has confirmed it"),
        ((*DECIDED[:-1], f.FeeChanged(8)), f"FeeChanged: the managers confirmed another call, 0x{CALL.hex()}"),
        ((t.TaskApproved(1, (A,), 5),), "TaskApproved: no quorum of the managers has confirmed it"),
        ((f.ManagerRemoved(D),), f"{D} was no manager"),
        ((f.ManagerAdded(A),), f"{A} was a manager before"),
        ((f.ActionRevoked(action(), A),), f"{A} revoked a confirmation that it had not made"),
        ((*DECIDED[:2], f.FeeChanged(7)), "FeeChanged: no quorum of the managers has confirmed it"),
    ],
)
def test_what_no_quorum_confirmed_is_told(book: ManagerBook, events: tuple[Event, ...], told: str) -> None:
    assert told in take(book, events)


def test_a_confirmation_counts_for_a_week_and_for_a_term(book: ManagerBook) -> None:
    take(book, (confirmed(A, 1),))
    later = TIME + LIFE_S
    assert take(book, (confirmed(B, 1, time=later),), later) == [], "the first one has expired"
    assert take(book, (confirmed(B, 2, time=later),), later) == [
        "2 of 2 managers confirmed on the chain; by the record 1 of 2"
    ]


def test_who_left_and_came_back_has_confirmed_nothing(book: ManagerBook) -> None:
    take(book, (confirmed(A, 1),))
    take(book, (f.ManagerRemoved(A), f.ManagerAdded(A)))
    assert take(book, (confirmed(B, 2),)) == ["2 of 2 managers confirmed on the chain; by the record 1 of 2"]


def test_a_call_on_another_contract_is_another_decision(book: ManagerBook) -> None:
    take(book, DECIDED[:-1])
    event = replace(t.TaskFunded(7, 7), origin=Origin(TASK, 1, 0, "deciding"))
    assert list(book.take(event, TIME)) == [f"TaskFunded: the managers confirmed another call, 0x{CALL.hex()}"]
