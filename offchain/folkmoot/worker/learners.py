"""The learner of a participant: its own Python file, or the task's model with the data its configuration names."""

from collections.abc import Callable

from folkmoot import learning
from folkmoot.aggregation import check_rule
from folkmoot.config import WorkerConfig
from folkmoot.errors import ConfigError, LearningError
from folkmoot.learning import (
    Dataset,
    Descriptor,
    Learner,
    TensorSpec,
    holdout,
    load,
    load_plugin,
    partition,
    split_member,
)

DIGITS = "digits"


DataPoisoning = Callable[[Dataset, int], Dataset]
"""From the data that a member trains on and the task's number of classes to what a drill makes of it."""


def make_learner(config: WorkerConfig, descriptor: Descriptor, data_poisoning: DataPoisoning | None = None) -> Learner:
    """A learner whose tensors are the task's, where the task's aggregation rule is known too.

    `data_poisoning` changes what it trains on, not what it scores with. Raises `UnknownRule` for an unknown rule,
    `LearningError` for a model that the operator does not allow and for data that does not suit it, and `ConfigError`
    for a plug-in that cannot be used or has other tensors, or whose data were to be poisoned.
    """
    check_rule(descriptor.aggregation)
    if config.plugin and data_poisoning:
        raise ConfigError(
            f"the drill {config.behaviour!r} cannot reach a plug-in's data", hint="leave out one of the two"
        )
    learner = (
        load_plugin(config.plugin)(descriptor) if config.plugin else _torch_learner(config, descriptor, data_poisoning)
    )
    if TensorSpec.of(learner.weights()) != descriptor.spec:
        raise ConfigError(
            f"the learner's tensors are not those of the task {descriptor.task!r}",
            hint="build the very model that the descriptor names: `task show` prints its tensors",
        )
    return learner


def member_data(config: WorkerConfig) -> Dataset:
    """The part of the data set that belongs to this member. Raises `LearningError`."""
    data = load(config.data or DIGITS)
    if config.test_fraction:
        data, _ = holdout(data, config.test_fraction, config.seed)
    if config.partition is None:
        return data
    shares = partition(
        config.partition, data, config.members, seed=config.seed, alpha=config.alpha, shards=config.shards
    )
    return data.take(shares[config.member])


def held_out_data(config: WorkerConfig) -> Dataset:
    """The part of the data set that no member has. Raises `LearningError` if there is none."""
    if not config.test_fraction:
        raise LearningError("no test data is set apart", hint="set test_fraction, the same for all members")
    return holdout(load(config.data or DIGITS), config.test_fraction, config.seed)[1]


def _torch_learner(config: WorkerConfig, descriptor: Descriptor, data_poisoning: DataPoisoning | None) -> Learner:
    module = learning.build(descriptor.model, descriptor.arguments, allowed=config.allowed_models)
    train, score = split_member(member_data(config), config.score_fraction, config.seed)
    trained = data_poisoning(train, descriptor.classes) if data_poisoning else train
    return learning.TorchLearner(module, trained, score, score_limit=config.score_limit, threads=config.threads)
