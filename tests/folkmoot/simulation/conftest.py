import pytest

from folkmoot.learning import Descriptor, TorchLearner, build, load_digits, split_member


@pytest.fixture
def learner(descriptor: Descriptor) -> TorchLearner:
    """A member with a sixth of the digits, sorted so that each class is there."""
    digits = load_digits()
    data = split_member(digits.take(digits.y.argsort(kind="stable")[::6]), 0.5, seed=0)
    return TorchLearner(build(descriptor.model, descriptor.arguments), *data)
