import pytest

from tests.support.evm import events, now, pass_to, reverts_with

LIFE = 7 * 24 * 3600


@pytest.fixture
def action(cast, managers):
    """What the first manager has confirmed."""
    cast.federation.setFee(9, {"from": managers[0]})
    return cast.federation.actionOf(cast.federation, cast.federation.setFee.encode_input(9))


def test_revoke(cast, action, managers):
    transaction = cast.federation.revoke(action, {"from": managers[0]})
    assert events(transaction, "ActionRevoked") == [{"action": action, "manager": managers[0]}]
    assert cast.federation.confirmers(action) == []
    cast.federation.setFee(9, {"from": managers[1]})
    assert cast.federation.permissionFee() == 100


def test_revoke_only_once(cast, action, managers):
    cast.federation.revoke(action, {"from": managers[0]})
    with reverts_with("NothingToRevoke", action, managers[0]):
        cast.federation.revoke(action, {"from": managers[0]})


def test_revoke_only_what_one_confirmed(cast, action, managers):
    with reverts_with("NothingToRevoke", action, managers[1]):
        cast.federation.revoke(action, {"from": managers[1]})


def test_revoke_nothing_that_expired(cast, action, managers):
    pass_to(now() + LIFE)
    with reverts_with("NothingToRevoke", action, managers[0]):
        cast.federation.revoke(action, {"from": managers[0]})


def test_only_managers_revoke(cast, action, member):
    with reverts_with("NotManager", member):
        cast.federation.revoke(action, {"from": member})
