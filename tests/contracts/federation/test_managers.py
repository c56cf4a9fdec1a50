"""addManager, removeManager, replaceManager and setQuorum."""

import brownie
import pytest

from tests.support.evm import events, reverts_with

ZERO = "0x" + 40 * "0"


def test_add(cast, managers, outsider):
    transaction = cast.decide(cast.federation.addManager, outsider)
    assert events(transaction, "ManagerAdded") == [{"manager": outsider}]
    assert cast.federation.managers() == [*managers, outsider]
    assert cast.federation.isManager(outsider)
    cast.federation.setFee(1, {"from": outsider})
    cast.federation.setFee(1, {"from": managers[2]})
    assert cast.federation.permissionFee() == 1


def test_add_no_manager_twice(cast, managers):
    cast.federation.addManager(managers[2], {"from": managers[0]})
    with reverts_with("AlreadyManager", managers[2]):
        cast.federation.addManager(managers[2], {"from": managers[1]})


def test_add_nobody(cast, managers):
    cast.federation.addManager(ZERO, {"from": managers[0]})
    with reverts_with("ZeroAddress"):
        cast.federation.addManager(ZERO, {"from": managers[1]})


def test_there_are_at_most_64_managers(deployer, token, implementation, outsider):
    crowd = [deployer, *(brownie.web3.to_checksum_address(number.to_bytes(20)) for number in range(1, 64))]
    federation = deployer.deploy(brownie.Federation, crowd, 1, 0, token, implementation)
    with reverts_with("QuorumOutOfBounds", 1, 65):
        federation.addManager(outsider, {"from": deployer})


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


def test_replace_only_a_manager(cast, managers, outsider, stranger):
    cast.federation.replaceManager(outsider, stranger, {"from": managers[0]})
    with reverts_with("NotManager", outsider):
        cast.federation.replaceManager(outsider, stranger, {"from": managers[1]})


def test_replace_by_somebody_new(cast, managers):
    cast.federation.replaceManager(managers[2], managers[0], {"from": managers[0]})
    with reverts_with("AlreadyManager", managers[0]):
        cast.federation.replaceManager(managers[2], managers[0], {"from": managers[1]})


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


@pytest.mark.parametrize(
    ("function", "arguments"), [("addManager", 1), ("removeManager", 1), ("replaceManager", 2), ("setQuorum", 0)]
)
def test_one_manager_is_not_enough(cast, managers, outsider, function, arguments):
    values = [[3], [outsider], [managers[2], outsider]][arguments]
    getattr(cast.federation, function)(*values, {"from": managers[0]})
    assert (cast.federation.managers(), cast.federation.quorum()) == (managers, 2)


@pytest.mark.parametrize(
    ("function", "arguments"), [("addManager", 1), ("removeManager", 1), ("replaceManager", 2), ("setQuorum", 0)]
)
def test_only_managers(cast, managers, member, outsider, function, arguments):
    values = [[3], [managers[2]], [managers[2], outsider]][arguments]
    with reverts_with("NotManager", member):
        getattr(cast.federation, function)(*values, {"from": member})
