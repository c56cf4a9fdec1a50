"""Models that were really trained are made again from the accepted updates."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from folkmoot.audit.checkpoint import Checkpoint
from folkmoot.audit.models import ModelAudit, ModelCheck
from folkmoot.chain import TaskState
from folkmoot.chain.events.logs import block_of
from folkmoot.store.pointer import cid
from tests.integration.audit.conftest import Learned
from tests.support.simulation import ROUNDS


def audit(learned: Learned, checkpoint: Checkpoint | None = None) -> ModelAudit:
    chronicle = learned.case.chronicle
    timed = ((event, chronicle.blocks[block_of(event)].time) for event in chronicle.events)
    return ModelAudit.of(state(learned), timed, learned.blobs(), checkpoint or Checkpoint())


def state(learned: Learned) -> TaskState:
    (referee,) = learned.case.referees.values()
    return referee.state


def pointer_of_best(learned: Learned, number: int = 0) -> bytes:
    """Of the update that ranked first in a round."""
    played = (*state(learned).past, state(learned).running)[number]
    return next(p for u, p in zip(played.updates, played.pointers, strict=True) if u.rank == 1)


@contextmanager
def stored(learned: Learned, pointer: bytes, data: bytes | None) -> Iterator[None]:
    """With other bytes under a pointer, or none."""
    (file,) = learned.store._path.rglob(cid(pointer))
    before = file.read_bytes()
    file.unlink()
    if data is not None:
        file.write_bytes(data)
    try:
        yield
    finally:
        file.write_bytes(before)


def test_every_model_is_what_its_updates_make(learned: Learned) -> None:
    checkpoint = Checkpoint()
    assert list(audit(learned, checkpoint).check(range(ROUNDS))) == [ModelCheck(n) for n in range(ROUNDS)]
    assert len({*checkpoint}) == ROUNDS
    assert list(audit(learned, checkpoint).check([0])) == [ModelCheck(0)], "checked before"
    with stored(learned, pointer_of_best(learned), None):
        (found,) = audit(learned, checkpoint).check([0])
    assert found.unseen, "what is not there now is not taken for seen"


@pytest.mark.parametrize("change", ["swapped", "truncated", "bit"])
def test_a_blob_that_is_not_what_its_pointer_names_is_found(learned: Learned, change: str) -> None:
    pointer = pointer_of_best(learned)
    data = learned.store.get(pointer, limit=1 << 24)
    model = learned.store.get(state(learned).ledger[0], limit=1 << 24)
    other = {"swapped": model, "truncated": data[:-9], "bit": bytes([data[0] ^ 1]) + data[1:]}[change]
    with stored(learned, pointer, other):
        first, second = audit(learned).check(range(2))
    assert first.wrong.startswith("the update of 0x")
    assert "has other content than its name says" in first.wrong
    assert second == ModelCheck(1)
    assert first.damaged


def test_a_blob_that_nobody_has_is_told_and_no_fault(learned: Learned) -> None:
    with stored(learned, pointer_of_best(learned, 1), None):
        first, second = audit(learned).check(range(2))
    assert first == ModelCheck(0)
    assert (second.wrong, second.unseen.startswith("the update of 0x")) == ("", True)


def test_another_model_in_the_ledger_is_found(learned: Learned) -> None:
    wrong = audit(learned)
    wrong.state.ledger[1] = wrong.state.ledger[2]  # type: ignore[index]
    try:
        (found,) = wrong.check([0])
    finally:
        wrong.state.ledger[1] = learned.played.task.ledger(1)  # type: ignore[index]
    assert found.wrong.startswith(f"model 1 is {cid(learned.played.task.ledger(2))} in the ledger; the accepted")
