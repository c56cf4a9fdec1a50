from pathlib import Path

import numpy as np
import pytest

from experiments.data import (
    FEMNIST,
    HEARTS,
    MNIST,
    SIGNS,
    WRITERS,
    digits,
    femnist,
    hospitals,
    mnist,
    mnist_by_writer,
    odd_digits,
    traffic_signs,
)
from folkmoot.errors import ConfigError

RNG = np.random.default_rng(0)


def save(folder: Path, name: str, **arrays: np.ndarray) -> Path:
    (folder / name).parent.mkdir(exist_ok=True)
    np.savez(folder / name, **arrays)
    return folder


def images(count: int, *shape: int) -> np.ndarray:
    return RNG.integers(0, 256, (count, *shape), dtype=np.uint8)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """As the real files are laid out, with noise for images."""
    writer, is_test = np.repeat(np.arange(6, dtype=np.uint16), 20), np.tile(np.arange(20) >= 18, 6)
    save(tmp_path, FEMNIST, x=images(120, 28, 28), y=images(120) % 62, writer=writer, is_test=is_test)
    grey = {"x_train": images(200, 28, 28), "x_test": images(30, 28, 28)}
    labels = {"y_train": images(200) % 10, "y_test": images(30) % 10}
    save(tmp_path, MNIST, **grey, **labels)
    save(tmp_path, WRITERS, train_writer=np.repeat(np.arange(10, dtype=np.uint16), 20))
    colour = {"x_train": images(200, 32, 32, 3), "x_test": images(30, 32, 32, 3)}
    save(tmp_path, SIGNS, **colour, **labels, track_train=np.repeat(np.arange(20, dtype=np.uint16), 10))
    site = np.repeat(np.arange(4, dtype=np.uint8), (20, 16, 12, 8))
    save(tmp_path, HEARTS, x=patients(56), y=images(56) % 5, site=site)
    return tmp_path


def patients(count: int) -> np.ndarray:
    """As UCI has them; the first has a usual value of each kind, the second nothing but an age and a sex."""
    x = RNG.uniform(0, 3, (count, 13)).astype(np.float32)
    x[0] = [60, 1, 4, 150, 290, 1, 2, 165, 1, 2, 2, 0, 3]
    x[1] = [40, 0, *[np.nan] * 11]
    x[1, [3, 4]] = 0  # which stands for missing
    return x


def test_a_femnist_member_is_a_writer_and_the_test_set_is_nobodys(folder: Path) -> None:
    shares = femnist(folder, seed=1)
    file = np.load(folder / FEMNIST)
    ink = (255 - file["x"]) / np.float32(255)
    assert [len(own) for own in shares.members] == [18] * 6
    assert len(shares.test) == 12
    whole = {x.tobytes() for own in shares.members for x in own.x}
    assert whole == {x.tobytes() for x in ink[~file["is_test"]][:, None].astype(np.float32)}
    assert not whole & {x.tobytes() for x in shares.test.x}


def test_mnist_by_writer_splits_no_writer(folder: Path) -> None:
    shares = mnist_by_writer(folder, members=5, seed=1)
    owners = [set(own.groups["writer"]) for own in shares.members]
    assert sum(map(len, owners)) == len(set().union(*owners)) == 10


def test_traffic_signs_splits_no_track_and_is_in_colour(folder: Path) -> None:
    shares = traffic_signs(folder, members=4, seed=1)
    owners = [set(own.groups["site"]) for own in shares.members]
    assert sum(map(len, owners)) == len(set().union(*owners)) == 20
    assert shares.members[0].x.shape[1:] == (3, 32, 32)


def test_mnist_can_be_cut_down_to_so_many_images_a_member(folder: Path) -> None:
    assert [len(own) for own in mnist(folder, members=3, seed=1, size=20).members] == [20, 20, 20]
    assert sum(len(own) for own in mnist(folder, members=3, seed=1).members) == 200


def test_a_seed_draws_who_has_what(folder: Path) -> None:
    first, again, other = (femnist(folder, seed=seed).members[0].x for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_each_hospital_sets_a_quarter_of_its_patients_apart(folder: Path) -> None:
    shares = hospitals(folder, seed=1)
    file = np.load(folder / HEARTS)
    assert [len(own) for own in shares.members] == [15, 12, 9, 6]
    assert len(shares.test) == 14
    everybody = [*shares.pooled().x, *shares.test.x]
    assert len({x.tobytes() for x in everybody}) == 56
    assert sum(shares.pooled().y) + sum(shares.test.y) == (file["y"] > 0).sum()


def test_patients_are_measured_from_the_usual_and_what_is_missing_is_usual(folder: Path) -> None:
    shares = hospitals(folder, seed=1)
    everybody = np.concatenate([shares.pooled().x, shares.test.x])
    whole = [1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 1, 0, 0, 1]
    bare = [-1, *[0] * 14]
    assert [sum(np.array_equal(x, row) for x in everybody) for row in (whole, bare)] == [1, 1]


def test_odd_and_even_digits_are_uneven() -> None:
    shares = odd_digits(4, seed=1)
    assert {*shares.test.y} == {0, 1}
    assert max(own.y.mean() for own in shares.members) - min(own.y.mean() for own in shares.members) > 0.2


def test_digits_need_no_folder() -> None:
    shares = digits(5, seed=1)
    assert sum(map(len, shares.members)) + len(shares.test) == 1_797
    assert shares.majority < 0.2


def test_more_members_than_there_are_is_an_error(folder: Path) -> None:
    with pytest.raises(ConfigError, match="6 members, not 7"):
        femnist(folder, seed=1).first(7)


def test_a_missing_file_says_where_the_original_is(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"lacks mnist/mnist.npz.*yann.lecun.com"):
        mnist(tmp_path, members=3, seed=1)
