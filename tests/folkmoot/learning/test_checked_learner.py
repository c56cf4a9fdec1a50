"""What is caught in a learner of a member's own file, what its results have to be, and that no array is shared."""

import runpy
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from folkmoot.errors import DeadlinePassed, LearningError
from folkmoot.learning import Learner, TensorSpec
from folkmoot.learning.checked_learner import CheckedLearner

SOURCE = """
import numpy as np
class Odd:
    samples = np.int64(3)
    def weights(self): return {{"w": np.zeros(3, np.float32)}}
    def load(self, weights): return 1
    def fit(self, *, epochs, batch, learning_rate, optimizer, momentum, seed, progress=None): return np.int64(2)
    def evaluate(self): return np.int16(7)
    {0}
"""

SPEC = TensorSpec({"w": (3,)})
GIVEN = {"w": np.ones(3, np.float32)}
SETTINGS: dict[str, Any] = {
    "epochs": 3, "batch": 20, "learning_rate": 0.5, "optimizer": "sgd", "momentum": 0.0, "seed": 1
}  # fmt: skip

USES: dict[str, Callable[[Learner], object]] = {
    "samples": lambda learner: learner.samples,
    "weights": lambda learner: learner.weights(),
    "load": lambda learner: learner.load(GIVEN),
    "fit": lambda learner: learner.fit(**SETTINGS, progress=lambda *_: None),
    "evaluate": lambda learner: learner.evaluate(),
}

Make = Callable[[str], CheckedLearner]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """A checked learner from a file, with one member of its own in line 9."""

    def make(member: str) -> CheckedLearner:
        file = tmp_path / "mine.py"
        file.write_text(SOURCE.format(member))
        return CheckedLearner(file, runpy.run_path(str(file))["Odd"](), SPEC)

    return make


def test_any_kind_of_integer_is_one(make: Make) -> None:
    learner = make("")
    counted = learner.samples, learner.fit(**SETTINGS), learner.evaluate()
    assert counted == (3, 2, 7)
    assert {type(count) for count in counted} == {int}


@pytest.mark.parametrize("member", ["weights", "load", "fit", "evaluate"])
def test_an_error_of_a_method_is_reported_with_its_line(make: Make, member: str) -> None:
    learner = make(f"def {member}(self, *_, **options): raise RuntimeError('out of memory')")
    with pytest.raises(LearningError, match=r"mine\.py, line 9: RuntimeError: out of memory") as caught:
        USES[member](learner)
    assert caught.value.hint


@pytest.mark.parametrize("member", ["weights", "load", "fit", "evaluate"])
def test_a_method_does_not_end_the_process(make: Make, member: str) -> None:
    learner = make(f"def {member}(self, *_, **options): raise SystemExit(0)")
    with pytest.raises(LearningError, match=r"mine\.py, line 9: SystemExit: 0"):
        USES[member](learner)


@pytest.mark.parametrize(
    ("raising", "message"),
    [
        ("raise type('Odd', (BaseException,), {})('no Exception')", "line 9: Odd: no Exception"),
        ("raise GeneratorExit", "line 9: GeneratorExit"),
        ("raise type('Mute', (Exception,), {'__str__': lambda self: 1 / 0})", "line 9: Mute"),
        ("return type('Shy', (), {'__index__': lambda self: 1 / 0})()", "line 9: ZeroDivisionError"),
        ("return type('Shy', (), {'__repr__': lambda self: 1 / 0})()", "line 9: ZeroDivisionError"),
    ],
)
def test_whatever_others_code_raises_is_an_error_of_the_file(make: Make, raising: str, message: str) -> None:
    with pytest.raises(LearningError, match=rf"mine\.py, {message}"):
        make(f"def evaluate(self): {raising}").evaluate()


def test_the_users_interrupt_stays_one(make: Make) -> None:
    with pytest.raises(KeyboardInterrupt):
        make("def evaluate(self): raise KeyboardInterrupt").evaluate()


@pytest.mark.parametrize("member", ["weights", "load", "fit", "evaluate"])
def test_an_error_of_folkmoots_own_keeps_its_words(make: Make, member: str) -> None:
    raising = "from folkmoot.errors import LearningError; raise LearningError('too few samples', 'add some')"
    with pytest.raises(LearningError, match=r"mine\.py: too few samples \(add some\)$"):
        USES[member](make(f"def {member}(self, *_, **options): {raising}"))


