"""A federation as `folkmoot.testing` founds it, on a chain of its own."""

from collections.abc import Iterator

import pytest

from folkmoot.chain import Phase
from folkmoot.errors import ContractError
from folkmoot.presets import preset
from folkmoot.proposal import draft
from folkmoot.testing import LocalFederation, account_of, local_federation, packaged
from folkmoot.testing.contracts import packaged_rules
from tools import contracts

FEE = 7
SIZES = {"committee": 3, "updates_per_round": 3, "min_updates": 2, "max_updates": 5, "max_enrolled": 5}


@pytest.fixture(scope="module")
def federation() -> Iterator[LocalFederation]:
    with local_federation(fee=FEE) as (_, found):
        yield found


def test_three_managers_govern_it_and_two_of_them_decide(federation: LocalFederation) -> None:
    assert federation.contract.managers() == tuple(manager.address for manager in federation.managers)
    assert len(federation.managers) == 3
    assert federation.contract.quorum() == federation.quorum == 2
    assert federation.contract.permission_fee() == FEE
    assert set(federation.deployment.rules) == set(packaged_rules())


def test_members_pay_the_fee_and_are_admitted_together(federation: LocalFederation) -> None:
    members = [account_of(f"together {number}") for number in range(3)]
    before = federation.treasury.pool()
    federation.admit(*members)
    assert all(federation.contract.is_member(member.address) for member in members)
    assert federation.treasury.pool() == before + 3 * FEE


def test_who_only_applied_is_no_member(federation: LocalFederation) -> None:
    applicant = account_of("an applicant")
    (number,) = federation.apply(applicant)
    assert not federation.contract.is_member(applicant.address)
    federation.decide(federation.contract.admit(number))
    assert federation.contract.is_member(applicant.address)
    with pytest.raises(ContractError):
        federation.apply(applicant)


def test_an_approved_task_gets_all_that_the_treasury_has_unless_it_is_said(federation: LocalFederation) -> None:
    committee = [account_of(f"seat {number}") for number in range(3)]
    federation.admit(*committee)
    made = draft(preset("bflc", **SIZES), federation.deployment.rules)
    for budget, expected in ((5, 5), (None, federation.treasury.pool())):
        task = federation.propose(made.parameters, committee[0])
        assert task.phase() == Phase.PROPOSED
        federation.approve(task, [member.address for member in committee], budget)
        assert task.phase() == Phase.ENROLLING
        assert task.budget() == expected


def test_contracts_of_a_checkout_and_rules_of_one_s_own_can_be_deployed() -> None:
    contracts.build()
    with local_federation(rules=contracts.RULES, contracts=contracts.CONTRACTS) as (_, federation):
        assert set(federation.deployment.rules) == {*packaged_rules(), *contracts.RULES}
        assert set(federation.deployment.libraries) == set(packaged("Task").links)
