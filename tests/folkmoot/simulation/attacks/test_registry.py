"""What holds for all attacks."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path

import numpy as np
import pytest

import folkmoot.simulation.attacks as package
from folkmoot.errors import ConfigError
from folkmoot.learning import Dataset, TensorSpec, load_digits
from folkmoot.simulation.attacks import ATTACKS, Knowledge, registry
from tests.support.attacks import knowledge

FOREIGN = """
import numpy as np
from folkmoot.simulation import Attack

ZERO = Attack(update=lambda known: {name: np.zeros_like(tensor) for name, tensor in known.parent.items()})
"""

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
        "liar": ("scores",),
        "withheld-blob": ("conduct",),
        "withheld-reveal": ("conduct",),
        "silent": ("conduct",),
    }


def test_the_public_names_exist() -> None:
    names = package.__all__
    assert len(names) == len(set(names))
    assert [name for name in names if not hasattr(package, name)] == []


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


# Entry points of other distributions


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Install a distribution that adds an attack of this name."""

    def install(name: str, value: str = "foreign:ZERO") -> None:
        (tmp_path / "foreign.py").write_text(FOREIGN)
        info = tmp_path / "foreign-1.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: foreign\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text(f"[folkmoot.attacks]\n{name} = {value}\n")
        monkeypatch.syspath_prepend(tmp_path)
        registry._installed.cache_clear()

    yield install
    registry._installed.cache_clear()


def test_another_distribution_adds_an_attack(installed: Callable[[str], None]) -> None:
    installed("zero")
    assert set(package.known_attacks()) == {*ATTACKS, "zero"}
    assert package.find_attack("zero").poisons == ("update",)
    known = knowledge()
    craft = package.find_attack("zero").update
    assert craft
    assert all(not tensor.any() for tensor in craft(known).values())


def test_a_name_that_is_taken_is_refused(installed: Callable[[str], None]) -> None:
    installed("noise")
    with pytest.raises(ConfigError, match="two attacks 'noise'"):
        package.known_attacks()


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (
            "no_such_module:ZERO",
            "the attack 'zero' cannot be loaded: ModuleNotFoundError: No module named ",
        ),
        ("foreign:ONE", "the attack 'zero' cannot be loaded: "),
        ("foreign:np", "the attack 'zero' is a module, not an Attack"),
    ],
)
def test_an_attack_that_cannot_be_used_harms_no_other(installed: Callable[..., None], value: str, told: str) -> None:
    installed("zero", value)
    assert package.find_attack("noise") is ATTACKS["noise"]
    for use in (package.known_attacks, lambda: package.find_attack("zero")):
        with pytest.raises(ConfigError, match=told):
            use()


def test_an_unknown_attack_names_the_known_ones() -> None:
    with pytest.raises(ConfigError, match="no attack 'sleep'") as caught:
        package.find_attack("sleep")
    assert "noise, data-noise, label-flip" in caught.value.hint
