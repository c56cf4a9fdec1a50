"""A proposer's own model that is weights alone: for tasks in which every member trains with a plug-in.

Neither proposing such a task nor taking part in it needs PyTorch.
"""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from folkmoot.errors import LearningError
from folkmoot.learning.foreign_code import foreign_code, say
from folkmoot.learning.learner import Weights
from folkmoot.learning.registry import find_factory


def numpy_weights(name: str, arguments: Mapping[str, object]) -> Weights | None:
    """The first weights, if the proposer's factory gives NumPy arrays by their names; None if it makes a module.

    Raises `LearningError` for a factory that cannot be imported or fails, and for arrays that are no weights.
    """
    if ":" not in name:
        return None
    factory = find_factory(name, [name])
    fault, hint = f"{name} cannot make a model of the arguments {dict(arguments)}", "compare them with its signature"
    with foreign_code(lambda error: LearningError(f"{fault}: {say(error)}", hint)):
        made: object = factory(**arguments)
        if not isinstance(made, Mapping):
            return None
        weights = {tensor: copy for tensor, values in made.items() if (copy := _copy(tensor, values)) is not None}
        odd = ", ".join(str(tensor) for tensor in made if tensor not in weights)
    if odd or not weights:
        fault = odd or "no array at all"
        raise LearningError(f"{name} gives what is no float32 array of finite numbers: {fault}", hint="convert it")
    return weights


def _copy(name: object, values: object) -> NDArray[np.float32] | None:
    """Of a float32 array of finite numbers under a name; None of anything else."""
    if not (isinstance(name, str) and isinstance(values, np.ndarray) and values.dtype == np.float32):
        return None
    copy = np.array(values, order="C")
    return copy if np.isfinite(copy).all() else None
