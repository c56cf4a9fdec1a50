"""What the doctor says of a model that the store has not."""

import pytest

from folkmoot.cli.lost_model import MOST_LOOKED_FOR, lost_model
from folkmoot.task_record import NamedBlob, TaskRecord

A, B, C, PROPOSER = ("0x" + digit * 40 for digit in "1234")


def pointer(number: int) -> bytes:
    return bytes([number]) * 32


def record(*models: int) -> TaskRecord:
    """Models by number, of which two may be the same; A and B attested each, C something else."""
    found = TaskRecord(bytes(32), {number: pointer(model) for number, model in enumerate(models)})
    for round_, model in enumerate(models[1:]):
        found.attested += [NamedBlob(round=round_, author=who, pointer=pointer(model)) for who in (A, B)]
        found.attested.append(NamedBlob(round=round_, author=C, pointer=pointer(99)))
    return found


def test_who_attested_it_may_have_it_and_managers_go_back_to_the_newest_that_is_there() -> None:
    error = lost_model(record(10, 11, 12, 13), 3, PROPOSER, {pointer(10), pointer(11)}.__contains__, is_running=True)
    assert error.message == "the store has no model 3, the latest"
    assert f"workers with a copy publish it again; attested by {A}, {B};" in error.hint
    assert "managers go back to model 1, the newest that is there: folkmoot manager roll-back 1 --comm" in error.hint


def test_a_model_that_was_carried_forward_is_the_same_and_no_way_out() -> None:
    error = lost_model(record(10, 11, 11, 11), 3, PROPOSER, {pointer(10)}.__contains__, is_running=True)
    assert "go back to model 0," in error.hint


def test_the_first_model_is_its_proposers() -> None:
    error = lost_model(record(10), 0, PROPOSER, lambda _: True, is_running=True)
    assert error.hint.endswith(f"its proposer made it: {PROPOSER}")


@pytest.mark.parametrize(("there", "is_running"), [(False, True), (True, False)])
def test_where_nothing_is_there_or_the_task_is_over_nobody_goes_back(*, there: bool, is_running: bool) -> None:
    assert "roll-back" not in lost_model(record(10, 11), 1, PROPOSER, lambda _: there, is_running=is_running).hint


def test_a_long_task_is_not_searched_whole() -> None:
    asked: list[bytes] = []
    lost_model(record(*range(100)), 99, PROPOSER, lambda one: bool(asked.append(one)), is_running=True)
    assert asked == [pointer(98 - n) for n in range(MOST_LOOKED_FOR)]
