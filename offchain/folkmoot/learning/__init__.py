"""What a member learns with: models, data, local training and scoring, and the bytes of models and task descriptors."""

from folkmoot.learning.codec import BlobMeta, ExpectedMeta, TensorSpec, decode, encode, max_blob_size, peek_meta
from folkmoot.learning.data import Dataset, holdout, split_member
from folkmoot.learning.descriptor import Descriptor
from folkmoot.learning.learner import Learner, alignment, evaluate_all, update_norm
from folkmoot.learning.models import ALLOWED, Weights, build, cnn, initial_weights, mlp
from folkmoot.learning.partition import PARTITIONERS, partition
from folkmoot.learning.plugin import load_plugin
from folkmoot.learning.sources import load, load_digits, load_leaf, load_npz
from folkmoot.learning.training import TorchLearner, accuracy, load_weights

__all__ = [
    "ALLOWED",
    "PARTITIONERS",
    "BlobMeta",
    "Dataset",
    "Descriptor",
    "ExpectedMeta",
    "Learner",
    "TensorSpec",
    "TorchLearner",
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
    "partition",
    "peek_meta",
    "split_member",
    "update_norm",
]
