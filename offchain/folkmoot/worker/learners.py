"""The learner of a participant: its own Python file, or the task's model with the data that its configuration names."""

from collections.abc import Callable

from folkmoot import learning
from folkmoot.aggregation import check_rule
from folkmoot.config import WorkerConfig
from folkmoot.learning import Dataset, Descriptor, Learner, load, load_plugin, split_member
from folkmoot.learning.checked_learner import CheckedLearner
from folkmoot.learning.foreign_code import code_of

DIGITS = "digits"

Split = Callable[[WorkerConfig], tuple[Dataset, Dataset]]
"""From the settings to what a member trains on and what it scores others with."""


def split_data(config: WorkerConfig) -> tuple[Dataset, Dataset]:
    """All data of the member: what it trains on, and `score_fraction` to score with. Raises `LearningError`."""
    return split_member(member_data(config), config.score_fraction, seed=0)


def make_learner(config: WorkerConfig, descriptor: Descriptor, split: Split = split_data) -> Learner:
    """A learner with the task's tensors, which shares no array. The task's aggregation rule is known, too.

    Without a plug-in it is the task's model on the data that `split` gives. Raises `UnknownRule` for an unknown rule,
    `LearningError` for a model that the operator does not allow, data that do not suit it and other tensors, and
    `ConfigError` for a plug-in that cannot be used.
    """
    check_rule(descriptor.aggregation)
    learner = load_plugin(config.plugin)(descriptor) if config.plugin else _torch_learner(config, descriptor, split)
    learner.weights()  # raises if they are not the task's
    return learner


def member_data(config: WorkerConfig) -> Dataset:
    """The member's data set. Raises `LearningError`."""
    return load(config.data or DIGITS)


def _torch_learner(config: WorkerConfig, descriptor: Descriptor, split: Split) -> Learner:
    module = learning.build(descriptor.model, descriptor.arguments, allowed=config.allowed_models)
    train, score = split(config)
    source = f"the model {descriptor.model!r}"
    with code_of(source):
        learner = learning.TorchLearner(
            module, train, score, metric=descriptor.metric, score_limit=config.score_limit, threads=config.threads
        )
    return CheckedLearner(source, learner, descriptor.spec)
