"""A member's own model and data from a Python file."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from folkmoot.errors import ConfigError, LearningError
from folkmoot.learning import METRICS, Descriptor, TensorSpec, evaluate_all, load_plugin, max_blob_size

SOFTMAX_REGRESSION = '''
"""Softmax regression in NumPy alone, on data that this file makes itself."""
import numpy as np


class Softmax:
    def __init__(self, features, classes):
        rng = np.random.default_rng(0)
        centres = rng.normal(size=(classes, features))
        labels = rng.integers(0, classes, 300)
        points = (centres[labels] + 0.3 * rng.normal(size=(300, features))).astype(np.float32)
        self.train, self.score = (points[:200], labels[:200]), (points[200:], labels[200:])
        self.samples = 200
        self.weight = np.zeros((features, classes), np.float32)

    def weights(self):
        return {"weight": self.weight.copy()}

    def load(self, weights):
        self.weight = weights["weight"].copy()

    def fit(self, *, epochs, batch, learning_rate, optimizer, momentum, seed, progress=None):
        x, y = self.train
        for epoch in range(epochs):
            for chosen in np.array_split(np.random.default_rng([seed, epoch]).permutation(200), 200 // batch):
                error = self.predict(x[chosen]) - np.eye(self.weight.shape[1])[y[chosen]]
                self.weight -= np.float32(learning_rate) * (x[chosen].T @ error / len(chosen)).astype(np.float32)
            if progress:
                progress(epoch + 1, epochs, float(-np.log(self.predict(x)[np.arange(200), y]).mean()))
        return self.samples

    def evaluate(self):
        x, y = self.score
        return int((self.predict(x).argmax(1) == y).sum()) * 10_000 // len(y)

    def predict(self, x):
        scores = np.exp(x @ self.weight)
        return scores / scores.sum(1, keepdims=True)


def learner(descriptor):
    return Softmax(descriptor.input_shape[0], descriptor.classes)
'''

OWN_TORCH_MODEL = """
from pathlib import Path

from torch import nn

from net import make
from folkmoot.learning import TorchLearner, load_npz, split_member


def learner(descriptor):
    data = load_npz(Path(__file__).with_name("scans.npz"))
    return TorchLearner(make(), *split_member(data, 0.25, seed=0))
"""

BARE = """
class Bare:
    samples = 3
    weights = load = evaluate = lambda self, *given: None
    def fit(self, *, epochs, batch, learning_rate, optimizer, momentum, seed, progress=None): ...
def learner(descriptor):
    return Bare()
"""


@pytest.fixture
def descriptor() -> Descriptor:
    spec = TensorSpec({"weight": (5, 3)})
    return Descriptor(
        task="blobs",
        model="plugin:softmax",
        arguments={},
        input_shape=(5,),
        classes=3,
        epochs=3,
        batch=20,
        learning_rate=Decimal("0.5"),
        optimizer="sgd",
        aggregation="fedavg/1",
        f=0,
        spec=spec,
        blob_limit=max_blob_size(spec),
    )


@pytest.fixture
def write(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    path, modules = list(sys.path), set(sys.modules)

    def write(source: str) -> Path:
        (tmp_path / "mine.py").write_text(source)
        return tmp_path / "mine.py"

    yield write
    sys.path[:] = path
    for name in set(sys.modules) - modules:
        if (getattr(sys.modules[name], "__file__", None) or "").startswith(str(tmp_path)):
            del sys.modules[name]


Write = Callable[[str], Path]


def test_a_learner_without_torch(write: Write, descriptor: Descriptor) -> None:
    learner = load_plugin(write(SOFTMAX_REGRESSION))(descriptor)
    seen: list[tuple[int, int, float]] = []
    start = learner.weights()
    options: dict[str, Any] = {"epochs": 3, "batch": 20, "learning_rate": 0.5, "optimizer": "sgd", "momentum": 0.0}
    assert learner.fit(**options, seed=1, progress=lambda *epoch: seen.append(epoch)) == learner.samples == 200
    assert [done for done, _, _ in seen] == [1, 2, 3]
    trained = learner.weights()
    scores = evaluate_all(learner, [start, trained])
    assert scores[0] < 6000
    assert scores[1] > 9000
    learner.load(start)
    learner.fit(**options, seed=1)
    assert np.array_equal(learner.weights()["weight"], trained["weight"])


def test_a_torch_model_with_files_beside_it(write: Write, descriptor: Descriptor, tmp_path: Path) -> None:
    path = write(OWN_TORCH_MODEL)
    (tmp_path / "net.py").write_text("from torch import nn\n\ndef make():\n    return nn.Linear(5, 3)\n")
    np.savez(tmp_path / "scans.npz", x=np.random.default_rng(0).normal(size=(40, 5)), y=np.arange(40) % 3)
    spec = TensorSpec({"weight": (3, 5), "bias": (3,)})
    learner = load_plugin(str(path))(replace(descriptor, spec=spec, blob_limit=max_blob_size(spec)))
    assert learner.samples == 30
    assert TensorSpec.of(learner.weights()) == spec


LIVE = SOFTMAX_REGRESSION.replace("self.weight.copy()", "self.weight").replace(
    'self.weight = weights["weight"].copy()', 'self.weight[...] = weights["weight"]'
)


def test_scoring_others_updates_gives_a_learner_of_live_arrays_its_own_back(
    write: Write, descriptor: Descriptor
) -> None:
    learner = load_plugin(write(LIVE))(descriptor)
    learner.load({"weight": np.full((5, 3), 7, np.float32)})
    evaluate_all(learner, [{"weight": np.full((5, 3), number, np.float32)} for number in (1, 2)])
    assert (learner.weights()["weight"] == 7).all()


METRIC_OF_THE_TASK = (
    BARE
    + """
