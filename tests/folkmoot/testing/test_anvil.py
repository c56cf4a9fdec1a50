import pytest

from folkmoot.errors import ConfigError
from folkmoot.testing import run_anvil


def test_without_foundry_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ConfigError, match="no anvil on the PATH") as caught, run_anvil():
        pass
    assert "Foundry" in caught.value.hint
