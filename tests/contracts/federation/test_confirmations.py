"""How managers act together: what counts as the same action, and whose confirmation counts."""

import pytest
from brownie import web3
from eth_abi import encode

from tests.support.evm import events, now, pass_to, reverts_with, word

LIFE = 7 * 24 * 3600


@pytest.fixture
def call(cast):
    """A call that waits for a second manager."""
    return cast.federation.setFee.encode_input(9)


@pytest.fixture
def action(cast, call, managers):
    cast.federation.setFee(9, {"from": managers[0]})
    return cast.federation.actionOf(cast.federation, call)


def name_of(target, call, executions):
    """An action's name, computed as the specification says."""
    key = web3.keccak(encode(["address", "bytes"], [target.address, bytes.fromhex(call[2:])]))
    return word(web3.keccak(encode(["bytes32", "uint256"], [key, executions])))


def test_the_first_confirmation_only_counts(cast, call, managers):
    transaction = cast.federation.setFee(9, {"from": managers[0]})
    action = name_of(cast.federation, call, 0)
    assert events(transaction, "ActionConfirmed") == [
        {
            "action": action,
            "manager": managers[0],
            "target": cast.federation,
            "call": call,
            "confirmations": 1,
            "quorum": 2,
            "expires": transaction.timestamp + LIFE,
        }
    ]
    assert events(transaction, "ActionExecuted") == []
    assert cast.federation.actionOf(cast.federation, call) == action
    assert cast.federation.confirmers(action) == [managers[0]]


def test_the_quorum_executes(cast, action, managers):
    transaction = cast.federation.setFee(9, {"from": managers[1]})
    assert events(transaction, "ActionConfirmed")[0]["confirmations"] == 2
    assert events(transaction, "ActionExecuted") == [{"action": action, "target": cast.federation}]
    assert cast.federation.permissionFee() == 9


def test_what_was_executed_starts_anew(cast, call, action, managers):
    cast.federation.setFee(9, {"from": managers[1]})
    cast.decide(cast.federation.setFee, 8)
    again = cast.federation.actionOf(cast.federation, call)
    assert again == name_of(cast.federation, call, 1) != action
    cast.federation.setFee(9, {"from": managers[2]})
    assert cast.federation.permissionFee() == 8
    cast.federation.setFee(9, {"from": managers[0]})
    assert cast.federation.permissionFee() == 9


def test_a_manager_counts_once(cast, action, managers):
    cast.federation.setFee(9, {"from": managers[0]})
    assert cast.federation.confirmers(action) == [managers[0]]
    assert cast.federation.permissionFee() == 100


def test_confirming_again_renews(cast, action, managers):
    pass_to(now() + LIFE - 10)
    cast.federation.setFee(9, {"from": managers[0]})
    pass_to(now() + 20)
    assert cast.federation.confirmers(action) == [managers[0]]


def test_who_is_no_manager_any_more_does_not_count(cast, action, managers, outsider):
    cast.federation.replaceManager(managers[0], outsider, {"from": managers[1]})
    cast.federation.replaceManager(managers[0], outsider, {"from": managers[2]})
    assert cast.federation.confirmers(action) == []
    cast.federation.setFee(9, {"from": managers[1]})
    assert cast.federation.permissionFee() == 100


def remove_and_add(federation, manager, others):
    for change in (federation.removeManager, federation.addManager):
        for other in others:
            change(manager, {"from": other})


def replace_and_put_back(federation, manager, others, outsider):
    for old, new in ((manager, outsider), (outsider, manager)):
        for other in others:
            federation.replaceManager(old, new, {"from": other})


@pytest.mark.parametrize("replaced", [False, True])
def test_who_is_a_manager_again_has_confirmed_nothing(cast, action, managers, outsider, replaced):
    first, *others = managers
    if replaced:
        replace_and_put_back(cast.federation, first, others, outsider)
    else:
        remove_and_add(cast.federation, first, others)
    assert cast.federation.confirmers(action) == []
    with reverts_with("NothingToRevoke", action, first):
        cast.federation.revoke(action, {"from": first})
    cast.federation.setFee(9, {"from": others[0]})
    assert cast.federation.permissionFee() == 100
    cast.federation.setFee(9, {"from": first})
    assert cast.federation.permissionFee() == 9


def test_an_action_belongs_to_its_contract(cast, managers):
    first, second = cast.propose(), cast.propose()
    committee = cast.members[:3]
    first.approve(0, committee, {"from": managers[0]})
    second.approve(0, committee, {"from": managers[1]})
    assert (first.phase(), second.phase()) == (0, 0)
