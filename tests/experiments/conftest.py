import pytest
import torch

from tools import contracts


@pytest.fixture(scope="session", autouse=True)
def built() -> None:
    """One thread, as in the processes that run cells, and contracts to deploy."""
    torch.set_num_threads(1)
    contracts.build()
