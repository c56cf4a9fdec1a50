"""Partitioners: every sample to one member, by name and seed."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from folkmoot.errors import LearningError
from folkmoot.learning import PARTITIONERS, Dataset, holdout, load_digits, partition


def dataset(samples: int, classes: int, groups: int) -> Dataset:
    rng = np.random.default_rng(samples)
    x = np.zeros((samples, 1), np.float32)
    y, numbers = rng.integers(0, classes, samples), rng.permutation(samples) % groups
    return Dataset(x, y, {"writer": numbers, "site": numbers[::-1].copy()})


@settings(deadline=None, max_examples=150)
@given(
    name=st.sampled_from(PARTITIONERS),
    members=st.integers(1, 8),
    classes=st.integers(1, 6),
    samples=st.integers(60, 200),
    seed=st.integers(0, 2**63),
)
def test_every_sample_has_one_owner(name: str, members: int, classes: int, samples: int, seed: int) -> None:
    data = dataset(samples, classes, 10)
    parts = partition(name, data, members, seed=seed, minimum=1)
    assert len(parts) == members
    assert sorted(np.concatenate(parts)) == list(range(samples))
    assert all((np.diff(part) > 0).all() for part in parts)


@pytest.mark.parametrize("name", PARTITIONERS)
def test_the_seed_alone_decides(name: str) -> None:
    data = dataset(200, 5, 20)
    first, again, other = (partition(name, data, 5, seed=seed) for seed in (1, 1, 2))
    assert all(np.array_equal(a, b) for a, b in zip(first, again, strict=True))
    assert any(not np.array_equal(a, b) for a, b in zip(first, other, strict=True))


def test_iid_members_have_equal_numbers() -> None:
    assert sorted(len(part) for part in partition("iid", dataset(103, 5, 5), 4, seed=0)) == [25, 26, 26, 26]


@pytest.mark.parametrize("name", ["writer", "site"])
def test_groups_stay_whole(name: str) -> None:
    data = dataset(200, 5, 11)
    owned = [set(data.groups[name][part].tolist()) for part in partition(name, data, 4, seed=0)]
    assert sorted(len(groups) for groups in owned) == [2, 3, 3, 3]
    assert sum(map(len, owned)) == len(set.union(*owned)) == 11


def test_one_writer_a_member() -> None:
    data = dataset(200, 5, 8)
    assert [len(set(data.groups["writer"][part])) for part in partition("writer", data, 8, seed=0)] == [1] * 8


def test_shards_give_a_member_few_classes() -> None:
    y = np.repeat(np.arange(10), 20)
    data = Dataset(np.zeros((200, 1), np.float32), y)
    parts = partition("shards", data, 10, seed=0)
    assert [len(part) for part in parts] == [20] * 10
    assert max(len(set(y[part])) for part in parts) == 2
    assert max(len(set(y[part])) for part in partition("shards", data, 10, seed=0, shards=5)) > 2


def share_of_commonest_class(data: Dataset, parts: list[np.ndarray]) -> float:
    return float(np.mean([np.bincount(data.y[part]).max() / len(part) for part in parts]))


def test_a_smaller_alpha_skews_the_labels_more() -> None:
    data = holdout(load_digits(), 0.2, 0)[0]
    skews = [share_of_commonest_class(data, partition("dirichlet", data, 12, seed=0, alpha=a)) for a in (0.1, 0.5, 100)]
    assert skews[0] > 1.5 * skews[1]
    assert skews[1] > 1.5 * skews[2]


def test_dirichlet_is_drawn_again_until_everybody_has_the_minimum() -> None:
    data = dataset(300, 5, 5)
    few = partition("dirichlet", data, 10, seed=0, alpha=0.3, minimum=1)
    assert min(map(len, few)) < 15
    assert min(map(len, partition("dirichlet", data, 10, seed=0, alpha=0.3, minimum=15))) >= 15


def test_a_minimum_out_of_reach_says_what_to_change() -> None:
    with pytest.raises(LearningError, match="'dirichlet' cannot give each of 10 members 30 of 300 samples") as caught:
        partition("dirichlet", dataset(300, 5, 5), 10, seed=0, alpha=0.01, minimum=30)
    assert "larger alpha" in caught.value.hint


@pytest.mark.parametrize("name", PARTITIONERS)
def test_more_members_than_the_data_can_serve_are_refused(name: str) -> None:
    with pytest.raises(LearningError, match="31 members 10 of 300"):
        partition(name, dataset(300, 5, 5), 31, seed=0)


def test_more_members_than_writers_are_refused() -> None:
    with pytest.raises(LearningError, match="6 members 1 of 300"):
        partition("writer", dataset(300, 5, 5), 6, seed=0, minimum=1)


def test_grouping_needs_groups() -> None:
    with pytest.raises(LearningError, match="which site each sample is from") as caught:
        partition("site", load_digits(), 3, seed=0)
    assert "'site' array" in caught.value.hint


def test_writers_are_no_sites() -> None:
    data = Dataset(np.zeros((40, 1), np.float32), np.zeros(40, np.int64), {"site": np.arange(40) % 4})
    with pytest.raises(LearningError, match="which writer each sample is from, only which site"):
        partition("writer", data, 4, seed=0)


def test_an_unknown_partitioner_lists_the_known_ones() -> None:
    with pytest.raises(LearningError, match="no partitioner 'random'") as caught:
        partition("random", load_digits(), 3, seed=0)
    assert all(name in caught.value.hint for name in PARTITIONERS)


@pytest.mark.parametrize(
    "settings", [{"members": 0}, {"alpha": 0.0}, {"alpha": float("nan")}, {"shards": 0}, {"minimum": 0}]
)
def test_settings_are_positive(settings: dict[str, float]) -> None:
    members = int(settings.pop("members", 3))
    with pytest.raises(LearningError, match="must be positive"):
        partition("iid", load_digits(), members, seed=0, **settings)  # type: ignore[arg-type]
