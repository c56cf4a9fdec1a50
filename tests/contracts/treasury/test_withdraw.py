import pytest

from tests.support.evm import events, reverts_with


@pytest.fixture
def owed(cast, apply, outsider):
    """The outsider is owed the 100 it applied with."""
    apply(outsider)
    cast.federation.withdrawApplication({"from": outsider})
    return 100


def test_withdraw(cast, owed, outsider):
    before = cast.token.balanceOf(outsider)
    transaction = cast.treasury.withdraw({"from": outsider})
    assert transaction.return_value == owed
    assert events(transaction, "Withdrawn") == [{"account": outsider, "amount": owed}]
    assert events(transaction, "Transfer") == [{"from": cast.treasury, "to": outsider, "value": owed}]
    assert cast.token.balanceOf(outsider) == before + owed
    assert (cast.treasury.owedTo(outsider), cast.treasury.owed()) == (0, 0)


@pytest.mark.usefixtures("owed")
def test_everybody_their_own(cast, apply, outsider, stranger):
    apply(stranger)
    cast.federation.withdrawApplication({"from": stranger})
    cast.treasury.withdraw({"from": outsider})
    assert (cast.treasury.owedTo(stranger), cast.treasury.owed()) == (100, 100)


@pytest.mark.usefixtures("owed")
def test_not_twice(cast, outsider):
    cast.treasury.withdraw({"from": outsider})
    with reverts_with("NothingOwed", outsider):
        cast.treasury.withdraw({"from": outsider})


@pytest.mark.usefixtures("owed")
def test_something_must_be_owed(cast, member):
    with reverts_with("NothingOwed", member):
        cast.treasury.withdraw({"from": member})
