from tests.support.evm import events, reverts_with


def test_remove(cast, managers):
    transaction = cast.decide(cast.federation.removeManager, managers[0])
    assert events(transaction, "ManagerRemoved") == [{"manager": managers[0]}]
    assert set(cast.federation.managers()) == set(managers[1:])
    with reverts_with("NotManager", managers[0]):
        cast.federation.setFee(1, {"from": managers[0]})


def test_remove_leaves_a_quorum(cast, managers):
    cast.decide(cast.federation.removeManager, managers[2])
    cast.federation.removeManager(managers[1], {"from": managers[0]})
    with reverts_with("QuorumOutOfBounds", 2, 1):
        cast.federation.removeManager(managers[1], {"from": managers[1]})


def test_remove_only_a_manager(cast, managers, outsider):
    cast.federation.removeManager(outsider, {"from": managers[0]})
    with reverts_with("NotManager", outsider):
        cast.federation.removeManager(outsider, {"from": managers[1]})


def test_one_manager_is_not_enough(cast, managers):
    cast.federation.removeManager(managers[2], {"from": managers[0]})
    assert (cast.federation.managers(), cast.federation.quorum()) == (managers, 2)


def test_only_managers(cast, member, managers):
    with reverts_with("NotManager", member):
        cast.federation.removeManager(managers[2], {"from": member})
