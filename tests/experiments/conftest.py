import os

import pytest

from tools import contracts

os.environ["OMP_NUM_THREADS"] = "1"  # for PyTorch, which tests import later, as in the processes that run cells


@pytest.fixture(scope="session", autouse=True)
def built() -> None:
    """Contracts to deploy."""
    contracts.build()
