import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from torch import nn

from folkmoot.errors import DuplicateModel, LearningError
from folkmoot.learning import cnn, mlp, model, registry
from folkmoot.learning.registry import find_factory, models

OWN = ["folkmoot/cnn", "folkmoot/mlp"]


@pytest.fixture
def registered() -> Iterator[str]:
    """A further model, forgotten after the test."""
    name = "acme/linear"
    model(name)(nn.Linear)
    yield name
    del registry._MODELS[name]


def test_folkmoots_own_models_are_registered() -> None:
    assert models() == OWN
    assert [find_factory(name, ()) for name in OWN] == [cnn, mlp]


def test_a_registered_model_is_found_by_its_name(registered: str) -> None:
    assert find_factory(registered, ()) is nn.Linear
    assert models() == [registered, *OWN]


def test_a_second_model_of_a_name_is_refused(registered: str) -> None:
    for name in (registered, "folkmoot/mlp"):
        with pytest.raises(DuplicateModel, match=f"there is a model '{name}' already"):
            model(name)(nn.Identity)
    assert find_factory("folkmoot/mlp", ()) is mlp


@pytest.mark.parametrize(
    "name", ["os:system", "torch.nn:Linear", "folkmoot/resnet", "folkmoot.learning:mlp", "mlp", ""]
)
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(LearningError, match="neither registered nor among the allowed models") as caught:
        find_factory(name, ["torch.nn:Identity"])
    assert [
        way for way in ("folkmoot/mlp", "allowed_models", 'plugin = "mine.py"') if way not in caught.value.hint
    ] == []


def test_a_refused_name_is_not_even_imported() -> None:
    assert "antigravity" not in sys.modules
    with pytest.raises(LearningError, match="antigravity"):
        find_factory("antigravity:fly", ())
    assert "antigravity" not in sys.modules


def test_an_allowed_import_name_is_found() -> None:
    assert find_factory("torch.nn:Linear", ["torch.nn:Linear"]) is nn.Linear


@pytest.mark.parametrize(
    "name", ["no_such_package:model", "folkmoot.learning.models:absent", "failing:net", "leaving:net"]
)
def test_an_allowed_name_that_cannot_be_imported_says_so(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "failing.py").write_text("raise KeyError('no GPU')")
    (tmp_path / "leaving.py").write_text("raise SystemExit(0)")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(LearningError, match=f"the allowed model '{name}' cannot be imported") as caught:
        find_factory(name, [name])
    assert [way for way in ("install its package", 'plugin = "mine.py"') if way not in caught.value.hint] == []


@pytest.mark.parametrize("name", ["folkmoot/nope", "no_colon"])
def test_an_allowed_name_without_a_module_is_told_the_registered_ones(name: str) -> None:
    with pytest.raises(LearningError, match=f"there is no model '{name}'") as caught:
        find_factory(name, [name])
    assert caught.value.hint.startswith("one of folkmoot/cnn, folkmoot/mlp, or a model of your own")
