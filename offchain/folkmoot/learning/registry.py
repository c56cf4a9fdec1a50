"""Which model a task means: a registered name such as "folkmoot/mlp", or an import name that an operator allows."""

import importlib
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

from folkmoot.errors import DuplicateModel, LearningError
from folkmoot.learning.foreign_code import foreign_code, say

if TYPE_CHECKING:
    from torch import nn

Factory = Callable[..., "nn.Module"]
"""Makes a model from the keyword arguments in a task's descriptor."""

_PLUGIN = 'set plugin = "mine.py", your own file with this model, as python -m pydoc folkmoot.learning.plugin shows'
_MODELS: dict[str, Factory] = {}


def model(name: str) -> Callable[[Factory], Factory]:
    """Register a factory under a name such as "folkmoot/mlp". Raises `DuplicateModel` when the name is taken."""

    def register(factory: Factory) -> Factory:
        if name in _MODELS:
            raise DuplicateModel(f"there is a model {name!r} already", hint="give it another name")
        _MODELS[name] = factory
        return factory

    return register


def models() -> list[str]:
    """The names of all registered models, sorted."""
    return sorted(_MODELS)


def find_factory(name: str, allowed: Collection[str]) -> Factory:
    """The factory of a registered name, or of an import name "package.module:factory" in `allowed`.

    Names come from strangers: no other is imported. Raises `LearningError` for a name that is not allowed, and for one
    that cannot be imported.
    """
    if name in _MODELS:
        return _MODELS[name]
    if name not in allowed:
        raise LearningError(
            f"the model {name!r} is neither registered nor among the allowed models",
            hint=f"{_PLUGIN}, or read its source and, if you trust it, install it and add its name to allowed_models"
            f" (registered: {', '.join(models())})",
        )
    module, colon, attribute = name.partition(":")
    if not colon:
        hint = f'one of {", ".join(models())}, or a model of your own: "package.module:factory"'
        raise LearningError(f"there is no model {name!r}", hint)
    hint = f"{_PLUGIN}, or install its package here; to propose a task, a module beside its TOML file will do"
    with foreign_code(lambda e: LearningError(f"the allowed model {name!r} cannot be imported: {say(e)}", hint)):
        factory: Factory = getattr(importlib.import_module(module), attribute)
    return factory
