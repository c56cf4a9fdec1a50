import tracemalloc
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from folkmoot.aggregation import (
    Aggregate,
    Circumstances,
    Contribution,
    Rule,
    aggregate,
    clip_samples,
    registry,
    rule,
    rules,
)
from folkmoot.errors import AggregationError, DuplicateRule, UnknownRule

Tensors = dict[str, NDArray[np.float32]]
USUAL = Circumstances(f=0)
SHAPES = {"a.weight": (3, 4), "b": (), "0.bias": (5,)}
PARENT: Tensors = {name: np.zeros(shape, np.float32) for name, shape in SHAPES.items()}


def update(seed: int) -> Tensors:
    draw = np.random.default_rng(seed)
    return {name: np.array(draw.standard_normal(shape), np.float32) for name, shape in SHAPES.items()}


def contribution(seed: int, **tensors: NDArray[np.float32]) -> Contribution:
    return Contribution(f"0x{seed * 7919 % 251:040x}", seed, update(seed) | tensors)


def as_bytes(tensors: Mapping[str, NDArray[np.float32]]) -> dict[str, bytes]:
    return {name: tensor.tobytes() for name, tensor in tensors.items()}


@pytest.fixture
def temporary_rule() -> Iterator[Callable[[Rule], str]]:
    def register(function: Rule) -> str:
        rule("temporary/1")(function)
        return "temporary/1"

    yield register
    registry._RULES.pop("temporary/1", None)


RULES = [
    *("bift-krum/1", "bulyan/1", "clipped/1", "fedavg/1", "fedsgd/1", "krum/1", "median/1", "mixed/1", "mixed/2"),
    *("multi-krum/1", "trimmed-mean/1"),
]


def test_the_rules_are_known_by_name() -> None:
    assert rules() == RULES


def test_an_unknown_rule_names_the_known_ones() -> None:
    with pytest.raises(UnknownRule, match=r"no aggregation rule 'fedavg/2' \(known are bift-krum/1, bulyan/1, .*\)"):
        aggregate("fedavg/2", [contribution(1)], parent=PARENT, circumstances=USUAL)


def test_a_second_rule_of_a_name_is_refused() -> None:
    with pytest.raises(DuplicateRule, match="'median/1' already"):
        rule("median/1")(lambda *_: Aggregate({}))
    assert aggregate("median/1", [contribution(1)], parent=PARENT, circumstances=USUAL).tensors.keys() == PARENT.keys()


@pytest.mark.parametrize("name", rules())
def test_the_result_is_float32_of_the_parents_names_and_shapes(name: str) -> None:
    result = aggregate(
        name, [contribution(seed) for seed in range(4)], parent=PARENT, circumstances=Circumstances(f=1)
    ).tensors
    assert list(result) == sorted(SHAPES)
    assert {key: tensor.shape for key, tensor in result.items()} == SHAPES
    assert {tensor.dtype for tensor in result.values()} == {np.dtype(np.float32)}


@pytest.mark.parametrize("name", rules())
def test_inputs_stay_as_they_are(name: str) -> None:
    contributions = [contribution(seed, b=np.array(-0.0, np.float32)) for seed in (3, 1, 2)]
    before = [as_bytes(entry.tensors) for entry in contributions], as_bytes(PARENT), list(contributions)
    result = aggregate(name, contributions, parent=PARENT, circumstances=USUAL).tensors
    for tensor in result.values():
        tensor[...] = 7
    assert ([as_bytes(entry.tensors) for entry in contributions], as_bytes(PARENT), contributions) == before


def test_a_rule_that_hands_back_an_input_gets_it_copied(temporary_rule: Callable[[Rule], str]) -> None:
    only = contribution(1, b=np.array(-0.0, np.float32))
    name = temporary_rule(lambda entries, _parent, _given: Aggregate(dict(entries[0].tensors)))
    result = aggregate(name, [only], parent=PARENT, circumstances=USUAL).tensors
    assert not any(np.shares_memory(result[key], only.tensors[key]) for key in SHAPES)
    assert np.signbit(only.tensors["b"])
    assert not np.signbit(result["b"])


