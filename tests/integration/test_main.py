"""The command `folkmoot` as a process, in surroundings that a test's own process cannot have."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLKMOOT = (sys.executable, "-m", "folkmoot")
ENVIRONMENT = {"PYTHONPATH": str(ROOT / "offchain"), "FOLKMOOT_RPC": "http://127.0.0.1:1", "LC_ALL": "C.UTF-8"}

BEGINNING = """
import runpy, signal

def told(number, handler, ask=signal.signal):
    ask(number, handler)
    signal.signal = ask
    print(flush=True)

signal.signal = told
runpy.run_module("folkmoot", run_name="__main__", alter_sys=True)
"""


@pytest.mark.parametrize("after", [0.0, 0.1, 0.2, 0.3, 0.4, 0.6])
def test_an_interrupt_ends_it_quietly_even_while_it_is_imported(tmp_path: Path, after: float) -> None:
    """The earliest comes once it has begun, which is when it first asks for signals: before that, they are Python's."""
    command = (sys.executable, "-c", BEGINNING, "doctor")
    with subprocess.Popen(
        command, cwd=tmp_path, env=ENVIRONMENT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        time.sleep(after)
        process.send_signal(signal.SIGINT)
        assert "Traceback" not in process.stderr.read()
        assert process.wait(30) in {130, 1}  # 1: the doctor was faster


def test_what_it_has_imported_is_not_looked_through_for_garbage(tmp_path: Path) -> None:
    told = "print(gc.isenabled(), gc.get_freeze_count() > 10 * len(gc.get_objects()))"
    program = f"import gc, folkmoot.__main__ as main, folkmoot.cli as cli; cli.main = lambda: {told}; main.main()"
    done = subprocess.run(
        (sys.executable, "-c", program), cwd=tmp_path, env=ENVIRONMENT, capture_output=True, text=True, check=True
    )
    assert done.stdout == "True True\n"


def run(*words: str, cwd: Path, stdout: int = subprocess.PIPE, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        (*FOLKMOOT, *words), cwd=cwd, env=ENVIRONMENT | environment, stdout=stdout, stderr=subprocess.PIPE,
        text=True, check=False, timeout=60,
    )  # fmt: skip


def test_a_working_directory_that_is_gone_is_a_sentence(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    program = f"import os; os.rmdir({str(gone)!r}); os.execv({FOLKMOOT[0]!r}, {[*FOLKMOOT, 'account', 'show']!r})"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=gone, env=ENVIRONMENT, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("error: the working directory is gone\nhint: ")


def test_a_terminal_of_ascii_shows_what_it_can(tmp_path: Path) -> None:
    for words in (("--help",), ("task", "init", "Ä.toml", "--preset", "bflc")):
        done = run(*words, cwd=tmp_path, PYTHONIOENCODING="ascii")
        assert (done.returncode, done.stderr) == (0, "")
    assert "\\xc4.toml is written" in done.stdout


@pytest.mark.parametrize("words", [("--help",), ("--version",), ("task", "--help")])
def test_help_that_cannot_be_written_is_a_sentence(tmp_path: Path, words: tuple[str, ...]) -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    try:
        done = run(*words, cwd=tmp_path, stdout=full)
    finally:
        os.close(full)
    assert done.returncode == 1
    assert done.stderr.startswith("error: the answer cannot be written: No space left on device")
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
