"""The contract behind the tasks is no task itself."""

import pytest

from folkmoot.chain.structs import Milestone, Phase
from tests.support.evm import reverts_with, word

CANCELLED = Phase.CANCELLED

LOCKED = [
    ("start", [], ("WrongPhase", 0, CANCELLED, Phase.ENROLLING)),
    ("expire", [], ("WrongPhase", 0, CANCELLED, Phase.ENROLLING)),
    ("cancel", [], ("WrongPhase", 0, CANCELLED, Phase.ENROLLING)),
    ("enrol", [], ("TaskNotRunning", CANCELLED)),
    ("fund", [1], ("TaskNotRunning", CANCELLED)),
    ("pause", [1], ("TaskNotRunning", CANCELLED)),
    ("resume", [0], ("WrongPhase", 0, CANCELLED, Phase.PAUSED)),
    ("sampleTrainers", [1], ("WrongPhase", 0, CANCELLED, Phase.SAMPLING)),
    ("submitUpdate", [0, word(1), 1], ("WrongPhase", 0, CANCELLED, Phase.TRAINING)),
    ("commitScores", [0, 0, word(1)], ("WrongPhase", 0, CANCELLED, Phase.COMMITTING)),
    ("revealScores", [0, 0, 0, [], word(1)], ("WrongPhase", 0, CANCELLED, Phase.REVEALING)),
    ("settle", [1], ("WrongPhase", 0, CANCELLED, Phase.SETTLING)),
    ("attest", [0, 0, word(1)], ("WrongPhase", 0, CANCELLED, Phase.AGGREGATING)),
    ("close", [1], ("WrongPhase", 0, CANCELLED, Phase.CLOSING)),
    ("recover", [], ("WrongPhase", 0, CANCELLED, Phase.STALLED)),
]


def test_it_is_cancelled_for_ever(implementation):
    assert implementation.phase() == CANCELLED
    assert implementation.round()["milestone"] == Milestone.CANCELLED


def test_the_federation_does_not_know_it(cast, implementation):
    assert not cast.federation.isTask(implementation)


@pytest.mark.parametrize(("function", "arguments", "error"), LOCKED)
def test_nothing_can_be_done_with_it(implementation, manager, function, arguments, error):
    with reverts_with(*error):
        getattr(implementation, function).call(*arguments, {"from": manager})


def test_it_cannot_be_approved(implementation, manager, members):
    with reverts_with("WrongPhase", 0, CANCELLED, Phase.PROPOSED):
        implementation.approve.call(1, members[:3], {"from": manager})


def test_it_cannot_be_rolled_back(implementation, manager, members):
    with reverts_with("TaskNotRunning", CANCELLED):
        implementation.rollback.call(0, members[:3], {"from": manager})


def test_nobody_is_enrolled_in_it(implementation, stranger):
    with reverts_with("NotEnrolled", stranger):
        implementation.retire.call(stranger, {"from": stranger})
