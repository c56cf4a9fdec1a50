import brownie

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
    federation = deployer.deploy(brownie.Federation, crowd, 1, 0, 0, 0, token, implementation)
    with reverts_with("InvalidParameter", "managers", 65, "at most 64"):
        federation.addManager(outsider, {"from": deployer})


def test_one_manager_is_not_enough(cast, managers, outsider):
    cast.federation.addManager(outsider, {"from": managers[0]})
    assert (cast.federation.managers(), cast.federation.quorum()) == (managers, 2)


def test_only_managers(cast, member, outsider):
    with reverts_with("NotManager", member):
        cast.federation.addManager(outsider, {"from": member})
