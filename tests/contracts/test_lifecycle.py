"""A whole task: honest rounds, a stall, a pause, a roll-back, to its end. No coin is lost or made on the way."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from folkmoot.chain.structs import Phase
from tests.contracts.cast import Cast, model
from tests.contracts.lifecycle import BUDGET, Lifecycle
from tests.support.evm import now, word

ROUNDS = 6
SHARE = BUDGET // ROUNDS


def total(cast: Cast) -> int:
    """What the treasury's accounts hold together; never more than its tokens."""
    treasury = cast.treasury
    accounts = treasury.escrowed() + treasury.pool() + treasury.budgets() + treasury.owed()
    assert cast.token.balanceOf(treasury) >= accounts
    return accounts


@pytest.fixture
def life(lifecycle) -> Lifecycle:
    return lifecycle(totalRounds=ROUNDS, maxStrikes=9, maxEmptyRounds=10)


@pytest.fixture
def conserved(cast: Cast):
    """Checks that a step moves money only between the treasury's accounts."""

    @contextmanager
    def conserved() -> Iterator[None]:
        before = total(cast)
        yield
        assert total(cast) == before

    return conserved


def owed(life: Lifecycle) -> int:
    return sum(life.cast.treasury.owedTo(member) for member in life.cast.members)


def withdraw_all(cast: Cast) -> None:
    """Everybody takes what it earned."""
    for member in cast.members:
        amount, before = cast.treasury.owedTo(member), cast.token.balanceOf(member)
        if amount:
            cast.treasury.withdraw({"from": member})
        assert cast.token.balanceOf(member) == before + amount


def test_a_whole_task(life, cast, conserved):
    treasury, pool = cast.treasury, cast.treasury.pool()

    with conserved():  # an honest round
        life.to(Phase.TRAINING)
        assert treasury.pool() == pool - BUDGET
        life.finish_round()
    paid = owed(life)
    assert SHARE - 3 < paid <= SHARE
    assert life.seated == life.trainers[:3]

    with conserved():  # a committee that does not commit is replaced, and the round goes on
        absent = life.seated
        life.to_stalled(Phase.COMMITTING)
        life.recover()
        assert not set(life.seated) & set(absent)
        life.finish_round()
    assert [life.task.participant(seat)["strikes"] for seat in absent] == [1] * 3
    assert paid < owed(life) <= 2 * SHARE

    with conserved():  # managers stop the round for a while; nobody loses time
        left = life.deadline() - life.pause(500).timestamp
        assert life.phase == Phase.PAUSED
        life.time_out()
        assert life.phase == Phase.TRAINING
        assert abs(life.deadline() - now() - left) <= 1
        life.finish_round()
    assert life.round == 3

    paid = owed(life)
    with conserved():  # and void one that went wrong
        life.to(Phase.AGGREGATING)
        life.rollback(1, life.committee)
    assert (owed(life), life.seated) == (paid, life.committee)
    assert life.task.ledger(4) == life.task.ledger(1) == model(1)

    with conserved():  # a round with nothing to accept is carried
        life.waste_round()
        life.recover()
    assert (owed(life), life.round) == (paid, 5)
    assert life.task.ledger(5) == model(1)

    with conserved():  # the last round ends the task, and what was not spent returns
        life.finish_round()
    assert life.phase == Phase.FINISHED
    assert life.task.ledger(6) == model(6)
    assert (treasury.budgetOf(life.task), treasury.budgets()) == (0, 0)
    assert treasury.pool() == pool - owed(life)
    assert 4 * SHARE - 12 < owed(life) <= 4 * SHARE

    withdraw_all(cast)
    assert treasury.owed() == 0
    assert cast.token.balanceOf(treasury) == total(cast)


def test_a_whole_task_in_which_all_work_is_paid(lifecycle, cast, conserved):
    """Some train, some judge, some attest by their stakes; all roles are redrawn in each round."""
    treasury, pool = cast.treasury, cast.treasury.pool()
    life = lifecycle(
        seats=6, trainers=4, aggregators=3, redraw=True, stakeWeighted=True, activeShare=8_000,
        electionRule=cast.rules["RedrawElection"], totalRounds=ROUNDS,
        rewardRule=cast.rules["StakeReward"], rewardParameters=word(5 | 3 << 16),
    ).to(Phase.SAMPLING)  # fmt: skip
    paid = 0
    for number in range(ROUNDS):
        with conserved():
            life.to(Phase.AGGREGATING).attest(*life.attesting)
        paid, before = owed(life), paid
        assert SHARE - 9 < paid - before <= SHARE  # three updates and six seats leave less than a coin each
        assert life.task.ledger(number + 1) == model(number + 1)
    assert life.phase == Phase.FINISHED
    assert treasury.pool() == pool - paid
    members = [life.task.participant(account) for account in (*life.committee, *life.trainers)]
    assert all(one["stake"] > 1 for one in members if one["seatedIn"])


def test_the_current_model(lifecycle):
    life = lifecycle(totalRounds=3)
    for phase in (Phase.PROPOSED, Phase.ENROLLING, Phase.TRAINING, Phase.CLOSING):
        assert life.to(phase).task.currentModel() == model(0)
    life.finish_round()
    assert life.task.currentModel() == model(1)
    life.rollback(0, life.seated)
    assert life.task.currentModel() == model(0)
    life.to(Phase.FINISHED)
    assert life.task.currentModel() == model(3)


def test_a_task_that_never_starts(lifecycle, cast, conserved):
    pool = cast.treasury.pool()
    with conserved():
        life = lifecycle().to(Phase.EXPIRED)
    assert (cast.treasury.pool(), cast.treasury.budgetOf(life.task)) == (pool, 0)


def test_two_tasks_do_not_touch(lifecycle, conserved):
    with conserved():
        first, second = lifecycle(), lifecycle()
        first.to(Phase.TRAINING)
        second.to(Phase.COMMITTING)
        first.finish_round()
        assert (first.round, second.round, second.phase) == (1, 0, Phase.COMMITTING)
        second.finish_round()
    assert first.seated == second.seated
    assert first.task.seed() != second.task.seed()
