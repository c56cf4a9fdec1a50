import pytest

from folkmoot.chain.structs import Phase
from tests.contracts.lifecycle import BUDGET
from tests.support.evm import events, out_of_bounds, reverts_with


@pytest.fixture(scope="module")
def life(lifecycle):
    return lifecycle().to(Phase.TRAINING)


def test_a_running_task_takes_it_at_once(life):
    treasury, pool = life.cast.treasury, life.cast.treasury.pool()
    transaction = life.cast.decide(life.task.fund, 500)
    assert events(transaction, "TaskFunded") == [{"amount": 500, "budget": BUDGET + 500}]
    assert events(transaction, "BudgetMoved") == [{"task": life.task, "amount": 500}]
    assert life.task.budget() == treasury.budgetOf(life.task) == BUDGET + 500
    assert treasury.pool() == pool - 500


def test_before_the_start_it_only_counts(lifecycle):
    life = lifecycle().to(Phase.ENROLLING)
    treasury, pool = life.cast.treasury, life.cast.treasury.pool()
    transaction = life.cast.decide(life.task.fund, 500)
    assert events(transaction, "TaskFunded") == [{"amount": 500, "budget": BUDGET + 500}]
    assert (treasury.budgetOf(life.task), treasury.pool()) == (0, pool)
    life.to(Phase.TRAINING)
    assert treasury.budgetOf(life.task) == BUDGET + 500


def test_one_manager_is_not_enough(life, manager):
    life.task.fund(500, {"from": manager})
    assert life.task.budget() == BUDGET


@pytest.mark.parametrize("steps", [1, 5])
def test_not_between_two_calls_that_close_a_round(lifecycle, manager, steps):
    """Else those whom the later call pays would have more than those of the earlier one."""
    life = lifecycle().to(Phase.CLOSING)
    life.close(steps)
    with reverts_with("RoundClosing", 0):
        life.task.fund(500, {"from": manager})
    life.close()
    life.cast.decide(life.task.fund, 500)
    assert life.task.budget() == BUDGET + 500


def test_before_a_round_begins_to_close(lifecycle):
    life = lifecycle().to(Phase.CLOSING)
    life.cast.decide(life.task.fund, 500)
    assert life.task.budget() == BUDGET + 500


def test_the_same_again(life):
    life.cast.decide(life.task.fund, 500)
    life.cast.decide(life.task.fund, 500)
    assert life.task.budget() == BUDGET + 1_000


def test_no_more_than_the_pool(life, managers):
    pool = life.cast.treasury.pool()
    life.task.fund(pool + 1, {"from": managers[0]})
    with reverts_with("InsufficientPool", pool + 1, pool):
        life.task.fund(pool + 1, {"from": managers[1]})


def test_something(life, manager):
    with reverts_with("ZeroAmount"):
        life.task.fund(0, {"from": manager})


def test_the_budget_fits_into_its_slot(life, manager):
    with out_of_bounds("budget", 2**128):
        life.task.fund(2**128 - BUDGET, {"from": manager})


@pytest.mark.parametrize("phase", [Phase.PROPOSED, Phase.CANCELLED, Phase.EXPIRED])
def test_only_a_task_that_may_run(lifecycle, manager, phase):
    life = lifecycle().to(phase)
    with reverts_with("TaskNotRunning", phase):
        life.task.fund(500, {"from": manager})


def test_only_managers(life, member):
    with reverts_with("NotManager", member):
        life.task.fund(500, {"from": member})