@pytest.mark.parametrize(
    ("member", "value", "message"),
    [
        ("samples", "0", "Odd.samples is 0, not a number of training samples"),
        ("samples", "'3'", "Odd.samples is '3'"),
        ("weights", "[1]", "Odd.weights.. returned a list, not float32 arrays by name"),
        ("weights", "{'w': np.zeros(3)}", "Odd.weights.. returned a dict, not float32 arrays by name"),
        ("weights", "{'w': np.float32([1, np.nan, -np.inf])}", "Odd.weights.. returned NaN or infinity in w"),
        ("weights", "{1: np.zeros(3, np.float32)}", "not float32 arrays by name"),
        ("weights", "{'w': np.zeros(3, '>f4')}", "not float32 arrays by name"),
        ("weights", "{'w': np.zeros(2, np.float32)}", r"not those of the task: w is \(2,\), expected \(3,\)"),
        ("weights", "{'w': np.zeros((3, 1), np.float32)}", r"not those of the task: w is \(3, 1\), expected \(3,\)"),
        ("weights", "{'v': np.zeros(3, np.float32)}", r"not those of the task: v is \(3,\), expected None"),
        ("weights", "{}", r"not those of the task: w is None, expected \(3,\)"),
        ("fit", "0", "Odd.fit.. returned 0, not a number of training samples"),
        ("fit", "None", "Odd.fit.. returned None"),
        ("fit", "2**256", "Odd.fit.. returned 11579208923731"),
        ("evaluate", "-1", "Odd.evaluate.. returned -1, not a score in basis points, 0 to 10000"),
        ("evaluate", "10001", "Odd.evaluate.. returned 10001"),
        ("evaluate", "float('nan')", "Odd.evaluate.. returned nan"),
        ("evaluate", "0.93", "Odd.evaluate.. returned 0.93"),
        ("evaluate", "np.ones(2)", "Odd.evaluate.. returned array"),
    ],
)
def test_what_a_member_returns_is_checked(make: Make, member: str, value: str, message: str) -> None:
    learner = make(f"{member} = {value}" if member == "samples" else f"{member} = lambda self, **options: {value}")
    with pytest.raises(LearningError, match=message) as caught:
        USES[member](learner)
    assert caught.value.hint


class Live:
    """A learner that hands out its live arrays, and keeps and changes those that it is given."""

    samples = 1

    def __init__(self, **weights: np.ndarray) -> None:
        self.live = weights

    def weights(self) -> dict[str, np.ndarray]:
        return self.live

    def load(self, weights: dict[str, np.ndarray]) -> None:
        self.live = weights
        for tensor in weights.values():
            tensor[...] = tensor + 1


def test_no_array_is_shared_either_way() -> None:
    learner = CheckedLearner("live", Live(w=np.zeros(3, np.float32)), SPEC)  # type: ignore[arg-type]
    before = learner.weights()
    before["w"] += 5
    assert learner.weights()["w"].tolist() == [0, 0, 0]
    given = {"w": np.full(3, 7, np.float32)}
    learner.load(given)
    after = learner.weights()
    learner.load(before)
    assert (given["w"][0], after["w"][0], before["w"][0], learner.weights()["w"][0]) == (7, 8, 5, 6)


def test_tensors_are_plain_arrays_in_the_order_of_the_task() -> None:
    turned, masked = np.ones((3, 2), np.float32).T, np.ma.masked_array(np.ones(1, np.float32), [True])
    spec = TensorSpec({"a": (2, 3), "b": (1,)})
    weights = CheckedLearner("live", Live(b=masked, a=turned), spec).weights()  # type: ignore[arg-type]
    assert list(weights) == ["a", "b"]
    assert [type(tensor) for tensor in weights.values()] == [np.ndarray] * 2
    assert weights["a"].flags.c_contiguous


class Fresh(Live):
    def weights(self) -> dict[str, np.ndarray]:
        return {name: tensor.copy() for name, tensor in self.live.items()}

    def load(self, weights: dict[str, np.ndarray]) -> None:
        for name, tensor in weights.items():
            self.live[name][...] = tensor


def test_a_learner_that_copies_by_itself_needs_no_memory_for_two_copies() -> None:
    tensors = {f"{number:02}": np.zeros(100_000, np.float32) for number in range(20)}
    size = sum(tensor.nbytes for tensor in tensors.values())
    learner = CheckedLearner("fresh", Fresh(**tensors), TensorSpec.of(tensors))  # type: ignore[arg-type]
    tracemalloc.start()
    try:
        weights = learner.weights()
        assert tracemalloc.get_traced_memory()[1] < 1.1 * size
        tracemalloc.reset_peak()
        learner.load(weights)
        assert tracemalloc.get_traced_memory()[1] < 2.1 * size, "what is given, and one copy"
    finally:
        tracemalloc.stop()


class Halted(Exception):
    pass


@pytest.mark.parametrize("stop", [Halted("by a signal"), DeadlinePassed("too late")])
def test_an_error_of_progress_passes_a_file_that_catches_every_exception(make: Make, stop: Exception) -> None:
    learner = make("""
    def fit(self, *, progress, **options):
        for epoch in range(3):
            try: progress(epoch + 1, 3, 0.5)
            except Exception: pass
        return 1""")
    seen = []

    def progress(done: int, total: int, loss: float) -> None:
        seen.append((done, total, loss))
        raise stop

    with pytest.raises(type(stop)) as caught:
        learner.fit(**SETTINGS, progress=progress)
    assert caught.value is stop
    assert seen == [(1, 3, 0.5)]


@pytest.mark.parametrize("said", ["1", "1, 3, None", "1, 0, 0.5", "4, 3, 0.5", "'a', 3, 0.5"])
def test_progress_that_makes_no_sense_is_the_files_fault(make: Make, said: str) -> None:
    learner = make(f"fit = lambda self, *, progress, **options: progress({said})")
    seen: list[object] = []
    with pytest.raises(LearningError, match=r"mine\.py, line 9: (Type|Value)Error"):
        learner.fit(**SETTINGS, progress=lambda *epoch: seen.append(epoch))
    assert seen == []


def test_progress_may_be_left_out(make: Make) -> None:
    assert make("fit = lambda self, *, progress, **options: 5 if progress is None else 0").fit(**SETTINGS) == 5
