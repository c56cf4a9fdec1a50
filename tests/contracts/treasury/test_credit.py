import pytest
from brownie import accounts

from tests.support.evm import events, panics_with, reverts_with


@pytest.mark.usefixtures("funded")
def test_credit(cast, proposed, by_task, members):
    names, amounts = members[:3], [300, 0, 200]
    transaction = cast.treasury.credit(2, names, amounts, by_task)
    assert events(transaction, "Credited") == [{"task": proposed, "round": 2, "accounts": names, "amounts": amounts}]
    assert [cast.treasury.owedTo(name) for name in names] == amounts
    assert (cast.treasury.budgetOf(proposed), cast.treasury.budgets(), cast.treasury.owed()) == (500, 500, 500)


@pytest.mark.usefixtures("funded")
def test_credit_adds_up(cast, by_task, member):
    cast.treasury.credit(2, [member, member], [10, 20], by_task)
    cast.treasury.credit(2, [member], [30], by_task)
    assert cast.treasury.owedTo(member) == cast.treasury.owed() == 60


@pytest.mark.usefixtures("funded")
def test_credit_no_more_than_the_budget(cast, by_task, members):
    with panics_with("Integer overflow"):
        cast.treasury.credit(2, members[:2], [500, 501], by_task)


@pytest.mark.usefixtures("funded")
def test_a_task_pays_from_its_own_budget(cast, member):
    other = accounts.at(cast.propose().address, force=True)
    with panics_with("Integer overflow"):
        cast.treasury.credit(2, [member], [1], {"from": other})


@pytest.mark.usefixtures("funded")
def test_credit_names_an_amount_for_everybody(cast, by_task, members):
    with panics_with("Index out of range"):
        cast.treasury.credit(2, members[:2], [1], by_task)


def test_only_tasks(cast, manager):
    with reverts_with("NotTask", manager):
        cast.treasury.credit(2, [], [], {"from": manager})
