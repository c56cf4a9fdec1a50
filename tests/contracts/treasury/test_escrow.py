from tests.support.evm import events, reverts_with


def test_escrow(cast, by_federation, outsider):
    cast.token.mint(outsider, 100, {"from": outsider})
    cast.token.approve(cast.treasury, 100, {"from": outsider})
    transaction = cast.treasury.escrow(outsider, 100, by_federation)
    assert events(transaction, "Escrowed") == [{"member": outsider, "amount": 100}]
    assert events(transaction, "Transfer") == [{"from": outsider, "to": cast.treasury, "value": 100}]
    assert cast.treasury.escrowed() == 100


def test_nothing_to_escrow(cast, by_federation, stranger):
    transaction = cast.treasury.escrow(stranger, 0, by_federation)
    assert len(transaction.events) == 0


def test_the_token_must_be_allowed(cast, by_federation, stranger):
    cast.token.mint(stranger, 100, {"from": stranger})
    with reverts_with("ERC20InsufficientAllowance", cast.treasury, 0, 100):
        cast.treasury.escrow(stranger, 100, by_federation)


def test_only_the_federation(cast, manager):
    with reverts_with("NotFederation", manager):
        cast.treasury.escrow(manager, 1, {"from": manager})
