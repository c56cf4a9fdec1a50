"""Measuring a task's model with data of one's own."""

from folkmoot import learning
from folkmoot.config import WorkerConfig
from folkmoot.learning import Descriptor, Weights, load
from folkmoot.worker import make_learner, member_data


def measure(
    config: WorkerConfig, descriptor: Descriptor, weights: Weights, source: str | None
) -> tuple[int, int | None]:
    """A model's accuracy in basis points, and on how many samples.

    `source` names a data set. Without it the settings do: by the user's own plug-in, which keeps the number of its
    samples to itself, or by all data of the member.
    Raises `LearningError` and `ConfigError`.
    """
    if source is None and config.plugin:
        learner = make_learner(config, descriptor)
        learner.load(weights)
        return learner.evaluate(), None
    module = learning.build(descriptor.model, descriptor.arguments, allowed=config.allowed_models)
    learning.load_weights(module, weights)
    data = load(source) if source else member_data(config)
    return learning.accuracy(module, data, threads=config.threads), len(data)