def learner(descriptor):
    made = Bare()
    made.metric = descriptor.metric
    return made
"""
)


@pytest.mark.parametrize("metric", METRICS)
def test_a_learner_is_told_the_metric_and_says_that_it_scores_in_it(
    write: Write, descriptor: Descriptor, metric: str
) -> None:
    assert load_plugin(write(METRIC_OF_THE_TASK))(replace(descriptor, metric=metric)).samples == 3


@pytest.mark.parametrize(
    "source", [BARE, OWN_TORCH_MODEL.replace("make()", "nn.Linear(5, 3)").replace("from net", "#")]
)
def test_a_learner_that_scores_in_another_metric_is_refused(
    write: Write, descriptor: Descriptor, source: str, tmp_path: Path
) -> None:
    np.savez(tmp_path / "scans.npz", x=np.random.default_rng(0).normal(size=(40, 5)), y=np.arange(40) % 3)
    make = load_plugin(write(source))
    assert make(descriptor).samples
    with pytest.raises(ConfigError, match=r"scores by accuracy, the task asks for balanced_loss") as caught:
        make(replace(descriptor, metric="balanced_loss"))
    assert "descriptor.metric" in caught.value.hint


def test_the_barest_learner_passes(write: Write, descriptor: Descriptor) -> None:
    assert load_plugin(write(BARE))(descriptor).samples == 3


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("", r"defines no function learner\(descriptor\)"),
        ("learner = 3", r"defines no function learner\(descriptor\)"),
        ("x = 1\nraise OSError('no disk')", r"mine\.py, line 2: OSError: no disk"),
        ("import no_such_package", r"line 1: ModuleNotFoundError: No module named 'no_such_package'"),
        ("def learner(:", "SyntaxError: invalid syntax"),
        ("import sys\nsys.exit()", r"mine\.py, line 2: SystemExit"),
        ("raise GeneratorExit", r"mine\.py, line 1: GeneratorExit"),
        ("def __getattr__(name): raise KeyError(name)", r"mine\.py, line 1: KeyError: 'learner'"),
        ("class E(Exception):\n  __str__ = lambda e: 1 / 0\nraise E", r"mine\.py, line 3: E \("),
    ],
)
def test_a_file_that_cannot_be_used_says_where(write: Write, source: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message) as caught:
        load_plugin(write(source))
    assert caught.value.hint


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("def learner():\n    return 1", r"TypeError: learner\(\) takes 0 positional arguments"),
        ("def learner(descriptor):\n    return 1 / 0", r"mine\.py, line 2: ZeroDivisionError"),
        ("def learner(descriptor):\n    raise SystemExit(0)", r"mine\.py, line 2: SystemExit: 0"),
        ("def learner(descriptor):\n    raise BaseException(0)", r"mine\.py, line 2: BaseException: 0"),
        ("def learner(descriptor):\n    pass", "a NoneType without the methods weights, load, fit, evaluate"),
        (BARE + "Bare.load = property(lambda self: 1 // 0)", r"mine\.py, line 8: ZeroDivisionError"),
        (BARE.replace("evaluate = ", "score = "), "a Bare without the methods evaluate"),
        (BARE.replace("momentum, ", ""), "Bare.fit does not take the options.*'momentum'"),
        (BARE + "Bare.fit = dict.fromkeys", "Bare.fit does not take the options"),
        (BARE + "Bare.fit.__signature__ = 3", "Bare.fit does not take the options"),
        (BARE + "Bare.fit = type('F', (), {'__call__': id, '__signature__': property(lambda f: 1 // 0)})()", "line 8"),
    ],
)
def test_what_learner_returns_is_checked(write: Write, descriptor: Descriptor, source: str, message: str) -> None:
    make = load_plugin(write(source))
    with pytest.raises(ConfigError, match=message) as caught:
        make(descriptor)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (BARE.replace("samples = 3", "samples = 0"), "Bare.samples is 0, not a number of training samples"),
        (BARE.replace("samples = 3", ""), r"mine\.py: AttributeError: .*samples"),
        (BARE.replace("samples = 3", "samples = property(lambda self: 1 // 0)"), "line 3: ZeroDivisionError"),
    ],
)
def test_a_learner_without_samples_is_none(write: Write, descriptor: Descriptor, source: str, message: str) -> None:
    with pytest.raises(LearningError, match=message) as caught:
        load_plugin(write(source))(descriptor)
    assert caught.value.hint


def test_a_path_that_the_file_cannot_open_is_told_where_it_starts(write: Write, descriptor: Descriptor) -> None:
    make = load_plugin(write("def learner(descriptor):\n    open('scans.npz')"))
    with pytest.raises(ConfigError, match=r"mine\.py, line 2: FileNotFoundError") as caught:
        make(descriptor)
    assert "starts at the working directory, not at the file" in caught.value.hint


@pytest.mark.parametrize("name", ["absent.py", "n" * 300 + ".py"])
def test_a_file_that_is_not_there_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="there is no file ") as caught:
        load_plugin(tmp_path / name)
    assert "set `plugin` to a .py file" in caught.value.hint


@pytest.mark.parametrize("name", ["folder.py", "notes.txt"])
def test_a_path_that_is_no_python_file_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.py").mkdir()
    (tmp_path / "notes.txt").touch()
    with pytest.raises(ConfigError, match="is not a Python file") as caught:
        load_plugin(tmp_path / name)
    assert ".py" in caught.value.hint
