from itertools import islice

from tests.chaos.faults import FAULTS, groups
from tests.chaos.plan import RESPITE_S, plan

MANY = 2_000
USUAL = groups("folder", is_long=False)


def test_the_same_seed_gives_the_same_plan() -> None:
    first, again, other = (list(islice(plan(seed, 5, USUAL), MANY)) for seed in (1, 1, 2))
    assert first == again
    assert first != other


def test_every_fault_comes() -> None:
    long = [groups(store, is_long=True) for store in ("folder", "s3")]
    coming = {stroke.kind for kinds in long for stroke in islice(plan(1, 5, kinds), MANY)}
    assert coming == set(FAULTS)


def test_a_victim_has_a_respite_between_two_faults_of_one_group() -> None:
    ends: dict[tuple[str, int], float] = {}
    for stroke in islice(plan(3, 5, USUAL), MANY):
        key = stroke.group, stroke.victim
        assert stroke.at >= ends.get(key, -RESPITE_S) + RESPITE_S - 0.001
        ends[key] = stroke.at + stroke.lasts
