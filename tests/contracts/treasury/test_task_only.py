"""fund, credit and release, as only tasks may call them."""

import pytest
from brownie import accounts

from tests.support.evm import events, panics_with, reverts_with


@pytest.fixture(scope="module")
def task(cast):
    return cast.propose()


@pytest.fixture(scope="module")
def by_task(task):
    """Transactions in the task's own name."""
    return {"from": accounts.at(task.address, force=True)}


@pytest.fixture
def funded(cast, by_task):
    """The task's budget is 1000."""
    return cast.treasury.fund(1_000, by_task)


def test_fund(cast, task, by_task):
    pool = cast.treasury.pool()
    transaction = cast.treasury.fund(1_000, by_task)
    assert events(transaction, "BudgetMoved") == [{"task": task, "amount": 1_000}]
    assert cast.treasury.pool() == pool - 1_000
    assert (cast.treasury.budgets(), cast.treasury.budgetOf(task)) == (1_000, 1_000)


def test_fund_with_all_there_is(cast, task, by_task):
    pool = cast.treasury.pool()
    cast.treasury.fund(pool, by_task)
    assert (cast.treasury.pool(), cast.treasury.budgetOf(task)) == (0, pool)


def test_fund_with_more_than_there_is(cast, by_task):
    pool = cast.treasury.pool()
    with reverts_with("InsufficientPool", pool + 1, pool):
        cast.treasury.fund(pool + 1, by_task)


@pytest.mark.usefixtures("funded")
def test_credit(cast, task, by_task, members):
    names, amounts = members[:3], [300, 0, 200]
    transaction = cast.treasury.credit(names, amounts, by_task)
    assert events(transaction, "Credited") == [{"task": task, "accounts": names, "amounts": amounts}]
    assert [cast.treasury.owedTo(name) for name in names] == amounts
    assert (cast.treasury.budgetOf(task), cast.treasury.budgets(), cast.treasury.owed()) == (500, 500, 500)


@pytest.mark.usefixtures("funded")
def test_credit_adds_up(cast, by_task, member):
    cast.treasury.credit([member, member], [10, 20], by_task)
    cast.treasury.credit([member], [30], by_task)
    assert cast.treasury.owedTo(member) == cast.treasury.owed() == 60


@pytest.mark.usefixtures("funded")
def test_credit_no_more_than_the_budget(cast, by_task, members):
    with panics_with("Integer overflow"):
        cast.treasury.credit(members[:2], [500, 501], by_task)


@pytest.mark.usefixtures("funded")
def test_a_task_pays_from_its_own_budget(cast, member):
    other = accounts.at(cast.propose().address, force=True)
    with panics_with("Integer overflow"):
        cast.treasury.credit([member], [1], {"from": other})


@pytest.mark.usefixtures("funded")
def test_credit_names_an_amount_for_everybody(cast, by_task, members):
    with panics_with("Index out of range"):
        cast.treasury.credit(members[:2], [1], by_task)


@pytest.mark.usefixtures("funded")
def test_release(cast, task, by_task, member):
    pool = cast.treasury.pool()
    cast.treasury.credit([member], [400], by_task)
    transaction = cast.treasury.release(by_task)
    assert events(transaction, "BudgetReleased") == [{"task": task, "amount": 600}]
    assert (cast.treasury.pool(), cast.treasury.budgets(), cast.treasury.budgetOf(task)) == (pool + 600, 0, 0)
    assert cast.treasury.owedTo(member) == 400


def test_release_nothing(cast, task, by_task):
    pool = cast.treasury.pool()
    transaction = cast.treasury.release(by_task)
    assert events(transaction, "BudgetReleased") == [{"task": task, "amount": 0}]
    assert cast.treasury.pool() == pool


@pytest.mark.parametrize(("function", "arguments"), [("fund", [1]), ("credit", [[], []]), ("release", [])])
def test_only_tasks(cast, manager, function, arguments):
    with reverts_with("NotTask", manager):
        getattr(cast.treasury, function)(*arguments, {"from": manager})
