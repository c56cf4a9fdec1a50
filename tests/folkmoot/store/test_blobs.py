"""A store in memory."""

import pytest

from folkmoot.store import MemoryStore
from tests.support.store_cases import StoreCases


class TestMemory(StoreCases):
    @pytest.fixture
    def store(self) -> MemoryStore:
        return MemoryStore()
