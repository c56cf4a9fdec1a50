import pytest

from tests.support.evm import events, reverts_with


def test_set_quorum(cast, managers):
    transaction = cast.decide(cast.federation.setQuorum, 3)
    assert events(transaction, "QuorumChanged") == [{"quorum": 3}]
    assert cast.federation.quorum() == 3
    cast.decide(cast.federation.setFee, 1)
    assert cast.federation.permissionFee() == 100
    cast.federation.setFee(1, {"from": managers[2]})
    assert cast.federation.permissionFee() == 1


@pytest.mark.parametrize("quorum", [0, 4])
def test_the_quorum_is_met_by_the_managers(cast, managers, quorum):
    cast.federation.setQuorum(quorum, {"from": managers[0]})
    with reverts_with("QuorumOutOfBounds", quorum, 3):
        cast.federation.setQuorum(quorum, {"from": managers[1]})


def test_one_manager_is_not_enough(cast, managers):
    cast.federation.setQuorum(3, {"from": managers[0]})
    assert (cast.federation.managers(), cast.federation.quorum()) == (managers, 2)


def test_only_managers(cast, member):
    with reverts_with("NotManager", member):
        cast.federation.setQuorum(3, {"from": member})
