from tests.support.evm import events, reverts_with


def test_fund(cast, proposed, by_task):
    pool = cast.treasury.pool()
    transaction = cast.treasury.fund(1_000, by_task)
    assert events(transaction, "BudgetMoved") == [{"task": proposed, "amount": 1_000}]
    assert cast.treasury.pool() == pool - 1_000
    assert (cast.treasury.budgets(), cast.treasury.budgetOf(proposed)) == (1_000, 1_000)


def test_fund_with_all_there_is(cast, proposed, by_task):
    pool = cast.treasury.pool()
    cast.treasury.fund(pool, by_task)
    assert (cast.treasury.pool(), cast.treasury.budgetOf(proposed)) == (0, pool)


def test_fund_with_more_than_there_is(cast, by_task):
    pool = cast.treasury.pool()
    with reverts_with("InsufficientPool", pool + 1, pool):
        cast.treasury.fund(pool + 1, by_task)


def test_only_tasks(cast, manager):
    with reverts_with("NotTask", manager):
        cast.treasury.fund(1, {"from": manager})
