import os

import pytest
from hypothesis import HealthCheck, settings

from folkmoot.learning import Descriptor, Weights
from folkmoot.proposal import Draft, draft
from folkmoot.store import MemoryStore
from folkmoot.task_blobs import TaskBlobs
from folkmoot.task_config import TaskConfig
from tests.support.views import TASK, address

# No test here depends on the clock: a busy machine may take its time over an example.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("long", settings.get_profile("patient"), max_examples=1_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "patient"))

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
