import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from folkmoot.worker.shutdown import SIGNALS, Shutdown, Stopped

ROOT = Path(__file__).parents[3]


def test_nothing_happens_unless_asked() -> None:
    with Shutdown() as shutdown:
        shutdown.check()
        shutdown.sleep(0)


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_stops_the_next_check_and_every_pause(number: signal.Signals) -> None:
    with Shutdown() as shutdown:
        os.kill(os.getpid(), number)
        with pytest.raises(Stopped):
            shutdown.check()
        with pytest.raises(Stopped):
            shutdown.sleep(3_600)


@pytest.mark.parametrize("number", SIGNALS)
def test_a_second_signal_does_what_it_always_does(number: signal.Signals) -> None:
    before = [signal.getsignal(other) for other in SIGNALS]
    with Shutdown():
        assert signal.getsignal(number) not in before
        os.kill(os.getpid(), number)
        assert [signal.getsignal(other) for other in SIGNALS] == before


def test_handlers_are_given_back() -> None:
    before = [signal.getsignal(number) for number in SIGNALS]
    with Shutdown():
        assert [signal.getsignal(number) for number in SIGNALS] != before
    assert [signal.getsignal(number) for number in SIGNALS] == before


HAMMER = """
import os, signal, sys, threading
from folkmoot.worker.shutdown import Shutdown, Stopped

sys.setswitchinterval(1e-5)
begun = threading.Event()

def shoot():
    while True:
        while not begun.is_set():
            pass
        begun.clear()
        os.kill(os.getpid(), signal.SIGTERM)

threading.Thread(target=shoot, daemon=True).start()
for _ in range(1_000):
    with Shutdown() as shutdown:
        begun.set()
        try:
            while True:
                shutdown.sleep(0)
        except Stopped:
            pass
"""


def test_a_signal_gets_through_at_any_moment() -> None:
    """One that comes while a pause begins must not wait for it."""
    subprocess.run([sys.executable, "-c", HAMMER], cwd=ROOT, check=True, timeout=120)
