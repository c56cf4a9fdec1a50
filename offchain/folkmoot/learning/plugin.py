"""A plug-in: a Python file in which a member's engineer defines the model and loads the data.

The worker's configuration names it. It runs with the worker's rights and never comes from the chain; it may import
what is installed and the modules in its own folder. It defines `learner(descriptor)`, which returns an object with the
members of `folkmoot.learning.Learner`: `samples`, `weights`, `load`, `fit` and `evaluate`. With a PyTorch model and the
ready-made training loop that is:

    from pathlib import Path
    from torch import nn
    from folkmoot.learning import TorchLearner, load_npz, split_member

    def learner(descriptor):
        data = load_npz(Path(__file__).with_name("scans.npz"))
        model = nn.Sequential(nn.Flatten(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 10))
        return TorchLearner(model, *split_member(data, 0.25, seed=0), metric=descriptor.metric)

The tensors' names and shapes must be those of the task's descriptor. How they are trained is up to the file.
`evaluate` scores in `descriptor.metric`, which `folkmoot.learning.score` computes from a model's outputs. A learner has
that name as its attribute `metric`; without one it scores by accuracy, and takes part in no task with another metric.
"""

import importlib.util
import inspect
import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from types import ModuleType
from typing import cast

from folkmoot.errors import ConfigError
from folkmoot.learning.checked_learner import EXAMPLE, CheckedLearner
from folkmoot.learning.descriptor import Descriptor
from folkmoot.learning.foreign_code import describe, foreign_code
from folkmoot.learning.learner import Learner

METHODS = ("weights", "load", "fit", "evaluate")
FIT = ("epochs", "batch", "learning_rate", "optimizer", "momentum", "seed", "progress")


def load_plugin(path: str | Path) -> Callable[[Descriptor], Learner]:
    """Run the Python file and return its `learner` function, which also checks that what it returns is a learner.

    Raises `ConfigError` when the file is missing, fails or has no such function, and so does the function returned.
    What the learner does wrong later raises `LearningError`; so does a learner without samples.
    """
    file = Path(path).resolve()
    module = _run(file)
    with _catch(file, "fix the file"):
        factory = getattr(module, "learner", None)
    if not callable(factory):
        raise _unfit(file, "it defines no function learner(descriptor)")

    def checked(descriptor: Descriptor) -> Learner:
        with _catch(file, "fix the file; a relative path in it starts at the working directory, not at the file"):
            learner = factory(descriptor)
        return _checked(file, learner, descriptor)

    return checked


def _run(file: Path) -> ModuleType:
    if not os.path.exists(file):  # noqa: PTH110 - a long name is none, no error
        raise ConfigError(f"there is no file {file}", "set `plugin` to a .py file, from the settings file's folder")
    spec = importlib.util.spec_from_file_location(f"plugin_{file.stem}", file)
    if spec is None or spec.loader is None or not file.is_file():
        raise ConfigError(f"{file} is not a Python file", hint="give the path of a .py file")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    if str(file.parent) not in sys.path:
        sys.path.append(str(file.parent))
    with _catch(file, "fix the file; `python FILE` shows more"):
        spec.loader.exec_module(module)
    return module


def _checked(file: Path, learner: object, descriptor: Descriptor) -> Learner:
    kind = type(learner).__name__
    with _catch(file, "fix the file"):
        missing = [name for name in METHODS if not callable(getattr(learner, name, None))]
        own_metric = str(getattr(learner, "metric", "accuracy"))
        fault = "" if missing else _options_fault(cast("Learner", learner).fit)
    if missing:
        raise _unfit(file, f"learner(descriptor) returned a {kind} without the methods {', '.join(missing)}")
    if own_metric != descriptor.metric:
        hint = f"score in descriptor.metric by folkmoot.learning.score, and set {kind}.metric = descriptor.metric"
        raise ConfigError(f"{file}: {kind} scores by {own_metric}, the task asks for {descriptor.metric}", hint)
    if fault:
        raise _unfit(file, f"{kind}.fit does not take the options {', '.join(FIT)}: {fault}")
    checked = CheckedLearner(file, cast("Learner", learner), descriptor.spec)
    _ = checked.samples  # raises without any
    return checked


def _options_fault(fit: Callable[..., int]) -> str:
    try:
        inspect.signature(fit).bind(**dict.fromkeys(FIT))
    except (TypeError, ValueError) as error:
        return str(error)
    return ""


def _unfit(file: Path, fault: str) -> ConfigError:
    return ConfigError(f"{file}: {fault}", f"compare it with {EXAMPLE}")


def _catch(file: Path, hint: str) -> AbstractContextManager[None]:
    return foreign_code(lambda error: ConfigError(describe(file, error), hint))
