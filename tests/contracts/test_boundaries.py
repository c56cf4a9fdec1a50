"""Every window is half-open: a second before its deadline is inside, the deadline and a second later are outside."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from folkmoot.chain.structs import Phase
from tests.contracts.cast import model
from tests.contracts.lifecycle import Lifecycle, pointer
from tests.support.evm import next_block_at, pass_to, reverts_with, word

AROUND = (-1, 0, 1)
CONFIRMATION_LIFE = 7 * 24 * 3600

# What one member does in a window, when others have not ended it early.
ACTS: Mapping[Phase, Callable[[Lifecycle], Any]] = {
    Phase.TRAINING: lambda life: life.task.submitUpdate(0, pointer(life.trainers[0], 0), 1, {"from": life.trainers[0]}),
    Phase.COMMITTING: lambda life: life.task.commitScores(0, 0, word(1), {"from": life.committee[0]}),
    Phase.REVEALING: lambda life: life.reveal(life.committee[0]),
    Phase.AGGREGATING: lambda life: life.task.attest(0, 0, model(1), {"from": life.committee[0]}),
}

# The phase that follows a window when nobody, or just enough of those it waits for, have acted in it.
NEXT: Mapping[tuple[Phase, int], Phase] = {
    (Phase.TRAINING, 0): Phase.STALLED,
    (Phase.TRAINING, 1): Phase.STALLED,
    (Phase.TRAINING, 2): Phase.COMMITTING,
    (Phase.COMMITTING, 0): Phase.STALLED,
    (Phase.COMMITTING, 1): Phase.STALLED,
    (Phase.COMMITTING, 2): Phase.REVEALING,
    (Phase.REVEALING, 0): Phase.STALLED,
    (Phase.REVEALING, 1): Phase.STALLED,
    (Phase.REVEALING, 2): Phase.SETTLING,
    (Phase.AGGREGATING, 0): Phase.STALLED,
    (Phase.AGGREGATING, 1): Phase.STALLED,
}

DO: Mapping[Phase, Callable[[Lifecycle, int], Any]] = {
    Phase.TRAINING: lambda life, count: life.submit(*life.trainers[:count]),
    Phase.COMMITTING: lambda life, count: life.commit(*life.committee[:count]),
    Phase.REVEALING: lambda life, count: life.reveal(*life.committee[:count]),
    Phase.AGGREGATING: lambda life, count: life.attest(*life.committee[:count]),
}


@pytest.fixture(scope="module", params=ACTS, ids=lambda phase: phase.name.lower())
def life(lifecycle, request):
    """A task in a phase that has a window, with nobody having acted in it."""
    return lifecycle().to(request.param)


@pytest.mark.parametrize("late", AROUND)
def test_who_acts_acts_before_the_deadline(life, late):
    phase = life.phase
    next_block_at(life.deadline() + late)
    if late < 0:
        ACTS[phase](life)
        return
    with reverts_with("WrongPhase", 0, NEXT[phase, 0], phase):
        ACTS[phase](life)


@pytest.mark.parametrize("late", AROUND)
@pytest.mark.parametrize(("phase", "count"), NEXT, ids=lambda part: getattr(part, "name", str(part)).lower())
def test_the_deadline_ends_the_phase(lifecycle, phase, count, late):
    life = lifecycle().to(phase)
    if count:
        DO[phase](life, count)
    pass_to(life.deadline(phase) + late)
    assert life.phase == (phase if late < 0 else NEXT[phase, count])


@pytest.mark.parametrize("late", AROUND)
@pytest.mark.parametrize(("count", "follows"), [(2, Phase.STALLED), (3, Phase.REVEALING)])
def test_half_of_the_seats_are_no_majority(lifecycle, count, follows, late):
    life = lifecycle(seats=4, trainers=3, committee=4, updatesPerRound=4).to(Phase.COMMITTING)
    life.commit(*life.committee[:count])
    pass_to(life.deadline(Phase.COMMITTING) + late)
    assert life.phase == (Phase.COMMITTING if late < 0 else follows)


@pytest.mark.parametrize("late", AROUND)
def test_recovery_begins_at_the_deadline(life, late):
    phase = life.phase
    next_block_at(life.deadline() + late)
    if late >= 0:
        life.recover()
        assert life.task.round()["attempt"] == 1
        return
    with reverts_with("WrongPhase", 0, phase, Phase.STALLED):
        life.recover()


# Enrolling


@pytest.fixture(scope="module")
def waiting(lifecycle):
    """Enough for a round, but one less than the task would have."""
    life = lifecycle(minEnrolled=8).to(Phase.ENROLLING)
    life.enrol()
    return life


@pytest.mark.parametrize("late", AROUND)
def test_a_task_starts_with_fewer_from_the_deadline_on(waiting, late):
    next_block_at(waiting.deadline() + late)
    if late >= 0:
        waiting.start()
        assert waiting.phase == Phase.TRAINING
        return
    with reverts_with("TooFewEnrolled", 8, 7):
        waiting.start()


@pytest.mark.parametrize("late", AROUND)
def test_a_task_expires_from_the_deadline_on(lifecycle, late):
    enrolled = lifecycle().to(Phase.ENROLLING)
    start_by = enrolled.deadline()
    next_block_at(start_by + late)
    if late >= 0:
        enrolled.task.expire(enrolled.anyone)
        assert enrolled.phase == Phase.EXPIRED
        return
    with reverts_with("EnrolmentOpen", start_by):
        enrolled.task.expire(enrolled.anyone)


# A pause


@pytest.fixture(scope="module")
def paused(lifecycle):
    life = lifecycle().to(Phase.TRAINING)
    life.pause(500)
    return life


@pytest.mark.parametrize("late", AROUND)
def test_the_round_goes_on_at_the_end_of_a_pause(paused, late):
    next_block_at(paused.deadline() + late)
    if late >= 0:
        ACTS[Phase.TRAINING](paused)
        return
    with reverts_with("WrongPhase", 0, Phase.PAUSED, Phase.TRAINING):
        ACTS[Phase.TRAINING](paused)


@pytest.mark.parametrize("late", AROUND)
def test_managers_resume_before_the_end_of_a_pause(paused, manager, late):
    until = paused.deadline()
    next_block_at(until + late)
    if late < 0:
        paused.task.resume(until, {"from": manager})
        return
    with reverts_with("WrongPhase", 0, Phase.TRAINING, Phase.PAUSED):
        paused.task.resume(until, {"from": manager})


@pytest.mark.parametrize("late", AROUND)
def test_managers_pause_again_from_the_end_of_a_pause_on(paused, manager, late):
    until = paused.deadline()
    next_block_at(until + late)
    if late >= 0:
        paused.task.pause(1_000, {"from": manager})
        return
    with reverts_with("AlreadyPaused", until):
        paused.task.pause(1_000, {"from": manager})


# A confirmation


@pytest.mark.parametrize("late", AROUND)
def test_a_confirmation_counts_until_it_expires(cast, managers, late):
    expires = cast.federation.setFee(9, {"from": managers[0]}).timestamp + CONFIRMATION_LIFE
    next_block_at(expires + late)
    cast.federation.setFee(9, {"from": managers[1]})
    assert (cast.federation.permissionFee() == 9) == (late < 0)


@pytest.mark.parametrize("late", AROUND)
def test_a_confirmation_is_revoked_before_it_expires(cast, manager, late):
    transaction = cast.federation.setFee(9, {"from": manager})
    action = cast.federation.actionOf(cast.federation, transaction.input)
    next_block_at(transaction.timestamp + CONFIRMATION_LIFE + late)
    if late < 0:
        cast.federation.revoke(action, {"from": manager})
        return
    with reverts_with("NothingToRevoke", action, manager):
        cast.federation.revoke(action, {"from": manager})
