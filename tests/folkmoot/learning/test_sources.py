"""Digits, `.npz` files and LEAF's JSON."""

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from folkmoot.errors import LearningError
from folkmoot.learning import load, load_digits, load_leaf, load_npz
from tests.support.foreign_bytes import JSON, changed, damaged, leaf, npz, read_or_told


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for all examples of a test."""
    return tmp_path_factory.mktemp("foreign")


def save(folder: Path, **arrays: Any) -> Path:
    path = folder / "data.npz"
    np.savez(path, **arrays)
    return path


def test_digits_are_images_between_0_and_1() -> None:
    digits = load("digits")
    assert digits.x.shape == (1797, 1, 8, 8)
    assert (digits.x.min(), digits.x.max(), digits.classes) == (0, 1, 10)
    assert np.array_equal(digits.x, load_digits().x)


def test_npz_scales_bytes_and_numbers_the_writers(tmp_path: Path) -> None:
    x = np.array([[[0, 255], [51, 102]]] * 3, np.uint8)
    dataset = load(save(tmp_path, x=x, y=np.array([2, 0, 1], np.uint8), writer=np.array(["bo", "al", "bo"])))
    assert dataset.x.shape == (3, 1, 2, 2)
    assert dataset.x[0, 0].tolist() == [[0, 1], [np.float32(0.2), np.float32(0.4)]]
    assert dataset.y.tolist() == [2, 0, 1]
    assert {name: numbers.tolist() for name, numbers in dataset.groups.items()} == {"writer": [1, 0, 1]}


def test_npz_keeps_floats_and_reads_sites(tmp_path: Path) -> None:
    dataset = load_npz(save(tmp_path, x=[[-1.5, 60.0], [2.0, 3.0]], y=[1, 0], site=[7, 7]))
    assert dataset.x.tolist() == [[-1.5, 60.0], [2.0, 3.0]]
    assert {name: numbers.tolist() for name, numbers in dataset.groups.items()} == {"site": [0, 0]}


def test_a_file_that_is_not_there_is_told_without_a_number(tmp_path: Path) -> None:
    with pytest.raises(LearningError, match=r"cannot read .*no\.npz: there is no such file"):
        load_npz(tmp_path / "no.npz")


def test_npz_without_writers_has_no_groups(tmp_path: Path) -> None:
    assert load_npz(save(tmp_path, x=[[1.0]], y=[0])).groups == {}


def test_npz_keeps_writers_and_sites_apart(tmp_path: Path) -> None:
    groups = load_npz(save(tmp_path, x=np.zeros((4, 1)), y=[0] * 4, writer=[0, 1, 2, 3], site=[5, 5, 9, 9])).groups
    assert (groups["writer"].tolist(), groups["site"].tolist()) == ([0, 1, 2, 3], [0, 0, 1, 1])


@pytest.mark.parametrize(
    ("stored", "loaded"),
    [
        ((2, 5, 4, 3), (2, 3, 5, 4)),
        ((2, 3, 5, 4), (2, 3, 5, 4)),
        ((2, 5, 4, 1), (2, 1, 5, 4)),
        ((2, 1, 5, 4), (2, 1, 5, 4)),
        ((2, 5, 4), (2, 1, 5, 4)),
        ((2, 9), (2, 9)),
    ],
)
def test_npz_puts_channels_first(tmp_path: Path, stored: tuple[int, ...], loaded: tuple[int, ...]) -> None:
    x = np.arange(np.prod(stored), dtype=np.float32).reshape(stored)
    dataset = load_npz(save(tmp_path, x=x, y=[0, 1]))
    assert dataset.x.shape == loaded
    if stored[-1] == 3:
        assert np.array_equal(dataset.x[:, 1], x[..., 1])


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ({"y": [0]}, "no array 'x'"),
        ({"x": [[1.0]]}, "no array 'y'"),
        ({"x": [["a"]], "y": [0]}, "x in .* is <U1"),
        ({"x": [[1.0]], "y": [0.0]}, "y in .* is float64"),
        ({"x": [[1.0]], "y": [0, 1]}, "lengths"),
        ({"x": [[np.nan]], "y": [0]}, "NaN or infinity"),
        ({"x": [[1e300]], "y": [0]}, "NaN or infinity"),
        ({"x": np.array([{"a": 1}], object), "y": [0]}, r"not a readable \.npz file.*pickle"),
        ({"x": np.float32(5), "y": [0]}, r"x has shape \(1,\)"),
        ({"x": [[1.0]], "y": np.int64(0)}, r"shapes \[\(\)\]"),
        ({"x": [[1.0]], "y": [0], "writer": np.int64(3)}, "shapes"),
        ({"x": [[1.0], [2.0]], "y": [0, 1], "site": [[1, 2], [3, 4]]}, "shapes"),
    ],
)
def test_npz_names_the_file_and_the_array_at_fault(tmp_path: Path, arrays: dict[str, Any], message: str) -> None:
    path = save(tmp_path, **arrays)
    with pytest.raises(LearningError, match=message) as caught:
        load_npz(path)
    assert str(path) in caught.value.message
    assert caught.value.hint


def test_an_npz_with_a_damaged_byte_is_refused_or_the_same(tmp_path: Path) -> None:
    path, x = tmp_path / "data.npz", np.random.default_rng(0).integers(0, 5, (400, 4)).astype(np.float32)
    np.savez_compressed(path, x=x, y=np.arange(400) % 3)
    whole = path.read_bytes()
    refused = []
    for place in range(0, len(whole), 7):
        path.write_bytes(whole[:place] + bytes([whole[place] ^ 0xFF]) + whole[place + 1 :])
        try:
            assert np.array_equal(load_npz(path).x, x)
        except LearningError as error:
            refused.append(error.message)
    assert len(refused) > 50
    assert all(str(path) in message for message in refused)


@pytest.mark.parametrize("content", [b"", b"not a zip file", b"PK\x03\x04 cut short"])
def test_a_file_that_is_no_npz_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "data.npz").write_bytes(content)
    with pytest.raises(LearningError, match=r"not a readable \.npz file"):
        load_npz(tmp_path / "data.npz")


def test_a_file_in_it_that_is_no_array_counts_as_none(tmp_path: Path) -> None:
    path = save(tmp_path, y=[0])
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("x.npy", "1, 2, 3")
    with pytest.raises(LearningError, match=r"no array 'x', only \['y'\]"):
        load_npz(path)


def test_what_the_file_says_is_shown_escaped(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "data.npz", "w") as archive:
        archive.writestr(
            "x.npy", b"\x93NUMPY\1\0\x46\0{'descr': ',\x1b[2J', 'fortran_order': False, 'shape': (1,), }".ljust(80)
        )
    with pytest.raises(LearningError, match=r"not a readable \.npz file") as caught:
        load_npz(tmp_path / "data.npz")
    assert str(caught.value).isprintable()


def test_a_single_array_is_no_npz(tmp_path: Path) -> None:
    np.save(tmp_path / "data.npy", np.zeros(3))
    with pytest.raises(LearningError, match=r"not a readable \.npz file"):
        load_npz(tmp_path / "data.npy")


def test_a_name_that_no_file_can_have_is_no_dataset() -> None:
    with pytest.raises(LearningError, match=f"there is no dataset '{'n' * 300}': File name too long"):
        load("n" * 300)


def test_an_unknown_source_lists_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(LearningError, match="there is no dataset") as caught:
        load(tmp_path / "absent")
    assert "digits" in caught.value.hint


def leaf_text(**users: tuple[list[list[float]], list[int]]) -> str:
    data = {user: {"x": x, "y": y} for user, (x, y) in users.items()}
    return json.dumps({"users": list(users), "num_samples": [len(y) for _, y in users.values()], "user_data": data})


def test_leaf_joins_files_and_keeps_users_as_groups(tmp_path: Path) -> None:
    (tmp_path / "all_data_0.json").write_text(leaf_text(f07=([[0.5] * 784, [1.0] * 784], [3, 61]), empty=([], [])))
    (tmp_path / "all_data_1.json").write_text(leaf_text(f01=([[0.0] * 784], [9])))
    dataset = load(tmp_path)
    assert dataset.x.shape == (3, 1, 28, 28)
    assert dataset.x[:, 0, 5, 5].tolist() == [0.5, 1.0, 0.0]
    assert dataset.y.tolist() == [3, 61, 9]
    assert dataset.groups["writer"].tolist() == [1, 1, 0]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_leaf_files_of_any_encoding_that_json_may_have_are_read(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "data.json").write_text(leaf_text(u=([[1.0, 2.0, 3.0]], [0])), encoding)
    assert load_leaf(tmp_path).x.tolist() == [[1.0, 2.0, 3.0]]


def test_hidden_files_are_no_data(tmp_path: Path) -> None:
    (tmp_path / "data.json").write_text(leaf_text(u=([[1.0, 2.0, 3.0]], [0])))
    (tmp_path / "._data.json").write_bytes(b"\x00\x05\x16\x07")  # as macOS leaves them on others' disks
    assert load_leaf(tmp_path).x.tolist() == [[1.0, 2.0, 3.0]]


def test_leaf_samples_that_are_no_squares_stay_features(tmp_path: Path) -> None:
    (tmp_path / "data.json").write_text(leaf_text(u=([[1.0, 2.0, 3.0]], [0])))
    assert load_leaf(tmp_path).x.tolist() == [[1.0, 2.0, 3.0]]


@pytest.mark.parametrize(
    "content",
    [
        "{",
        "[]",
        '{"users": ["u"]}',
        '{"users": ["u"], "user_data": {}}',
        '{"users": ["u"], "user_data": {"u": {"x": [[1.0]]}}}',
        leaf_text(u=([[1.0]], [0, 1])),
        leaf_text(u=([[1.0], [1.0, 2.0]], [0, 1])),
        leaf_text(u=([[1.0]], [0.5])),  # type: ignore[list-item]
        leaf_text(u=(["text"], [0])),  # type: ignore[list-item]
        leaf_text(u=([[], []], [0, 1])),
        pytest.param(leaf_text(u=([[10**400]], [0])), id="a number without end"),
        '{"users": [5], "user_data": [[1]]}',
        pytest.param("[" * 200_000, id="brackets without end"),
    ],
)
def test_json_that_is_not_leafs_is_refused_by_file(tmp_path: Path, content: str) -> None:
    (tmp_path / "odd.json").write_text(content)
    with pytest.raises(LearningError, match=r"odd\.json is not in LEAF's format") as caught:
        load_leaf(tmp_path)
    assert "user_data" in caught.value.hint


def as_json(document: Any) -> bytes:
    return json.dumps(document).encode()


@pytest.mark.fuzz
@given(leaf())
def test_a_leaf_file_is_read_whole(folder: Path, document: dict[str, Any]) -> None:
    (folder / "data.json").write_bytes(as_json(document))
    samples = [pair for own in document["user_data"].values() for pair in zip(own["x"], own["y"], strict=True)]
    if samples:
        dataset = load_leaf(folder)
        assert dataset.x.reshape(len(samples), -1).tolist() == [x for x, _ in samples]
        assert dataset.y.tolist() == [y for _, y in samples]


@pytest.mark.fuzz
@given(
    leaf().flatmap(changed).map(as_json) | leaf().map(as_json).flatmap(damaged) | JSON.map(as_json)
    | st.binary(max_size=100)
)  # fmt: skip
def test_whatever_a_leaf_file_holds_is_read_or_refused(folder: Path, data: bytes) -> None:
    (folder / "data.json").write_bytes(data)
    dataset, fault = read_or_told(lambda: load_leaf(folder), LearningError)
    assert str(folder) in fault if dataset is None else len(dataset) > 0


@pytest.mark.fuzz
@given(npz() | npz().flatmap(damaged) | st.binary(max_size=100))
def test_whatever_an_npz_file_holds_is_read_or_refused(folder: Path, data: bytes) -> None:
    (folder / "data.npz").write_bytes(data)
    dataset, fault = read_or_told(lambda: load_npz(folder / "data.npz"), LearningError)
    assert str(folder / "data.npz") in fault if dataset is None else len(dataset) > 0


def test_leaf_values_too_large_for_float32_are_refused_by_folder(tmp_path: Path) -> None:
    (tmp_path / "data.json").write_text(leaf_text(u=([[1e300]], [0])))
    with pytest.raises(LearningError, match="NaN or infinity") as caught:
        load_leaf(tmp_path)
    assert str(tmp_path) in caught.value.message


def test_leaf_folders_hold_one_dataset(tmp_path: Path) -> None:
    (tmp_path / "data.json").write_text(leaf_text(u=([[1.0]], [0]), v=([[1.0, 2.0]], [0])))
    with pytest.raises(LearningError, match=r"\[1, 2\] values"):
        load_leaf(tmp_path)


def test_leaf_folders_hold_samples(tmp_path: Path) -> None:
    with pytest.raises(LearningError, match=r"no \.json file"):
        load_leaf(tmp_path)
    (tmp_path / "data.json").write_text(leaf_text(u=([], [])))
    with pytest.raises(LearningError, match="no user"):
        load_leaf(tmp_path)
