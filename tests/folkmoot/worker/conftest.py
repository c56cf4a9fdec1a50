import pytest

from folkmoot.learning import Dataset, Descriptor, TorchLearner, Weights, build, load_digits, split_member
from folkmoot.proposal import Draft, TaskConfig, draft
from folkmoot.store import MemoryStore
from folkmoot.task_blobs import TaskBlobs
from folkmoot.worker.compute import LocalCompute
from tests.support.views import SEATS, TASK, address

RULES = {"MedianScore": address(201), "TopScoreElection": address(202), "ScoreShareReward": address(203)}


@pytest.fixture(scope="session")
def made() -> Draft:
    """A task whose model learns the digits in a moment."""
    config = TaskConfig(arguments={"inputs": 64, "classes": 10, "hidden": [8]}, epochs=2, learning_rate="0.05")
    return draft(config, RULES)


@pytest.fixture
def descriptor(made: Draft) -> Descriptor:
    return made.descriptor


@pytest.fixture
def store(made: Draft) -> MemoryStore:
    """With the descriptor and model 0."""
    store = MemoryStore()
    made.publish(store)
    return store


@pytest.fixture
def parent(made: Draft) -> bytes:
    """The pointer of model 0."""
    return made.parameters.model


@pytest.fixture
def blobs(store: MemoryStore, made: Draft) -> TaskBlobs:
    return TaskBlobs(store, made.descriptor, task=TASK, first_model=made.parameters.model)


@pytest.fixture
def model(blobs: TaskBlobs, parent: bytes) -> Weights:
    return blobs.fetch_model(parent)


@pytest.fixture(scope="session")
def data() -> tuple[Dataset, Dataset]:
    """What a member trains on, and what it scores with."""
    digits = load_digits()
    return split_member(digits.take(digits.y.argsort(kind="stable")[::6]), 0.5, seed=0)


@pytest.fixture
def learner(descriptor: Descriptor, data: tuple[Dataset, Dataset]) -> TorchLearner:
    return TorchLearner(build(descriptor.model, descriptor.arguments), *data)


@pytest.fixture
def compute(learner: TorchLearner, blobs: TaskBlobs) -> LocalCompute:
    return LocalCompute(SEATS[0], learner, blobs)
