"""Anvil, interrupted."""

import signal
import subprocess
import sys
from subprocess import PIPE
from typing import Any

import pytest

from folkmoot.testing import run_anvil
from folkmoot.testing.processes import interruptible
from tests.support.family import wait_for_end


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


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with its parent")
def test_an_anvil_ends_with_its_program_even_if_that_is_killed() -> None:
    program = (
        "from folkmoot.testing import run_anvil\n"
        "with run_anvil() as anvil:\n"
        "    print(anvil.process.pid, flush=True)\n"
        "    input()\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdin=PIPE, stdout=PIPE, text=True) as process:
        assert process.stdout
        pid = int(process.stdout.readline())
        process.kill()
    wait_for_end(pid)