def test_a_rule_sees_the_contributions_in_address_order_and_the_circumstances(
    temporary_rule: Callable[[Rule], str],
) -> None:
    seen: list[tuple[list[str], Circumstances]] = []

    def look(
        entries: Sequence[Contribution], parent: Mapping[str, NDArray[np.float32]], given: Circumstances
    ) -> Aggregate:
        seen.append(([entry.address for entry in entries], given))
        return Aggregate(dict(parent))

    name = temporary_rule(look)
    entries = [contribution(seed) for seed in range(9)]
    given = Circumstances(f=2, seed=bytes([1] * 32), last_update=3)
    result = aggregate(name, entries, parent=PARENT, circumstances=given)
    assert seen == [(sorted(entry.address for entry in entries), given)]
    assert (result.rule, result.f) == (name, 0)


def test_addresses_are_compared_without_their_case() -> None:
    low, high = "0x" + "ab" * 20, "0x" + "AC" * 20
    assert Contribution(high, 1, PARENT).address == high.lower()
    with pytest.raises(AggregationError, match="two contributions of 0xabab"):
        aggregate(
            "fedavg/1",
            [Contribution(each, 1, PARENT) for each in (low, high, "0x" + "AB" * 20)],
            parent=PARENT,
            circumstances=USUAL,
        )


@pytest.mark.parametrize("address", ["", "0x", "ab" * 21, "0x" + "ab" * 19, "0x" + "ag" * 20, "0x" + "ab" * 20 + "\n"])
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(AggregationError, match="is not an address"):
        Contribution(address, 1, PARENT)


def test_nothing_cannot_be_aggregated() -> None:
    with pytest.raises(AggregationError, match="nothing to aggregate"):
        aggregate("fedavg/1", [], parent=PARENT, circumstances=USUAL)


def test_a_negative_f_is_refused() -> None:
    with pytest.raises(AggregationError, match="-1 attackers"):
        aggregate("fedavg/1", [contribution(1)], parent=PARENT, circumstances=Circumstances(f=-1))


@pytest.mark.parametrize(
    ("tensor", "reason"),
    [
        (np.zeros((4, 3), np.float32), r"has the shape \(4, 3\), not \(3, 4\)"),
        (np.zeros((3, 4), np.float64), "is float64, not float32"),
        (np.zeros((3, 4), np.float16), "is float16, not float32"),
        (np.full((3, 4), np.nan, np.float32), "holds NaN or infinity"),
        (np.full((3, 4), -np.inf, np.float32), "holds NaN or infinity"),
    ],
)
def test_a_tensor_unlike_the_parents_is_refused(tensor: NDArray[np.float32], reason: str) -> None:
    bad = contribution(2, **{"a.weight": tensor})
    with pytest.raises(AggregationError, match=f"{bad.address}: tensor 'a.weight' {reason}"):
        aggregate("fedavg/1", [contribution(1), bad], parent=PARENT, circumstances=USUAL)


def test_a_missing_or_foreign_tensor_is_refused() -> None:
    with pytest.raises(AggregationError, match="tensor 'c' is not expected"):
        aggregate("fedavg/1", [contribution(1, c=np.zeros(1, np.float32))], parent=PARENT, circumstances=USUAL)
    with pytest.raises(AggregationError, match="tensor 'c' is missing"):
        aggregate("fedavg/1", [contribution(1)], parent=PARENT | {"c": np.zeros(1, np.float32)}, circumstances=USUAL)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_a_result_that_is_not_finite_is_refused(value: float, temporary_rule: Callable[[Rule], str]) -> None:
    name = temporary_rule(lambda _entries, parent, _given: Aggregate({**parent, "b": np.array(value, np.float32)}))
    with pytest.raises(AggregationError, match="the aggregate: tensor 'b' holds NaN or infinity"):
        aggregate(name, [contribution(1)], parent=PARENT, circumstances=USUAL)


def test_a_processor_that_flushes_subnormals_is_noticed() -> None:
    if not torch.set_flush_denormal(True):
        pytest.skip("this processor cannot flush subnormals")
    try:
        with pytest.raises(AggregationError, match="flushes subnormal numbers"):
            aggregate("fedavg/1", [contribution(1)], parent=PARENT, circumstances=USUAL)
    finally:
        torch.set_flush_denormal(False)
    assert aggregate("fedavg/1", [contribution(1)], parent=PARENT, circumstances=USUAL)


