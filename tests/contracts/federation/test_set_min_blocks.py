import pytest

from tests.support.evm import events, out_of_bounds, reverts_with


def test_set_min_blocks(cast):
    transaction = cast.decide(cast.federation.setMinBlocks, 5)
    assert events(transaction, "MinBlocksChanged") == [{"blocks": 5}]
    assert cast.federation.minBlocks() == 5


def test_one_manager_is_not_enough(cast, manager):
    cast.federation.setMinBlocks(5, {"from": manager})
    assert cast.federation.minBlocks() == 0


@pytest.mark.parametrize(("blocks", "fits"), [(100, True), (101, False)])
def test_it_is_bounded(cast, managers, blocks, fits):
    cast.federation.setMinBlocks(blocks, {"from": managers[0]})
    if fits:
        cast.federation.setMinBlocks(blocks, {"from": managers[1]})
        return
    with out_of_bounds("minBlocks", blocks):
        cast.federation.setMinBlocks(blocks, {"from": managers[1]})


def test_later_tasks_have_at_least_as_many(cast):
    cast.decide(cast.federation.setMinBlocks, 5)
    with out_of_bounds("minBlocks", 4):
        cast.propose(minBlocks=4)
    assert cast.propose(minBlocks=5).parameters()["minBlocks"] == 5


def test_earlier_tasks_keep_theirs(cast):
    task = cast.propose()
    cast.decide(cast.federation.setMinBlocks, 5)
    assert task.parameters()["minBlocks"] == 0


def test_only_managers(cast, member):
    with reverts_with("NotManager", member):
        cast.federation.setMinBlocks(5, {"from": member})
