"""The data sets of the experiments: what each member has, and a test set that no member trains on.

The files are NumPy's `.npz` with uint8 images, in a folder that `--data` names. Where the originals come from is in
`ORIGINS`; `digits` comes with scikit-learn and needs no folder.
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from folkmoot.errors import ConfigError
from folkmoot.learning import Dataset, holdout, load_digits, partition
from folkmoot.simulation import Shares

FEMNIST = "femnist/femnist_writers.npz"
MNIST = "mnist/mnist.npz"
WRITERS = "mnist_by_writer/mnist_writer_ids.npz"
LIGHTS = "traffic_lights/udacity_mit_1483.npz"
SIGNS = "gtsrb_subset/gtsrb_15000_3000.npz"
HEARTS = "heart_disease_4sites/heart_disease.npz"

ORIGINS: Mapping[str, str] = {
    FEMNIST: "LEAF's FEMNIST (github.com/TalwalkarLab/leaf), x, y, writer and is_test of the writers to be used",
    MNIST: "MNIST (yann.lecun.com/exdb/mnist), x_train, y_train, x_test and y_test in their original order",
    WRITERS: "QMNIST's labels (github.com/facebookresearch/qmnist), train_writer of each MNIST training image",
    LIGHTS: "Udacity's traffic lights (MIT 6.S094) at 32x32, x_train, y_train, x_test and y_test",
    HEARTS: "UCI's heart disease data (archive.ics.uci.edu/dataset/45), x, y and site of the 920 patients",
    SIGNS: "GTSRB (benchmark.ini.rub.de) at 32x32, x_train, y_train, x_test, y_test and track_train",
}

TEST_FRACTION = 0.25  # of the digits, and of each hospital's patients

COLUMNS = ("age", "sex", "cp", "trestbps", "chol", "fbs", "restecg", "thalach", "exang", "oldpeak")
MEASURED: Mapping[str, tuple[float, float, float]] = {
    "age": (50, 10, np.nan),  # years
    "trestbps": (130, 20, 0),  # blood pressure at rest, mmHg
    "chol": (240, 50, 0),  # cholesterol, mg/dl
    "thalach": (140, 25, np.nan),  # highest heart rate, 1/min
    "oldpeak": (1, 1, np.nan),  # ST depression by exercise, mm
}
"""A usual value, a spread, and the number that stands for a missing value in the original files."""
ANSWERED = {"sex": (1,), "fbs": (1,), "exang": (1,), "cp": (1, 2, 3, 4), "restecg": (0, 1, 2)}

Array = NDArray[Any]


def digits(members: int, seed: int, *, how: str = "iid", alpha: float = 0.5) -> Shares:
    """scikit-learn's 1,797 digits, shared out by a partitioner."""
    rest, test = holdout(load_digits(), TEST_FRACTION, seed)
    return Shares(_parts(rest, members, seed, how=how, alpha=alpha), test)


def femnist(folder: Path, seed: int) -> Shares:
    """LEAF's FEMNIST of the writers in the file, one a member, in an order drawn by the seed; dark on white as 0 to 1.

    The test set is LEAF's own tenth of each writer. Source: Caldas et al., arXiv:1812.01097.
    """
    file = _read(folder, FEMNIST)
    x, y, writer, is_test = _images(255 - file["x"]), file["y"].astype(np.int64), file["writer"], file["is_test"]
    order = np.random.default_rng(seed).permutation(np.unique(writer))
    own = [np.flatnonzero((writer == one) & ~is_test) for one in order]
    return Shares(tuple(Dataset(x[rows], y[rows]) for rows in own), Dataset(x[is_test], y[is_test]))


def mnist(folder: Path, members: int, seed: int, *, how: str = "iid", alpha: float = 0.5, size: int = 0) -> Shares:
    """MNIST, shuffled and shared out by a partitioner; of a `size`, only so many images for each member."""
    train, test = _split_file(folder, MNIST)
    order = np.random.default_rng(seed).permutation(len(train))
    chosen = train.take(order[: size * members or None])
    return Shares(_parts(chosen, members, seed, how=how, alpha=alpha), test)


def mnist_by_writer(folder: Path, members: int, seed: int) -> Shares:
    """MNIST by who wrote it: whole writers, dealt out to the members."""
    train, test = _split_file(folder, MNIST)
    writers = _read(folder, WRITERS)["train_writer"].astype(np.int64)
    return Shares(_parts(Dataset(train.x, train.y, {"writer": writers}), members, seed, how="writer"), test)


