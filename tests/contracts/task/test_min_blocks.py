"""A chain that stood still: its next block comes after every deadline, and nobody could act before."""

import pytest
from brownie import chain

from folkmoot.chain.structs import Milestone, Phase
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


def use_up_the_blocks(life, phase):
    """More blocks than all windows together need, within the window of `phase`."""
    chain.mine(4 * BLOCKS)
    assert life.phase == phase


def test_training_lasts_its_blocks_after_a_halt(life):
    life.to(Phase.TRAINING)
    life.submit(*life.trainers[:2])
    ends = life.task.round()["endBlock"]
    halt(life)
    while chain.height < ends:
        assert life.phase == Phase.TRAINING
        chain.mine()
    assert life.phase == Phase.STALLED


def test_a_window_of_which_a_halt_left_no_block_starts_again(life):
    """Committing opened by time alone: nothing shows that it had a block."""
    life.to(Phase.TRAINING)
    life.submit(*life.trainers[:2])
    use_up_the_blocks(life, Phase.TRAINING)
    halt(life)
    assert (life.phase, life.task.stalledPhase()) == (Phase.STALLED, Phase.COMMITTING)
    reopened = life.recover()
    assert [dict(event) for event in events(reopened, "DeadlineSet")] == [
        {
            "round": 0,
            "attempt": 0,
            "milestone": Milestone.SUBMITTED,
            "deadline": reopened.timestamp + 5_000,
            "endBlock": reopened.block_number + BLOCKS + 1,
        }
    ]
    assert (events(reopened, "MemberStruck"), events(reopened, "RoundRecovered")) == ([], [])
    life.finish_round()
    assert [life.task.participant(seat)["struckIn"] for seat in life.committee] == [0, 0, 0]


def test_so_does_revealing_and_the_commitments_hold(life):
    life.to(Phase.COMMITTING)
    life.commit(*life.committee[:2])
    use_up_the_blocks(life, Phase.COMMITTING)
    halt(life)
    assert (life.phase, life.task.stalledPhase()) == (Phase.STALLED, Phase.REVEALING)
    reopened = life.recover()
    assert events(reopened, "MemberStruck") == []
    assert (life.phase, life.task.round()["milestone"]) == (Phase.REVEALING, Milestone.COMMITTED)
    assert (life.task.round()["attempt"], life.deadline()) == (0, reopened.timestamp + 3_000)
    life.reveal()
    assert life.phase == Phase.AGGREGATING


@pytest.mark.parametrize("phase", [Phase.COMMITTING, Phase.REVEALING])
def test_the_first_who_acts_starts_the_blocks_of_a_window(life, phase):
    """The others have so many, though the chain stands still right after it."""
    seats = life.committee
    if phase == Phase.COMMITTING:
        life.to(Phase.TRAINING).submit(*life.trainers[:2])
    else:
        life.to(Phase.COMMITTING).commit(*seats[:2])
    use_up_the_blocks(life, life.phase)
    life.time_out()
    assert life.phase == phase
    act = life.commit if phase == Phase.COMMITTING else life.reveal
    act(seats[0])
    ends = chain.height + BLOCKS + 1
    assert life.task.round()["endBlock"] == ends
    halt(life)
    while chain.height < ends - 2:  # the next block is the last one
        assert life.phase == phase
        chain.mine()
    act(seats[1])
    assert life.task.participant(seats[1])["struckIn"] == 0
    assert life.phase == (Phase.COMMITTING if phase == Phase.COMMITTING else Phase.AGGREGATING)


def test_only_the_first_who_acts_does(life):
    life.to(Phase.COMMITTING).commit(life.committee[0])
    ends = life.task.round()["endBlock"]
    chain.mine(3)
    life.commit(life.committee[1])
    assert life.task.round()["endBlock"] == ends


def test_a_window_starts_again_once(life):
    """Whoever does nothing then is absent."""
    life.to(Phase.TRAINING)
    life.submit(*life.trainers[:2])
    use_up_the_blocks(life, Phase.TRAINING)
    halt(life)
    life.recover()
    use_up_the_blocks(life, Phase.COMMITTING)
    life.time_out()
    assert life.phase == Phase.STALLED
    assert len(events(life.recover(), "MemberStruck")) == 3


def test_where_windows_need_no_blocks_nothing_starts_again(lifecycle):
    life = lifecycle().to(Phase.TRAINING)
    life.submit(*life.trainers[:2])
    halt(life)
    assert life.phase == Phase.STALLED
    assert len(events(life.recover(), "MemberStruck")) == 3


def test_who_does_nothing_for_so_many_blocks_is_absent(life):
    life.to(Phase.COMMITTING)
    halt(life)
    while chain.height < life.task.round()["endBlock"]:
        assert life.phase == Phase.COMMITTING
        chain.mine()
    assert life.phase == Phase.STALLED
    assert len(events(life.recover(), "MemberStruck")) == 3


def test_a_phase_in_which_all_have_acted_does_not_wait_for_blocks(life):
    life.to(Phase.AGGREGATING)
    assert chain.height - life.task.round()["endBlock"] + BLOCKS < 2


def test_a_single_block_can_be_acted_in(lifecycle):
    life = lifecycle(minBlocks=1).to(Phase.AGGREGATING)
    chain.sleep(LONG)
    life.attest(life.committee[0])
    assert life.phase == Phase.AGGREGATING
    chain.mine()
    assert life.phase == Phase.STALLED


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


@pytest.mark.parametrize("phase", [Phase.COMMITTING, Phase.AGGREGATING])
def test_so_does_one_that_time_is_left_in(life, phase):
    """Of the window's blocks none has come yet, and those of the pause are of no use."""
    life.to(phase)
    pass_to(life.deadline() - 3)
    life.pause(500)
    chain.mine(3 * BLOCKS)
    until = life.deadline(Phase.PAUSED)
    pass_to(until)
    window = life.task.parameters()[f"{phase.name.lower()}Window"]
    assert (life.phase, life.deadline()) == (phase, until + window)


def test_a_pause_after_enough_blocks_moves_the_deadline(life):
    life.to(Phase.COMMITTING)
    chain.mine(BLOCKS)
    deadline = life.deadline()
    life.pause(500)
    pass_to(life.deadline(Phase.PAUSED))
    assert (life.phase, life.deadline()) == (Phase.COMMITTING, deadline + 500)


def test_a_pause_after_a_halt_may_be_ended_early(life):
    life.to(Phase.COMMITTING)
    halt(life)
    life.pause(500)
    resumed = life.resume().timestamp
    assert (life.phase, life.deadline()) == (Phase.COMMITTING, resumed + 2_000)
