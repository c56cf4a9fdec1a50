from collections.abc import Collection
from dataclasses import dataclass, field, replace
from typing import get_args

import pytest

from folkmoot.chain import Call, Client, Phase, TaskContract, score_commitment
from folkmoot.testing.memory import MemoryChain, MemoryNode
from folkmoot.worker.actions import (
    Attest,
    Close,
    Commit,
    Enrol,
    Expire,
    Recover,
    Retire,
    Reveal,
    SampleTrainers,
    ScoreModel,
    Settle,
    ShareKeys,
    Start,
    Submit,
    Transaction,
)
from folkmoot.worker.transactor import TRANSACTION_S, Transactor
from tests.support.views import (
    DIGEST,
    NEXT_MODEL,
    NOW,
    NUMBER,
    PARAMETERS,
    SEATS,
    TASK,
    TRAINERS,
    a_view,
    opening,
    trained,
)

KEPT, UPDATE = opening(), trained(TRAINERS[0])

CALLS: dict[str, tuple[Transaction, tuple[object, ...]]] = {
    "enrol": (Enrol(), ()),
    "submitUpdate": (Submit(NUMBER, UPDATE), (NUMBER, UPDATE.pointer, 10)),
    "revealScores": (Reveal(1, KEPT), (NUMBER, 1, KEPT.baseline, [1 + (2 << 16) + (3 << 32)], KEPT.salt)),
    "attest": (Attest(NUMBER, 2, NEXT_MODEL), (NUMBER, 2, NEXT_MODEL)),
    "start": (Start(), ()),
    "expire": (Expire(), ()),
    "retire": (Retire(TRAINERS[1]), (TRAINERS[1],)),
    "sampleTrainers": (SampleTrainers(5), (5,)),
    "settle": (Settle(4), (4,)),
    "close": (Close(9), (9,)),
    "recover": (Recover(), ()),
    "commitScores": (
        Commit(0, KEPT),
        (
            NUMBER,
            0,
            score_commitment(
                chain_id=7, task=TASK, round=NUMBER, attempt=0, member=SEATS[0], updates_digest=DIGEST,
                baseline=KEPT.baseline, scores=KEPT.scores, salt=KEPT.salt,
            ),
        ),
    ),
    "scoreModel": (ScoreModel(1, 9_526), (1, 9_526)),
    "shareKeys": (ShareKeys(NEXT_MODEL), (NEXT_MODEL,)),
}  # fmt: skip


@dataclass
class Recorder:
    """Takes what would be sent."""

    address: str = SEATS[0]
    sent: list[tuple[Call, int, Collection[str]]] = field(default_factory=list)

    def send(self, call: Call, *, deadline: int, done: Collection[str]) -> None:
        self.sent.append((call, deadline, done))


@pytest.fixture
def recorder() -> Recorder:
    return Recorder()


@pytest.fixture
def transactor(recorder: Recorder) -> Transactor:
    node = MemoryNode(MemoryChain())
    client = Client(["node"], connect=lambda _: node)
    return Transactor(recorder, TaskContract(client, TASK), chain_id=7)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", CALLS)
def test_an_action_is_one_call(transactor: Transactor, recorder: Recorder, name: str) -> None:
    action, args = CALLS[name]
    transactor.send(action, a_view(Phase.TRAINING))
    ((call, _, _),) = recorder.sent
    assert (call.to.lower(), call.name, call.args) == (TASK, name, args)


def test_every_transaction_has_its_call() -> None:
    assert {type(action) for action, _ in CALLS.values()} == set(get_args(Transaction))


@pytest.mark.parametrize(
    ("action", "phase", "deadline"),
    [
        (Submit(NUMBER, UPDATE), Phase.TRAINING, NOW + 50),
        (Commit(0, KEPT), Phase.COMMITTING, NOW + 100),
        (Reveal(0, KEPT), Phase.REVEALING, NOW + 100),
        (Attest(NUMBER, 0, NEXT_MODEL), Phase.AGGREGATING, NOW + 50),
        (Start(), Phase.ENROLLING, NOW + 50),
        (Enrol(), Phase.TRAINING, NOW + TRANSACTION_S),
        (Settle(1), Phase.SETTLING, NOW + TRANSACTION_S),
        (Recover(), Phase.STALLED, NOW + TRANSACTION_S),
    ],
)
def test_nothing_is_sent_after_its_phase(
    transactor: Transactor, recorder: Recorder, action: Transaction, phase: Phase, deadline: int
) -> None:
    transactor.send(action, a_view(phase))
    assert [sent[1] for sent in recorder.sent] == [deadline]


def test_after_a_halt_there_is_time_although_the_deadline_has_passed(
    transactor: Transactor, recorder: Recorder
) -> None:
    halted = a_view(Phase.COMMITTING, parameters=replace(PARAMETERS, min_blocks=5))
    late = halted.round.deadline + 10_000
    halted = replace(halted, now=late, round=replace(halted.round, end_block=halted.block + 1))
    assert halted.phase == Phase.COMMITTING
    transactor.send(Commit(0, KEPT), halted)
    assert [sent[1] for sent in recorder.sent] == [late + TRANSACTION_S]


@pytest.mark.parametrize(
    ("action", "error", "is_done"),
    [
        (Enrol(), "AlreadyEnrolled", True),
        (Submit(NUMBER, UPDATE), "AlreadySubmitted", True),
        (Commit(0, KEPT), "AlreadyCommitted", True),
        (Reveal(0, KEPT), "AlreadyRevealed", True),
        (Attest(NUMBER, 0, NEXT_MODEL), "AlreadyAttested", True),
        (ScoreModel(0, 9_526), "AlreadyScored", True),
        (ScoreModel(0, 9_526), "WrongPhase", False),
        (Settle(1), "WrongPhase", True),
        (Close(1), "WrongPhase", True),
        (Recover(), "WrongRound", True),
        (Submit(NUMBER, UPDATE), "WrongPhase", False),
        (Reveal(0, KEPT), "CommitmentMismatch", False),
    ],
)
def test_what_was_done_before_is_no_error(
    transactor: Transactor, recorder: Recorder, action: Transaction, error: str, is_done: bool
) -> None:
    transactor.send(action, a_view(Phase.TRAINING))
    assert [error in sent[2] for sent in recorder.sent] == [is_done]