def traffic_lights(folder: Path, members: int, seed: int) -> Shares:
    """1,186 + 297 red, yellow and green lights, 32x32 in colour."""
    train, test = _split_file(folder, LIGHTS)
    return Shares(_parts(train, members, seed, how="iid"), test)


def traffic_signs(folder: Path, members: int, seed: int) -> Shares:
    """15,000 + 3,000 traffic signs of 43 classes, 32x32 in colour; whole tracks, whose frames are nearly alike."""
    train, test = _split_file(folder, SIGNS)
    tracks = _read(folder, SIGNS)["track_train"].astype(np.int64)
    return Shares(_parts(Dataset(train.x, train.y, {"site": tracks}), members, seed, how="site"), test)


def hospitals(folder: Path, seed: int) -> Shares:
    """Patients with and without heart disease, of four hospitals; each sets a quarter of them apart for the test.

    Source: Janosi et al., "Heart Disease", UCI Machine Learning Repository, 1989. Slope, ca and thal, which most
    hospitals lack, are left out. A missing value counts as a usual one, a missing category as none.
    Measurements are centred and scaled by constants, so that no hospital learns of another's patients.
    """
    file = _read(folder, HEARTS)
    patients = Dataset(_patients(file["x"]), (file["y"] > 0).astype(np.int64))
    parts = [holdout(patients.take(np.flatnonzero(file["site"] == site)), TEST_FRACTION, seed) for site in range(4)]
    tests = Shares(tuple(test for _, test in parts), parts[0][1])
    return Shares(tuple(rest for rest, _ in parts), tests.pooled())


def odd_digits(members: int, seed: int) -> Shares:
    """scikit-learn's digits by whether they are odd; members have few of the ten, and so more odd or more even ones."""
    shares = digits(members, seed, how="dirichlet")
    return Shares(tuple(Dataset(own.x, own.y % 2) for own in shares.members), Dataset(shares.test.x, shares.test.y % 2))


LOADERS: Mapping[str, Callable[..., Shares]] = {
    "femnist": femnist,
    "hospitals": hospitals,
    "mnist": mnist,
    "mnist-by-writer": mnist_by_writer,
    "traffic-lights": traffic_lights,
    "traffic-signs": traffic_signs,
}


def need(folder: Path | None, files: Sequence[str]) -> Path:
    """The folder, if these files are in it. Raises `ConfigError` that says where to get the original data."""
    missing = [name for name in files if folder is None or not (folder / name).is_file()]
    if folder is None or missing:
        origins = "; ".join(f"{name} is made of {ORIGINS[name]}" for name in missing)
        where = f"{folder} lacks {', '.join(missing)}" if folder else "no folder with the data was named"
        raise ConfigError(where, f"--data FOLDER: {origins}")
    return folder


def _read(folder: Path, name: str) -> dict[str, Array]:
    with np.load(need(folder, [name]) / name, allow_pickle=False) as arrays:
        return dict(arrays)


def _split_file(folder: Path, name: str) -> tuple[Dataset, Dataset]:
    file = _read(folder, name)
    train, test = (Dataset(_images(file[f"x_{part}"]), file[f"y_{part}"].astype(np.int64)) for part in _PARTS)
    return train, test


def _patients(x: Array) -> NDArray[np.float32]:
    """What is known of each patient, (n, 15): measurements, then an indicator of each answer."""
    columns = dict(zip(COLUMNS, x.T, strict=False))
    measured = [
        np.nan_to_num((np.where(columns[name] == absent, np.nan, columns[name]) - usual) / spread)
        for name, (usual, spread, absent) in MEASURED.items()
    ]
    answered = [columns[name] == answer for name, answers in ANSWERED.items() for answer in answers]
    return np.stack([*measured, *answered], axis=1).astype(np.float32)


def _images(x: Array) -> NDArray[np.float32]:
    """Channels first, 0 to 1."""
    x = x[:, None] if x.ndim == _GREY else np.moveaxis(x, 3, 1)
    return np.ascontiguousarray(x, np.float32) / np.float32(255)


def _parts(data: Dataset, members: int, seed: int, *, how: str, alpha: float = 0.5) -> tuple[Dataset, ...]:
    return tuple(data.take(rows) for rows in partition(how, data, members, seed=seed, alpha=alpha))


_PARTS = ("train", "test")
_GREY = 3  # axes of images without colour
