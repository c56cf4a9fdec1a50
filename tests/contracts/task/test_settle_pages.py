"""settle, when there are more updates than a page holds."""

from dataclasses import replace

import brownie
import pytest
from brownie import accounts

from folkmoot.chain.structs import Phase
from tests.contracts.lifecycle import begin
from tests.support.evm import events, rewound


@pytest.fixture(scope="module")
def crowd(cast, deployer, managers, outsider, stranger, apply):
    """A cast of 20 members: 17 of them can train."""
    for account in (deployer, *managers, outsider, stranger, *accounts[16:20]):
        cast.decide(cast.federation.admit, apply(account))
    return replace(cast, members=[*cast.members, deployer, *managers, outsider, stranger, *accounts[16:20]])


@pytest.fixture(scope="module")
def many(crowd):
    """17 updates: two pages."""
    life = begin(crowd, trainers=17, maxUpdates=17)
    life.scores = [2_000 + 100 * (7 * i % 17) for i in range(17)]
    return life.to(Phase.SETTLING)


def test_a_page_holds_16_updates(many):
    many.settle(1)
    assert [update["score"] for update in many.task.updates(0, 100)[0]] == [*many.scores[:16], 0]
    many.settle(1)
    assert [update["score"] for update in many.task.updates(0, 100)[0]] == many.scores
    assert many.phase == Phase.SETTLING


def test_pages_come_to_the_same_as_the_whole(many):
    outcomes = []
    for steps in ([3], [1, 1, 1], [1, 2], [2, 1], [1_000]):
        with rewound():
            outcomes.append([events(many.settle(count), "RoundSettled") for count in steps][-1])
            assert many.phase == Phase.AGGREGATING
    assert all(outcome == outcomes[0] for outcome in outcomes)
    best = sorted(range(17), key=lambda index: -many.scores[index])[:3]
    assert outcomes[0][0]["ranking"] == best


def test_a_rule_that_failed_on_a_page_is_not_asked_about_the_next(crowd, deployer):
    rule = deployer.deploy(brownie.FaultyRule)  # its parameters make it revert
    life = begin(crowd, trainers=17, maxUpdates=17, scoreRule=rule, scoreParameters=bytes(32))
    life.scores = [5_000] * 17
    life = life.to(Phase.SETTLING)
    assert [event["rule"] for event in events(life.settle(2), "RuleFailed")] == [rule.address]
    assert life.task.progress()["pages"] == 2


def test_a_page_of_updates_is_read_from_any_index(many):
    def scores(start, count):
        updates, pointers = many.task.updates(start, count)
        assert len(updates) == len(pointers)
        return [update["author"] for update in updates]

    authors = scores(0, 100)
    assert len(authors) == 17
    assert (scores(15, 100), scores(3, 2), scores(17, 1), scores(99, 1), scores(0, 0)) == (
        authors[15:],
        authors[3:5],
        [],
        [],
        [],
    )
