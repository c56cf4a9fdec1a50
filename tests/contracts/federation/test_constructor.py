import brownie
import pytest

from tests.support.evm import events, out_of_bounds, reverts_with

ZERO = "0x" + 40 * "0"


@pytest.fixture
def deploy(deployer, managers, token, implementation):
    """Deploys a federation; by default it is one that stands."""

    def deploy(*, managers=managers, quorum=2, fee=100, period=0, blocks=0, token=token, implementation=implementation):
        return deployer.deploy(brownie.Federation, managers, quorum, fee, period, blocks, token, implementation)

    return deploy


def test_founding(deploy, managers, token, implementation):
    federation = deploy()
    assert federation.managers() == managers
    assert [federation.isManager(manager) for manager in managers] == [True] * 3
    assert (federation.quorum(), federation.permissionFee(), federation.membershipPeriod()) == (2, 100, 0)
    assert federation.taskImplementation() == implementation
    assert (federation.applications(), federation.taskCount(), federation.departureCount()) == (0, 0, 0)
    treasury = brownie.Treasury.at(federation.treasury())
    assert treasury.token() == token
    assert (treasury.pool(), treasury.escrowed(), treasury.budgets(), treasury.owed()) == (0, 0, 0, 0)


def test_what_the_founding_logs(deploy, managers):
    founding = deploy().tx
    assert events(founding, "ManagerAdded") == [{"manager": manager} for manager in managers]
    assert events(founding, "QuorumChanged") == [{"quorum": 2}]
    assert events(founding, "FeeChanged") == [{"fee": 100}]
    assert events(founding, "MembershipPeriodChanged") == [{"period": 0}]


def test_a_manager_may_be_alone(deploy, manager):
    assert deploy(managers=[manager], quorum=1).managers() == [manager]


def test_there_are_at_most_64_managers(deploy):
    crowd = [brownie.web3.to_checksum_address(number.to_bytes(20)) for number in range(1, 66)]
    assert len(deploy(managers=crowd[:64]).managers()) == 64
    with reverts_with("InvalidParameter", "managers", 65, "at most 64"):
        deploy(managers=crowd)


@pytest.mark.parametrize("quorum", [0, 4])
def test_the_quorum_is_met_by_the_managers(deploy, quorum):
    with reverts_with("QuorumOutOfBounds", quorum, 3):
        deploy(quorum=quorum)


def test_no_manager_twice(deploy, managers):
    with reverts_with("AlreadyManager", managers[1]):
        deploy(managers=[*managers, managers[1]])


def test_the_zero_address_is_no_manager(deploy, managers):
    with reverts_with("ZeroAddress"):
        deploy(managers=[*managers, ZERO])


def test_the_fee_fits_into_its_slot(deploy):
    assert deploy(fee=2**128 - 1).permissionFee() == 2**128 - 1
    with out_of_bounds("fee", 2**128):
        deploy(fee=2**128)


def test_the_period_fits_into_its_slot(deploy):
    assert deploy(period=2**32 - 1).membershipPeriod() == 2**32 - 1
    with out_of_bounds("period", 2**32):
        deploy(period=2**32)


def test_there_is_a_token(deploy):
    with reverts_with("ZeroAddress"):
        deploy(token=ZERO)


@pytest.mark.parametrize("supply", [0, 2**128 - 1])
def test_the_supply_can_be_counted(deploy, deployer, supply):
    token = deployer.deploy(brownie.FederationToken)
    token.mint(deployer, supply, {"from": deployer})
    assert brownie.Treasury.at(deploy(token=token).treasury()).token() == token


def test_a_larger_supply_is_refused(deploy, deployer):
    token = deployer.deploy(brownie.FederationToken)
    token.mint(deployer, 2**128, {"from": deployer})
    with reverts_with("SupplyTooLarge", 2**128, 2**128 - 1):
        deploy(token=token)


def test_an_account_is_no_token(deploy, outsider):
    with reverts_with("NotToken", outsider):
        deploy(token=outsider)


def test_a_contract_that_does_not_tell_its_supply_is_no_token(deploy, rules):
    with reverts_with("NotToken", rules["MedianScore"]):
        deploy(token=rules["MedianScore"])


def test_there_is_code_behind_the_tasks(deploy, outsider):
    with reverts_with("ZeroAddress"):
        deploy(implementation=outsider)