@pytest.mark.parametrize(("count", "shape"), [(10, (400, 500)), (60, (100, 100))])
@pytest.mark.parametrize("name", rules())
def test_memory_stays_within_twice_the_updates(name: str, count: int, shape: tuple[int, int]) -> None:
    parent = {"w": np.ones(shape, np.float32)}
    contributions = [Contribution(f"0x{number:040x}", 1, {"w": parent["w"] * number}) for number in range(count)]
    tracemalloc.start()
    try:
        aggregate(name, contributions, parent=parent, circumstances=Circumstances(f=1))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak <= count * parent["w"].nbytes


@pytest.mark.parametrize("name", rules())
def test_updates_are_fetched_once_in_address_order(name: str) -> None:
    """And the result is that of updates at hand."""
    updates = {f"0x{n * 7919 % 251:040x}": {"w": np.full(20, n, np.float32)} for n in range(12)}
    fetched: list[str] = []

    def fetch(address: str) -> Mapping[str, NDArray[np.float32]]:
        fetched.append(address)
        return updates[address]

    made = [
        aggregate(
            name,
            [Contribution(address, 1, source(address)) for address in updates],
            parent={"w": np.ones(20, np.float32)},
            circumstances=Circumstances(f=1),
        ).tensors["w"]
        for source in (lambda address: partial(fetch, address), updates.__getitem__)
    ]
    assert fetched == sorted(updates)
    np.testing.assert_array_equal(*made, strict=True)


@pytest.mark.parametrize("name", ["fedavg/1", "fedsgd/1"])
def test_a_streaming_rule_holds_one_update_at_a_time(name: str) -> None:
    parent = {name: np.ones((300, 300), np.float32) for name in "abcdef"}
    model = sum(values.nbytes for values in parent.values())

    def fetch(number: int) -> Mapping[str, NDArray[np.float32]]:
        return {name: values * np.float32(number) for name, values in parent.items()}

    contributions = [Contribution(f"0x{number:040x}", 1, partial(fetch, number)) for number in range(30)]
    tracemalloc.start()
    try:
        aggregate(name, contributions, parent=parent, circumstances=Circumstances(f=0))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak <= 4.5 * model  # sums of twice a model's size, two updates when one follows the other


def test_a_fetched_update_is_checked_like_others() -> None:
    wrong = [Contribution("0x" + "1" * 40, 1, lambda: {"w": np.full(3, np.nan, np.float32)})]
    with pytest.raises(AggregationError, match="holds NaN or infinity"):
        aggregate("fedavg/1", wrong, parent={"w": np.ones(3, np.float32)}, circumstances=Circumstances(f=0))


@pytest.mark.parametrize(
    ("samples", "weights"),
    [
        ([5], [5]),
        ([0], [1]),
        ([-3, 0, 0], [1, 1, 1]),
        ([1, 100], [1, 2]),
        ([100, 1], [2, 1]),
        ([10, 20, 30], [10, 20, 30]),
        ([10, 20, 40], [10, 20, 40]),
        ([10, 20, 41], [10, 20, 40]),
        ([10, 20, 30, 1000], [10, 20, 30, 40]),
        ([0, 0, 7], [1, 1, 2]),
        ([2**255, 1, 1], [2, 1, 1]),
    ],
)
def test_samples_are_clipped(samples: list[int], weights: list[int]) -> None:
    assert clip_samples(samples) == weights


@given(st.lists(st.integers(0, 2**64), min_size=1, max_size=20))
def test_weights_are_bounded_and_their_lower_median_is_that_of_the_samples(samples: list[int]) -> None:
    weights = clip_samples(samples)
    middle = sorted(max(1, count) for count in samples)[(len(samples) - 1) // 2]
    assert all(1 <= weight <= 2 * middle for weight in weights)
    assert sorted(weights)[(len(weights) - 1) // 2] == middle
    assert [weight for weight, count in zip(weights, samples, strict=True) if 1 <= count <= 2 * middle] == [
        count for count in samples if 1 <= count <= 2 * middle
    ]


def test_no_samples_are_an_error() -> None:
    with pytest.raises(AggregationError, match="no sample counts"):
        clip_samples([])
