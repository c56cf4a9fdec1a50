from itertools import islice

from tests.chaos.faults import FAULTS, GROUPS, LONG_GROUPS
from tests.chaos.plan import RESPITE_S, plan

MANY = 2_000


def test_the_same_seed_gives_the_same_plan() -> None:
    first, again, other = (list(islice(plan(seed, 5, GROUPS), MANY)) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_every_fault_comes() -> None:
    coming = {stroke.kind for stroke in islice(plan(1, 5, LONG_GROUPS), MANY)}
    assert coming == set(FAULTS) == {kind for group in LONG_GROUPS.values() for kind in group.kinds}


def test_a_victim_has_a_respite_between_two_faults_of_one_group() -> None:
    ends: dict[tuple[str, int], float] = {}
    for stroke in islice(plan(3, 5, GROUPS), MANY):
        key = stroke.group, stroke.victim
        assert stroke.at >= ends.get(key, -RESPITE_S) + RESPITE_S - 0.001
        ends[key] = stroke.at + stroke.lasts
