import pytest

from folkmoot.learning import Dataset, Descriptor, TorchLearner, build, load_digits, split_member


@pytest.fixture(scope="session")
def data() -> tuple[Dataset, Dataset]:
    """A sixth of the digits, sorted so that each class is there: what a member trains on, and what it scores with."""
    digits = load_digits()
    return split_member(digits.take(digits.y.argsort(kind="stable")[::6]), 0.5, seed=0)


@pytest.fixture
def learner(descriptor: Descriptor, data: tuple[Dataset, Dataset]) -> TorchLearner:
    return TorchLearner(build(descriptor.model, descriptor.arguments), *data)
