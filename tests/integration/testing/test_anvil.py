"""Anvil, interrupted."""

import signal
import subprocess
from typing import Any

import pytest

from folkmoot.testing import run_anvil
from folkmoot.testing.processes import interruptible


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_that_comes_while_it_is_started_leaves_none_behind(
    number: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the signal comes between the fork and the moment the starter has the process in hand."""

    class Slow(subprocess.Popen[bytes]):
        def __init__(self, *args: Any, **options: Any) -> None:
            super().__init__(*args, **options)
            started.append(self)
            signal.raise_signal(number)

    started: list[Slow] = []
    monkeypatch.setattr(subprocess, "Popen", Slow)
    with interruptible(), pytest.raises(KeyboardInterrupt), run_anvil():
        pass
    (anvil,) = started
    try:
        assert anvil.returncode == -signal.SIGKILL
    finally:
        anvil.kill()
        anvil.wait()
