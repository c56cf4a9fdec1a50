"""What a member learns with: models, data, local training and scoring, and the bytes of models and task descriptors.

PyTorch is imported with the first name that needs it; all others work where it is not installed.
"""

import importlib
from typing import TYPE_CHECKING, Any

from folkmoot.errors import LearningError
from folkmoot.learning.blob_meta import BlobMeta, ExpectedMeta
from folkmoot.learning.codec import TensorSpec, decode, encode, max_blob_size, peek_meta
from folkmoot.learning.data import Dataset, holdout, split_member
from folkmoot.learning.descriptor import Descriptor
from folkmoot.learning.learner import Learner, Weights, alignment, evaluate_all, update_norm
from folkmoot.learning.metrics import METRICS, score
from folkmoot.learning.partition import PARTITIONERS, partition
from folkmoot.learning.plugin import load_plugin
from folkmoot.learning.registry import model
from folkmoot.learning.sources import load, load_digits, load_leaf, load_npz
from folkmoot.learning.update_guard import UpdateGuard

if TYPE_CHECKING:
    from folkmoot.learning.models import build, cnn, initial_weights, mlp, output_shape
    from folkmoot.learning.training import TorchLearner, accuracy, load_weights, outputs

__all__ = [
    "METRICS",
    "PARTITIONERS",
    "BlobMeta",
    "Dataset",
    "Descriptor",
    "ExpectedMeta",
    "Learner",
    "TensorSpec",
    "TorchLearner",
    "UpdateGuard",
    "Weights",
    "accuracy",
    "alignment",
    "build",
    "cnn",
    "decode",
    "encode",
    "evaluate_all",
    "holdout",
    "initial_weights",
    "load",
    "load_digits",
    "load_leaf",
    "load_npz",
    "load_plugin",
    "load_weights",
    "max_blob_size",
    "mlp",
    "model",
    "output_shape",
    "outputs",
    "partition",
    "peek_meta",
    "score",
    "split_member",
    "update_norm",
]

_WITH_TORCH = {
    **dict.fromkeys(("build", "cnn", "initial_weights", "mlp", "output_shape"), "folkmoot.learning.models"),
    **dict.fromkeys(("TorchLearner", "accuracy", "load_weights", "outputs"), "folkmoot.learning.training"),
}


def __getattr__(name: str) -> Any:
    """A name that needs PyTorch. Raises `LearningError` where that is not installed."""
    if name not in _WITH_TORCH:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    try:
        return getattr(importlib.import_module(_WITH_TORCH[name]), name)
    except ModuleNotFoundError as error:
        if error.name != "torch":
            raise
        hint = (
            "install it: pip install torch; or a worker takes a `plugin` of its own, "
            "a proposer a model of its own that gives NumPy arrays"
        )
        raise LearningError("PyTorch is not installed, and the ready-made models and learner need it", hint) from error
