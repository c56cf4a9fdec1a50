"""What holds for all attacks."""

from copy import deepcopy

import numpy as np
import pytest

import folkmoot.simulation.attacks
from folkmoot.errors import ConfigError
from folkmoot.learning import Dataset, TensorSpec, load_digits
from folkmoot.simulation.attacks import ATTACKS, Knowledge
from tests.support.attacks import knowledge

UPDATE = [name for name, attack in ATTACKS.items() if attack.update]
DATA = [name for name, attack in ATTACKS.items() if attack.data]


def crafted(name: str, known: Knowledge) -> dict[str, np.ndarray]:
    craft = ATTACKS[name].update
    assert craft
    return craft(known)


def poisoned(name: str, data: Dataset, seed: int) -> Dataset:
    data_poisoning = ATTACKS[name].data
    assert data_poisoning
    return data_poisoning(data, 10, np.random.default_rng(seed))


def test_each_attack_falsifies_one_thing() -> None:
    assert {name: attack.poisons for name, attack in ATTACKS.items()} == {
        "noise": ("update",),
        "data-noise": ("data",),
        "label-flip": ("data",),
        "sign-flip": ("update",),
        "scaling": ("update",),
        "krum-attack": ("update",),
        "trimmed-mean-attack": ("update",),
        "bulyan-attack": ("update",),
        "inner-product": ("update",),
        "little-is-enough": ("update",),
        "free-rider": ("update",),
        "colluding-committee": ("scores",),
        "withheld-blob": ("conduct",),
        "withheld-reveal": ("conduct",),
    }


def test_the_public_names_exist() -> None:
    names = folkmoot.simulation.attacks.__all__
    assert len(names) == len(set(names))
    assert [name for name in names if not hasattr(folkmoot.simulation.attacks, name)] == []


@pytest.mark.parametrize("name", UPDATE)
def test_an_update_is_a_model_of_the_task(name: str) -> None:
    known = knowledge()
    update = crafted(name, known)
    assert TensorSpec.of(update) == TensorSpec.of(known.parent)
    assert all(tensor.dtype == np.float32 and np.isfinite(tensor).all() for tensor in update.values())


@pytest.mark.parametrize("name", UPDATE)
def test_the_same_seed_gives_the_same_bytes(name: str) -> None:
    first, again = (crafted(name, knowledge(seed=3)) for _ in range(2))
    assert {key: tensor.tobytes() for key, tensor in first.items()} == {
        key: tensor.tobytes() for key, tensor in again.items()
    }


@pytest.mark.parametrize("name", [name for name in UPDATE if ATTACKS[name].crafted])
def test_colluders_do_not_send_copies(name: str) -> None:
    one, other = (crafted(name, knowledge(seed=seed)) for seed in (3, 4))
    assert any((one[key] != other[key]).any() for key in one)


@pytest.mark.parametrize("name", UPDATE)
def test_what_an_attacker_knows_is_not_changed(name: str) -> None:
    known = knowledge()
    models = [known.parent, known.own, *known.honest]
    before = deepcopy(models)
    crafted(name, known)
    for model, kept in zip(models, before, strict=True):
        for key, tensor in model.items():
            np.testing.assert_array_equal(tensor, kept[key])


@pytest.mark.parametrize("name", [name for name in UPDATE if ATTACKS[name].crafted])
def test_a_crafted_update_needs_honest_models(name: str) -> None:
    with pytest.raises(ConfigError, match="without honest models"):
        crafted(name, knowledge(honest=()))


@pytest.mark.parametrize("name", [name for name in UPDATE if not ATTACKS[name].crafted])
def test_a_plain_update_needs_none(name: str) -> None:
    assert crafted(name, knowledge(honest=()))


@pytest.mark.parametrize("f", [0, 11])
def test_there_are_attackers_and_no_more_than_updates(f: int) -> None:
    with pytest.raises(ConfigError, match=f"{f} attackers among 10"):
        knowledge(f=f)


@pytest.mark.parametrize("name", DATA)
def test_poisoned_data_come_from_the_seed_and_leave_the_original_alone(name: str) -> None:
    data = load_digits()
    x, y = data.x.copy(), data.y.copy()
    first, again = (poisoned(name, data, 3) for _ in range(2))
    assert (first.x.tobytes(), first.y.tobytes()) == (again.x.tobytes(), again.y.tobytes())
    assert (first.x != x).any() or (first.y != y).any()
    np.testing.assert_array_equal(data.x, x)
    np.testing.assert_array_equal(data.y, y)
