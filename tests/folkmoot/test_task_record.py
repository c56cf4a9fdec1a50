from collections.abc import Iterator

import pytest

from folkmoot.chain import Event, Phase
from folkmoot.chain.events.rounds import AggregateAttested, ModelBlockWritten, UpdateBlockWritten, UpdateSubmitted
from folkmoot.chain.events.tasks import KeysShared, MemberEnrolled
from folkmoot.task_record import Stand, TaskRecord
from tests.support.views import PARAMETERS

ROUNDS = 4
DESCRIPTOR, FIRST = PARAMETERS.descriptor, PARAMETERS.model
ADA, BEN = "0xAda", "0xBen"


def model(number: int) -> bytes:
    return bytes([11, number]) * 16 if number else FIRST


def update(round: int, author: str) -> bytes:  # noqa: A002
    return bytes([12, round, *author[2:4].encode()]) * 8


def attested(round: int) -> bytes:  # noqa: A002
    return bytes([13, round]) * 16


def played(number: int) -> Iterator[Event]:
    """A round in which Ada's update is accepted, Ben's is not, and one seat attests something else."""
    for index, author in enumerate((ADA, BEN)):
        yield UpdateSubmitted(number, author, index, update(number, author), 10)
    yield AggregateAttested(number, BEN, 0, attested(number))
    yield AggregateAttested(number, ADA, 0, model(number + 1))
    yield UpdateBlockWritten(number, ADA, 1, update(number, ADA), 9_000, 1)
    yield ModelBlockWritten(number, number + 1, model(number + 1))


@pytest.fixture
def record() -> TaskRecord:
    events = [ModelBlockWritten(0, 0, FIRST), *(event for number in range(ROUNDS) for event in played(number))]
    return TaskRecord.of(PARAMETERS, events)


def of_round(number: int) -> set[bytes]:
    return {update(number, ADA), update(number, BEN), attested(number), model(number + 1)}


def test_models_and_accepted_updates_count_newest_first(record: TaskRecord) -> None:
    accepted = [update(number, ADA) for number in range(ROUNDS)]
    assert {*record.counting} == {DESCRIPTOR, *accepted, *(model(number) for number in range(ROUNDS + 1))}
    assert record.counting[:3] == (DESCRIPTOR, model(4), model(3))
    assert {*record.counting[-2:]} == {FIRST, update(0, ADA)}


def test_all_that_was_named_is_there(record: TaskRecord) -> None:
    rejected = {update(number, BEN) for number in range(ROUNDS)} | {attested(number) for number in range(ROUNDS)}
    assert {*record} == {*record.counting} | rejected
    assert len(list(record)) == len({*record})


def test_a_record_goes_on_with_later_events(record: TaskRecord) -> None:
    grown = TaskRecord.of(PARAMETERS)
    for number in range(ROUNDS):
        grown.add(played(number))
    assert grown == record


def test_everything_that_counts_stays_with_all(record: TaskRecord) -> None:
    kept = record.kept("all", Stand(4, is_published=True))
    assert kept == {*record.counting}
    assert record.kept("all", Stand(4, is_published=False)) == {*record.counting} | of_round(3)


def test_latest_keeps_two_models_and_one_rounds_updates(record: TaskRecord) -> None:
    opened = record.kept("latest", Stand(3, is_published=False))
    assert opened == {DESCRIPTOR, model(2), model(3)} | of_round(2) | of_round(3)
    published = record.kept("latest", Stand(3, is_published=True))
    assert published == {DESCRIPTOR, model(3)} | of_round(3)


def test_a_roll_back_makes_an_old_model_the_latest(record: TaskRecord) -> None:
    record.add([ModelBlockWritten(4, 5, FIRST)])
    assert FIRST in record.kept("latest", Stand(5, is_published=False))
    assert FIRST in record.kept("latest", Stand(5, is_published=True))
    assert model(1) not in record.kept("latest", Stand(5, is_published=False))


def test_what_came_after_the_stand_stays(record: TaskRecord) -> None:
    late = record.kept("latest", Stand(1, is_published=True))
    assert late == {DESCRIPTOR, model(1)} | of_round(1) | of_round(2) | of_round(3)


def test_keys_that_participants_hand_on_are_held_for_good(record: TaskRecord) -> None:
    keys, bait = bytes([14]) * 32, bytes([15]) * 32
    record.add(
        [
            KeysShared("0xStranger", bait),
            KeysShared(ADA, keys),
            KeysShared("0xStranger", keys),
            MemberEnrolled(ADA, 1, 0),
        ]
    )
    for keep in ("all", "latest"):
        assert keys in record.kept(keep, Stand(9, is_published=True))
    assert record.counting[:2] == (DESCRIPTOR, keys)
    assert bait not in {*record, *record.counting}, "who does not take part could have us fetch anything"


def test_a_task_that_has_not_started_keeps_what_it_begins_with() -> None:
    record = TaskRecord.of(PARAMETERS)
    assert record.kept("latest", Stand(0, is_published=False)) == {DESCRIPTOR, FIRST} == {*record.counting}


@pytest.mark.parametrize("phase", Phase)
def test_updates_are_published_once_training_is_over(phase: Phase) -> None:
    later = {"COMMITTING", "REVEALING", "SETTLING", "AGGREGATING", "CLOSING", "FINISHED"}
    assert Stand.of(2, phase) == Stand(2, is_published=phase.name in later)
