"""Where datasets come from: scikit-learn's digits, `.npz` files and LEAF's JSON."""

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from stat import S_ISDIR
from typing import Any

import numpy as np
from numpy.typing import NDArray

from folkmoot.errors import LearningError, reason
from folkmoot.learning.data import Dataset, check

GROUPS = ("site", "writer")

Array = NDArray[Any]


def load(source: str | Path) -> Dataset:
    """Load "digits", an `.npz` file or a folder of LEAF JSON. Raises `LearningError` for anything else."""
    if source == "digits":
        return load_digits()
    path = Path(source)
    try:
        is_folder = S_ISDIR(path.stat().st_mode)
    except (OSError, ValueError) as error:
        hint = 'use "digits", an .npz file or a folder of LEAF JSON'
        raise LearningError(f"there is no dataset {str(source)!r}: {reason(error)}", hint) from error
    return load_leaf(path) if is_folder else load_npz(path)


def load_digits() -> Dataset:
    """scikit-learn's bundled digits: 1,797 images (n, 1, 8, 8) of 10 classes, grey levels 0..16 scaled to 0..1.

    Raises `LearningError` where scikit-learn is not installed.
    """
    try:
        from sklearn import datasets  # noqa: PLC0415 - a second of CPU time that other data do not need
    except ModuleNotFoundError as error:
        hint = "install it: pip install scikit-learn; or name a data set of your own"
        raise LearningError("the digits come with scikit-learn, which is not installed", hint) from error
    digits = datasets.load_digits()
    return Dataset(_samples(digits.images / 16), digits.target.astype(np.int64))


def load_npz(path: str | Path) -> Dataset:
    """Load an `.npz` file with the arrays `x` and `y`, and optionally `writer` and `site`.

    uint8 is scaled from 0..255 to 0..1; other numbers are kept. Images may be (n, height, width), (n, height, width,
    channels) or (n, channels, height, width), with 1 or 3 channels. Pickled objects are never read.
    Raises `LearningError` when the file or one of its arrays is missing or unusable, NaN and infinity included.
    """
    arrays = _read_npz(Path(path))
    for name, kinds in (("x", "fiu"), ("y", "iu")):
        check(name in arrays, f"{path} has no array {name!r}, only {sorted(arrays)}", "use np.savez(file, x=x, y=y)")
        kind = arrays[name].dtype
        check(kind.kind in kinds, f"{name} in {path} is {kind}", "save numbers as x and class numbers from 0 as y")
    x, groups = arrays["x"], {name: _numbered(arrays[name]) for name in GROUPS if name in arrays}
    scaled = x / np.float32(255) if x.dtype == np.uint8 else x
    return _dataset(path, _samples(scaled), arrays["y"].astype(np.int64), groups)


def load_leaf(folder: str | Path) -> Dataset:
    """Load all `*.json` files of a folder in LEAF's format, but hidden ones; the writers are the users.

    A file holds {"users": [u, ...], "user_data": {u: {"x": [[value, ...], ...], "y": [class, ...]}}}. Samples of a
    square number of values, such as FEMNIST's 784, become images (n, 1, side, side). Raises `LearningError` for others.
    Source: Caldas et al., LEAF: A Benchmark for Federated Settings, arXiv:1812.01097.
    """
    files = sorted(file for file in Path(folder).glob("*.json") if not file.name.startswith("."))
    check(bool(files), f"there is no .json file in {folder}", "name the folder that holds LEAF's data files")
    users = [user for file in files for user in _read_leaf(file)]
    check(bool(users), f"no user in {folder} has samples", "name the folder that holds LEAF's data files")
    widths = sorted({x.shape[1] for _, x, _ in users})
    check(len(widths) == 1, f"samples in {folder} have {widths} values", "keep one dataset in a folder")
    names = np.repeat([name for name, _, _ in users], [len(y) for _, _, y in users])
    return _dataset(
        folder,
        _samples(_squares(np.concatenate([x for _, x, _ in users]))),
        np.concatenate([y for _, _, y in users]),
        {"writer": _numbered(names)},
    )


def _dataset(
    source: str | Path, x: NDArray[np.float32], y: NDArray[np.int64], groups: Mapping[str, NDArray[np.int64]]
) -> Dataset:
    try:
        return Dataset(x, y, groups)
    except LearningError as error:
        raise LearningError(f"{source}: {error.message}", error.hint) from error


def _read_npz(path: Path) -> dict[str, Array]:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            return {name: array for name, array in arrays.items() if isinstance(array, np.ndarray)}  # others are bytes
    except OSError as error:
        raise LearningError(f"cannot read {path}: {reason(error)}", hint="give the path of an .npz file") from error
    except Exception as error:  # zipfile, zlib and numpy raise many kinds for a damaged file
        hint = "save plain arrays with np.savez(file, x=x, y=y)"
        raise LearningError(f"{path} is not a readable .npz file: {str(error)!r}", hint) from error


def _read_leaf(file: Path) -> list[tuple[str, Array, Array]]:
    try:
        with np.errstate(over="ignore"):
            return list(_leaf_users(json.loads(file.read_bytes())))
    except OSError as error:
        raise LearningError(f"cannot read {file}: {reason(error)}", hint="check the file's owner and mode") from error
    except Exception as error:  # whatever JSON may hold instead
        raise LearningError(
            f"{file} is not in LEAF's format: {error!r}",
            hint='it needs "users", and in "user_data" an "x" and a "y" for each of them',
        ) from error


def _leaf_users(content: Any) -> Iterator[tuple[str, Array, Array]]:
    for user in content["users"]:
        data = content["user_data"][user]
        if data["y"]:
            x, y = np.asarray(data["x"], np.float32), np.asarray(data["y"])
            if not x.size or x.shape != (len(y), x.size // len(y)) or y.ndim != 1 or y.dtype.kind != "i":
                raise ValueError(f"user {user!r} has x {x.shape} and y {y.shape} {y.dtype}")
            yield user, x, y.astype(np.int64)


def _samples(x: Array) -> NDArray[np.float32]:
    """float32 samples, channels first; a value too large for float32 becomes infinity, which `Dataset` refuses."""
    match x.shape:
        case (_, _, _):
            x = x[:, None]
        case (_, height, _, 1 | 3) if height not in {1, 3}:
            x = np.moveaxis(x, 3, 1)
    with np.errstate(over="ignore"):
        return np.ascontiguousarray(x, np.float32)


def _squares(x: Array) -> Array:
    side = math.isqrt(x.shape[1])
    return x.reshape(-1, side, side) if side * side == x.shape[1] else x


def _numbered(groups: Array) -> NDArray[np.int64]:
    """Group names or numbers as 0, 1, ... in sorted order."""
    return np.unique(groups, return_inverse=True)[1].astype(np.int64)
