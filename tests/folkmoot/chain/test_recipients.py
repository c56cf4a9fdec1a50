"""Who may read, by real logs of made-up pasts."""

from typing import Any

import pytest

from folkmoot.chain import Event, Recipients
from folkmoot.chain.events.federation import (
    MemberAdmitted,
    MemberBanned,
    MemberLeft,
    MemberReplaced,
)
from folkmoot.chain.events.rounds import ModelBlockWritten, UpdateSubmitted
from folkmoot.chain.events.tasks import KeysShared, MemberEnrolled, MemberRetired, TaskFunded
from folkmoot.chain.recipients import UNSETTLED
from folkmoot.errors import ConnectionFailed
from folkmoot.testing.memory import MemoryChain, MemoryNode
from tests.support.readers import (
    ENROLLED,
    FEDERATION,
    FOUNDED,
    KEYS,
    OPENED,
    POINTER,
    TASK,
    A,
    B,
    C,
    D,
    E,
    Reader,
    recipients,
    settled,
)  # fmt: skip


def test_who_takes_part_reads() -> None:
    found = recipients([*FOUNDED, *ENROLLED])
    assert found.now() == {member: KEYS[member] for member in sorted((A, B, C))}


def test_without_a_task_every_member_does() -> None:
    assert recipients(FOUNDED, task=None).now().keys() == {A, B, C, D}


@pytest.mark.parametrize(
    "gone",
    [MemberLeft(B), MemberBanned(B), MemberRetired(B)],
    ids=["left", "banned", "counted out"],
)
def test_who_is_gone_does_not(gone: Event) -> None:
    assert recipients([*FOUNDED, *ENROLLED, (5, gone)]).now().keys() == {A, C}


def test_a_successor_reads_once_it_takes_part() -> None:
    replaced = [(5, MemberReplaced(B, E, KEYS[E])), (5, MemberLeft(B))]
    assert recipients([*FOUNDED, *ENROLLED, *replaced]).now().keys() == {A, C}
    enrolled = [*replaced, (6, MemberEnrolled(E, 4, 1))]
    assert recipients([*FOUNDED, *ENROLLED, *enrolled]).now()[E] == KEYS[E]


def test_who_has_no_valid_key_reads_nothing() -> None:
    """Managers gave a successor whose key nobody can have."""
    replaced = [(5, MemberReplaced(B, E, bytes(64))), (5, MemberLeft(B))]
    assert recipients([*FOUNDED, *replaced], task=None).now().keys() == {A, C, D}


def test_a_model_is_for_who_took_part_when_the_round_before_was_settled() -> None:
    later = [(6, MemberEnrolled(D, 4, 1)), settled(6), (7, MemberLeft(A)), settled(9, 1)]
    found = recipients([*FOUNDED, *ENROLLED, OPENED, *later])
    assert found.of_model(1).keys() == {A, B, C, D}  # the whole block counts
    assert found.of_model(2).keys() == {B, C, D}
    with pytest.raises(ConnectionFailed, match="round 2 was settled"):
        found.of_model(3)


def test_later_in_the_block_counts_too() -> None:
    found = recipients([*FOUNDED, *ENROLLED, OPENED, settled(6), (6, MemberLeft(A))])
    assert found.of_model(1).keys() == {B, C}


def test_updates_are_for_who_takes_part_all_the_time() -> None:
    later = [
        (5, MemberEnrolled(D, 4, 1)),
        (6, MemberLeft(A)),
        (8, MemberAdmitted(9, A, 0)),
        (9, MemberEnrolled(A, 1, 1)),
    ]
    found = recipients([*FOUNDED, *ENROLLED, OPENED, *later])
    assert found.of_updates(0, at=5).participants.keys() == {A, B, C}
    assert found.of_updates(0).participants.keys() == {B, C}  # who comes back takes part in the next round
    assert found.of_updates(0).seats.keys() == {B}
    with pytest.raises(ConnectionFailed, match="round 1 has opened"):
        found.of_updates(1)


def test_models_and_updates_are_found_by_their_pointers() -> None:
    carried = ModelBlockWritten(3, 4, POINTER)
    past = [*FOUNDED, (7, ModelBlockWritten(0, 1, POINTER)), (9, carried), (8, UpdateSubmitted(0, C, 0, bytes(32), 1))]
    found = recipients(past)
    assert (found.model_number(POINTER), found.model_number(bytes(32))) == (1, None)
    assert found.submitted_at(0, C.lower()) == 8
    for number, author in ((1, C), (0, B)):
        with pytest.raises(ConnectionFailed, match=f"{author} submitted an update in round {number}"):
            found.submitted_at(number, author)


def test_shares_are_told_latest_first_and_once() -> None:
    shares = [(5, KeysShared(A, POINTER)), (6, KeysShared(B, bytes(32))), (7, KeysShared(A, POINTER))]
    assert recipients([*FOUNDED, *shares]).shares() == [(A, POINTER), (B, bytes(32))]


def test_only_what_matters_is_asked_for() -> None:
    assert recipients([*FOUNDED, *ENROLLED, (5, TaskFunded(1, 1))]).now().keys() == {A, B, C}


def test_a_past_that_is_put_another_way_is_read_again() -> None:
    found = recipients([*FOUNDED, *ENROLLED, (9_000, MemberLeft(A))], head=9_000)
    client: Any = found._client
    found.read_on()
    assert found.now().keys() == {B, C}
    assert client.asked == [(0, 4_999), (5_000, 9_000)]  # the head is the same
    client.past, client.height = [*FOUNDED, *ENROLLED, (8_999, MemberLeft(B))], 9_001
    found.read_on()
    assert found.now().keys() == {A, C}
    assert client.asked[2:] == [(9_000 - UNSETTLED, 9_001)]


def test_a_node_that_answers_less_by_then_is_asked_again() -> None:
    """Its logs may have come from another node, which lags."""
    found = recipients([*FOUNDED, *ENROLLED], head=100)
    client: Any = found._client
    heads = iter((101, 101, 100, 101, 101, 101))  # each time at first, for the logs, and in the end
    client.head_of = lambda: next(heads)
    before = len(client.asked)
    found.read_on()
    found.read_on()
    assert len(client.asked) == before + 2


def test_members_are_told_of_a_block() -> None:
    past = [*FOUNDED, *ENROLLED, (5, MemberLeft(A)), (7, MemberReplaced(B, E, KEYS[E]))]
    assert recipients(past).members_until(6).keys() == {A, B, C, D}
    assert recipients(past).members_until(7).keys() == {A, B, C, D, E}


def test_a_past_that_is_kept_is_read_there_at_once() -> None:
    """As commands do, whose logs are on disk; what is of no concern here is left out."""
    chain = recipients([*FOUNDED, *ENROLLED, OPENED])
    kept = [event for _, event in [*FOUNDED, *ENROLLED, OPENED]]
    blocks: list[tuple[int, int]] = []

    def past(first: int, last: int) -> list[Event]:
        blocks.append((first, last))
        return [*kept, TaskFunded(1, 1)]

    client: Any = Reader(MemoryNode(MemoryChain()), [*FOUNDED], 12_000)
    told = Recipients(client, FEDERATION, TASK, from_block=7, past=past)
    told.read_on()
    told.read_on()
    assert blocks == [(7, 12_000)]
    assert client.asked == []
    assert told.now() == chain.now()
    assert not any(isinstance(event, TaskFunded) for event in told._events)
