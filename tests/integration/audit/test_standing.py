from dataclasses import replace

from folkmoot.audit.standing import federation_differences, task_differences, treasury_differences
from tests.integration.audit.conftest import Lived


def test_contracts_have_stored_what_they_told(lived: Lived) -> None:
    case, network, at = lived.case(), lived.network, lived.network.client.head().number
    (referee,) = case.referees.values()
    assert list(task_differences(lived.life.task, referee.state, at)) == []
    assert list(treasury_differences(network.treasury, network.token, case.books, at)) == []
    assert list(federation_differences(network.federation, case.members, case.managers, at)) == []


def test_each_part_that_is_stored_otherwise_is_named(lived: Lived) -> None:
    case, network, at = lived.case(), lived.network, lived.network.client.head().number
    (referee,) = case.referees.values()
    s = referee.state
    other = replace(s, budget=s.budget + 1, seed=b"\1" * 32, ledger={**s.ledger, 1: b"\2" * 32})
    told = list(task_differences(lived.life.task, other, at))
    assert [text.split(" is ")[0] for text in told] == ["the budget", "the seed", "model 1"]
    case.books.pool += 1
    case.books.owed[network.deployment.token] = 5
    told = list(treasury_differences(network.treasury, network.token, case.books, at))
    assert [text.split(" is ")[0] for text in told[:1]] == ["the pool"]
    assert any(text.startswith(f"what {network.deployment.token} is owed is 0") for text in told)
    case.managers.quorum, case.members.fee = 1, case.members.fee + 1
    told = list(federation_differences(network.federation, case.members, case.managers, at))
    assert [text.split(" is ")[0] for text in told] == ["the quorum", "the fee"]
