import pytest

from tests.support.evm import events, reverts_with


@pytest.mark.usefixtures("funded")
def test_release(cast, proposed, by_task, member):
    pool = cast.treasury.pool()
    cast.treasury.credit(2, [member], [400], by_task)
    transaction = cast.treasury.release(by_task)
    assert events(transaction, "BudgetReleased") == [{"task": proposed, "amount": 600}]
    assert (cast.treasury.pool(), cast.treasury.budgets(), cast.treasury.budgetOf(proposed)) == (pool + 600, 0, 0)
    assert cast.treasury.owedTo(member) == 400


def test_release_nothing(cast, proposed, by_task):
    pool = cast.treasury.pool()
    transaction = cast.treasury.release(by_task)
    assert events(transaction, "BudgetReleased") == [{"task": proposed, "amount": 0}]
    assert cast.treasury.pool() == pool


def test_only_tasks(cast, manager):
    with reverts_with("NotTask", manager):
        cast.treasury.release({"from": manager})
