import numpy as np
import pytest

from folkmoot.aggregation import Contribution
from folkmoot.aggregation.coordinates import blocks, middle, plain_mean, reduced


def model(**sizes: int) -> dict[str, np.ndarray]:
    return {name: np.zeros(size, np.float32) for name, size in sizes.items()}


@pytest.mark.parametrize(
    "sizes", [{"a": 1}, {"a": 3, "b": 1, "c": 50}, {"a": 65_536 * 8, "b": 65_537}, {"a": 0, "b": 5}]
)
def test_every_coordinate_is_in_one_block(sizes: dict[str, int]) -> None:
    seen = model(**sizes)
    for name, block in blocks(seen):
        seen[name][block] += 1
    assert all((counts == 1).all() for counts in seen.values())


@pytest.mark.parametrize(("sizes", "most"), [({"a": 80}, 11), ({"a": 20, "b": 60}, 11), ({"a": 65_536 * 9}, 65_536)])
def test_a_block_is_small_beside_the_model(sizes: dict[str, int], most: int) -> None:
    given = model(**sizes)
    assert max(given[name][block].size for name, block in blocks(given)) == most


def test_reducing_sorts_each_coordinate_and_keeps_the_shapes() -> None:
    parent = {"a": np.zeros((2, 3), np.float32), "b": np.zeros((), np.float32)}
    updates = [
        Contribution(f"0x{n:040x}", 1, {"a": np.array(a, np.float32).reshape(2, 3), "b": np.array(b, np.float32)})
        for n, (a, b) in enumerate([([3, 1, 2, 9, 8, 7], 5), ([2, 3, 1, 7, 9, 8], 4), ([1, 2, 3, 8, 7, 9], 6)])
    ]
    for row, (a, b) in enumerate([([1, 1, 1, 7, 7, 7], 4), ([2, 2, 2, 8, 8, 8], 5), ([3, 3, 3, 9, 9, 9], 6)]):
        result = reduced(updates, parent, lambda ordered, row=row: ordered[row].astype(np.float64))
        assert (result["a"].reshape(-1).tolist(), result["b"].tolist()) == (a, b)
        assert result["a"].shape == (2, 3)


def test_the_middle_of_an_even_count_is_halfway() -> None:
    assert middle(np.array([[1], [2], [4], [9]], np.float32)).tolist() == [3]
    assert middle(np.array([[1], [2], [9]], np.float32)).tolist() == [2]


def test_the_mean_is_added_up_in_order_and_in_float64() -> None:
    rows = np.array([[2.0**60], [1], [-(2.0**60)]], np.float32)
    assert plain_mean(rows).tolist() == [0]
    assert plain_mean(rows[[0, 2, 1]]).tolist() == [1 / 3]
    assert plain_mean([np.array([-0.0], np.float32)]).tobytes() == bytes(8), "it starts from +0.0"
