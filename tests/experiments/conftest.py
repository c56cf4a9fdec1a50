import pytest
import torch
from experiments.deployment import build_contracts


@pytest.fixture(scope="session", autouse=True)
def contracts() -> None:
    """One thread, as in the processes that run cells, and contracts to deploy."""
    torch.set_num_threads(1)
    build_contracts()
