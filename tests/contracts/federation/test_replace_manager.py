import brownie

from tests.support.evm import events, reverts_with


def test_replace(cast, managers, outsider):
    transaction = cast.decide(cast.federation.replaceManager, managers[2], outsider)
    assert events(transaction, "ManagerAdded") == [{"manager": outsider}]
    assert events(transaction, "ManagerRemoved") == [{"manager": managers[2]}]
    assert set(cast.federation.managers()) == {*managers[:2], outsider}
    assert cast.federation.quorum() == 2


def test_replace_when_everybody_is_needed(cast, managers, outsider):
    cast.decide(cast.federation.setQuorum, 3)
    for manager in managers:
        cast.federation.replaceManager(managers[2], outsider, {"from": manager})
    assert set(cast.federation.managers()) == {*managers[:2], outsider}


def test_replace_one_of_64(deployer, token, implementation, outsider):
    crowd = [deployer, *(brownie.web3.to_checksum_address(number.to_bytes(20)) for number in range(1, 64))]
    federation = deployer.deploy(brownie.Federation, crowd, 1, 0, 0, 0, token, implementation)
    federation.replaceManager(crowd[63], outsider, {"from": deployer})
    assert set(federation.managers()) == {*crowd[:63], outsider}


def test_replace_only_a_manager(cast, managers, outsider, stranger):
    cast.federation.replaceManager(outsider, stranger, {"from": managers[0]})
    with reverts_with("NotManager", outsider):
        cast.federation.replaceManager(outsider, stranger, {"from": managers[1]})


def test_replace_by_somebody_new(cast, managers):
    cast.federation.replaceManager(managers[2], managers[0], {"from": managers[0]})
    with reverts_with("AlreadyManager", managers[0]):
        cast.federation.replaceManager(managers[2], managers[0], {"from": managers[1]})


def test_replace_nobody_by_oneself(cast, managers):
    cast.federation.replaceManager(managers[2], managers[2], {"from": managers[0]})
    with reverts_with("AlreadyManager", managers[2]):
        cast.federation.replaceManager(managers[2], managers[2], {"from": managers[1]})


def test_one_manager_is_not_enough(cast, managers, outsider):
    cast.federation.replaceManager(managers[2], outsider, {"from": managers[0]})
    assert (cast.federation.managers(), cast.federation.quorum()) == (managers, 2)


def test_only_managers(cast, member, managers, outsider):
    with reverts_with("NotManager", member):
        cast.federation.replaceManager(managers[2], outsider, {"from": member})
