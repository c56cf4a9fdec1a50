import pytest

from tests.support.evm import events, reverts_with


@pytest.fixture(autouse=True)
def allowance(cast, stranger):
    cast.token.mint(stranger, 500, {"from": stranger})
    cast.token.approve(cast.treasury, 400, {"from": stranger})


def test_deposit(cast, stranger):
    pool = cast.treasury.pool()
    transaction = cast.treasury.deposit(300, {"from": stranger})
    assert events(transaction, "Deposited") == [{"from": stranger, "amount": 300}]
    assert cast.treasury.pool() == pool + 300
    assert cast.token.balanceOf(stranger) == 200


def test_something(cast, stranger):
    with reverts_with("ZeroAmount"):
        cast.treasury.deposit(0, {"from": stranger})


def test_no_more_than_is_allowed(cast, stranger):
    with reverts_with("ERC20InsufficientAllowance", cast.treasury, 400, 401):
        cast.treasury.deposit(401, {"from": stranger})


def test_a_plain_transfer_belongs_to_no_account(cast, stranger):
    accounts = (cast.treasury.pool, cast.treasury.escrowed, cast.treasury.budgets, cast.treasury.owed)
    before = [account() for account in accounts]
    cast.token.transfer(cast.treasury, 300, {"from": stranger})
    assert [account() for account in accounts] == before
