import logging

import pytest

from folkmoot.chain.node import FIRST_REST_S, REST_S, SLIPS, Node
from folkmoot.chain.questions import LATEST, PENDING
from folkmoot.chain.rpc_errors import NoAnswer
from folkmoot.testing.memory import MemoryChain, MemoryNode


@pytest.fixture
def one(node: MemoryNode, chain: MemoryChain) -> Node:
    brief = MemoryNode(chain)
    brief.down = True
    return Node("node", node, brief)


def test_it_is_asked_through_the_line_that_is_named(one: Node) -> None:
    assert [len(one.ask(questions)) for questions in ([LATEST], [LATEST, PENDING])] == [1, 2]
    for questions in ([LATEST], [LATEST, PENDING]):
        with pytest.raises(NoAnswer, match="down"):
            one.ask(questions, briefly=True)


def test_it_rests_longer_after_each_fault_until_it_answers(one: Node) -> None:
    rests: list[float] = []
    for now in range(6):
        one.failed("down", now)
        rests.append(one.rest)
    assert rests == [10, 20, 40, REST_S, REST_S, REST_S]
    assert one.rests
    one.answered(7)
    assert (one.rest, one.rests, one.answered_at) == (FIRST_REST_S, False, 7)


def test_its_head_shows_that_it_may_be_tried_not_that_it_answers(one: Node) -> None:
    one.failed("no answer in time", 1)
    one.is_back = True
    assert not one.rests
    assert one.fault == "no answer in time"
    one.failed("no answer in time", 2)
    assert one.rests


def test_nobody_is_behind_one_that_is_lost(one: Node) -> None:
    """A single slip says nothing; a head that it tells is one."""
    lost: list[bool] = []
    for now in range(SLIPS):
        one.failed("down", now)
        lost.append(one.is_lost)
    assert lost == [False, True]
    one.is_back = True
    assert not one.is_lost
    one.failed("down", 5)
    assert one.is_lost
    one.answered(6)
    assert not one.is_lost


def test_a_fault_is_told_when_it_lasts_and_once_that_it_is_over(one: Node, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    one.failed("down", 0)
    one.answered(1)
    assert caplog.records == []
    for now in range(2 * SLIPS):
        one.failed("down", now)
    one.answered(9)
    one.answered(10)
    assert [record.message for record in caplog.records] == ["node does not answer: down", "node answers again"]
