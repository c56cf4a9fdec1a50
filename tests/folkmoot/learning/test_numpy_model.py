from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from folkmoot.errors import LearningError
from folkmoot.learning.numpy_model import numpy_weights
from folkmoot.proposal import draft
from folkmoot.store.content import pieces
from folkmoot.task_config import TaskConfig
from tests.folkmoot.conftest import RULES

FACTORIES = """
import sys
import numpy as np

def start(inputs, classes):
    return {"weight": np.ones((classes, inputs), np.float32), "bias": np.zeros(classes, np.float32)}

def module(): return object()
def empty(): return {}
def double(): return {"w": np.ones(2)}
def endless(): return {"w": np.full(2, np.inf, np.float32)}
def text(): return {"w": "1, 2"}
def leave(): sys.exit(0)
def numbered(): return {1: np.ones(2, np.float32)}
def half(): return {"w": np.ones(2, np.float32), "b": [1.0]}
def mute():
    class Key:
        def __str__(self): raise SystemExit
    return {Key(): 1}
def hidden(): return {"w": np.ma.masked_array(np.float32([1, np.nan]), [False, True])}
SHARED = np.ones(2, np.float32)
def shared(): return {"w": SHARED}
"""
SIZES: Mapping[str, object] = {"inputs": 3, "classes": 2}


@pytest.fixture(autouse=True)
def factories(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "numpy_factories.py").write_text(FACTORIES)
    monkeypatch.syspath_prepend(tmp_path)


def test_a_factory_of_arrays_gives_the_first_weights() -> None:
    weights = numpy_weights("numpy_factories:start", SIZES)
    assert weights is not None
    assert {name: tensor.shape for name, tensor in weights.items()} == {"weight": (2, 3), "bias": (2,)}


@pytest.mark.parametrize(("name", "arguments"), [("folkmoot/mlp", SIZES), ("numpy_factories:module", {})])
def test_what_makes_a_module_has_none(name: str, arguments: Mapping[str, object]) -> None:
    assert numpy_weights(name, arguments) is None


@pytest.mark.parametrize(
    ("factory", "fault"),
    [
        ("empty", "no array at all"), ("double", "finite numbers: w"), ("endless", "finite numbers: w"),
        ("text", "finite numbers: w"), ("leave", "cannot make a model"), ("start", "cannot make a model"),
        ("nowhere", "cannot be imported"), ("numbered", "finite numbers: 1"), ("half", "finite numbers: b"),
        ("mute", "cannot make a model"), ("hidden", "finite numbers: w"),
    ],
)  # fmt: skip
def test_what_is_no_model_is_refused(factory: str, fault: str) -> None:
    with pytest.raises(LearningError, match=fault):
        numpy_weights(f"numpy_factories:{factory}", {})


def test_the_arrays_are_nobody_elses() -> None:
    first, again = (numpy_weights("numpy_factories:shared", {}) for _ in range(2))
    assert first
    assert again
    first["w"] += 1
    assert again["w"].tolist() == [1, 1]


def test_a_task_is_proposed_with_them() -> None:
    config = TaskConfig(model="numpy_factories:start", arguments=dict(SIZES), input_shape=(3,), classes=2)
    made = draft(config, RULES)
    assert made.descriptor.spec.shapes == {"weight": (2, 3), "bias": (2,)}
    assert np.ones((2, 3), np.float32).tobytes() in b"".join(pieces(made.blobs[1]))
