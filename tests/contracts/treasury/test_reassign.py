import pytest

from tests.support.evm import events, reverts_with


@pytest.fixture
def owed(cast, by_task, funded, outsider, stranger):  # noqa: ARG001 - the task's budget pays
    """The outsider is owed 60, the stranger 5."""
    cast.treasury.credit(2, [outsider, stranger], [60, 5], by_task)


@pytest.mark.usefixtures("owed")
def test_reassign(cast, by_federation, outsider, stranger):
    transaction = cast.treasury.reassign(outsider, stranger, by_federation)
    assert events(transaction, "Reassigned") == [{"from": outsider, "to": stranger, "amount": 60}]
    assert (cast.treasury.owedTo(outsider), cast.treasury.owedTo(stranger), cast.treasury.owed()) == (0, 65, 65)


@pytest.mark.usefixtures("owed")
def test_where_nothing_is_owed_nothing_happens(cast, by_federation, outsider, member):
    assert events(cast.treasury.reassign(member, outsider, by_federation), "Reassigned") == []
    assert cast.treasury.owedTo(outsider) == 60


@pytest.mark.usefixtures("owed")
def test_only_the_federation(cast, outsider, manager):
    with reverts_with("NotFederation", manager):
        cast.treasury.reassign(outsider, manager, {"from": manager})
