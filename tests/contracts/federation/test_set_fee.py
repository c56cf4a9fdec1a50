from tests.support.evm import events, out_of_bounds, reverts_with


def test_set_fee(cast):
    transaction = cast.decide(cast.federation.setFee, 250)
    assert events(transaction, "FeeChanged") == [{"fee": 250}]
    assert cast.federation.permissionFee() == 250


def test_the_fee_may_be_nothing(cast):
    cast.decide(cast.federation.setFee, 0)
    assert cast.federation.permissionFee() == 0


def test_one_manager_is_not_enough(cast, manager):
    cast.federation.setFee(250, {"from": manager})
    assert cast.federation.permissionFee() == 100


def test_two_fees_are_two_actions(cast, managers):
    cast.federation.setFee(250, {"from": managers[0]})
    cast.federation.setFee(251, {"from": managers[1]})
    assert cast.federation.permissionFee() == 100


def test_the_fee_fits_into_its_slot(cast, managers):
    cast.decide(cast.federation.setFee, 2**128 - 1)
    assert cast.federation.permissionFee() == 2**128 - 1
    cast.federation.setFee(2**128, {"from": managers[0]})
    with out_of_bounds("fee", 2**128):
        cast.federation.setFee(2**128, {"from": managers[1]})


def test_only_managers(cast, member):
    with reverts_with("NotManager", member):
        cast.federation.setFee(0, {"from": member})
