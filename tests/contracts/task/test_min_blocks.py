"""A chain that stood still: its next block comes after every deadline, and nobody could act before."""

import pytest
from brownie import chain

from folkmoot.chain.structs import Phase
from tests.support.evm import events, pass_to

BLOCKS = 12
LONG = 10**6  # seconds


@pytest.fixture
def life(lifecycle):
    return lifecycle(minBlocks=BLOCKS, aggregatingWindow=4_000)


def halt(life):
    """One block, long after all deadlines."""
    pass_to(life.task.round()["deadline"] + LONG)


@pytest.mark.parametrize("phase", [Phase.TRAINING, Phase.COMMITTING, Phase.REVEALING, Phase.AGGREGATING])
def test_whoever_is_due_can_still_act_after_a_halt(life, phase):
    life.to(phase)
    halt(life)
    assert life.phase == phase
    life.finish_round()
    for seat in life.committee:
        assert life.task.participant(seat)["struckIn"] == 0


def test_each_window_has_its_blocks_after_a_halt(life):
    life.to(Phase.TRAINING)
    opened = life.task.round()["endBlock"] - 3 * BLOCKS
    life.submit(*life.trainers[:2])
    halt(life)
    seen = {}
    while life.phase != Phase.STALLED:
        seen[chain.height - opened] = life.phase
        if life.phase == Phase.COMMITTING and chain.height - opened >= BLOCKS:
            break
        chain.mine()
    assert [seen[block] for block in sorted(seen)][-1] == Phase.COMMITTING
    assert max(block for block, phase in seen.items() if phase == Phase.TRAINING) == BLOCKS - 1


def test_who_does_nothing_for_so_many_blocks_is_absent(life):
    life.to(Phase.COMMITTING)
    halt(life)
    while chain.height < life.task.round()["endBlock"] - BLOCKS:
        assert life.phase == Phase.COMMITTING
        chain.mine()
    assert life.phase == Phase.STALLED
    assert len(events(life.recover(), "MemberStruck")) == 3


def test_a_phase_in_which_all_have_acted_does_not_wait_for_blocks(life):
    life.to(Phase.AGGREGATING)
    assert chain.height - life.task.round()["endBlock"] + BLOCKS < 2


def test_blocks_alone_end_nothing(life):
    life.to(Phase.TRAINING)
    chain.mine(4 * BLOCKS)
    assert life.phase == Phase.TRAINING


@pytest.mark.parametrize("phase", [Phase.TRAINING, Phase.COMMITTING, Phase.REVEALING, Phase.AGGREGATING])
def test_a_pause_after_a_halt_leaves_the_window_whole(life, phase):
    """Whoever waits for the managers must not be struck for it, however many blocks come meanwhile."""
    life.to(phase)
    halt(life)
    life.pause(500)
    chain.mine(3 * BLOCKS)
    until = life.deadline(Phase.PAUSED)
    pass_to(until)
    window = life.task.parameters()[f"{phase.name.lower()}Window"]
    assert (life.phase, life.deadline()) == (phase, until + window)
    life.finish_round()
    for seat in life.committee:
        assert life.task.participant(seat)["struckIn"] == 0


def test_a_pause_after_a_halt_may_be_ended_early(life):
    life.to(Phase.COMMITTING)
    halt(life)
    life.pause(500)
    resumed = life.resume().timestamp
    assert (life.phase, life.deadline()) == (Phase.COMMITTING, resumed + 2_000)
