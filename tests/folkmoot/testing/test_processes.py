import os
import signal
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from time import sleep

import pytest
from tenacity import Retrying, retry_if_result, stop_after_delay, wait_fixed

from folkmoot.config import load_config
from folkmoot.errors import FolkmootError
from folkmoot.testing import Program, Worker
from folkmoot.testing.processes import end, interruptible, uninterrupted
from tests.support import programs
from tests.support.family import parents, wait_for_end
from tools.workcopy import ROOT

PATIENCE = 60.0  # real seconds


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Worker]]:
    """Start a worker that runs a program."""
    started: list[Worker] = []

    def start(run: Callable[[Path], None], **settings: object) -> Worker:
        folder = tmp_path / str(len(started))
        folder.mkdir()
        worker = Worker("Ada", folder, Program(run))
        started.append(worker)
        worker.start(settings)
        return worker

    yield start
    end(started, grace=0)


def wait_for(worker: Worker) -> None:
    """Wait until it has printed something."""
    tries = Retrying(retry=retry_if_result(lambda log: not log), wait=wait_fixed(0.02), stop=stop_after_delay(PATIENCE))
    tries(lambda: worker.log)


def test_a_worker_reads_the_settings_and_writes_a_log(start: Callable[..., Worker]) -> None:
    worker = start(programs.end, task=7)
    assert worker.exit_code(PATIENCE) == 0
    assert load_config(worker.folder / "worker.toml").task == 7
    assert worker.log == f"ended in {worker.folder.name}\n"
    worker.check()
    assert not worker.is_running


def test_a_worker_that_fails_is_reported_with_its_last_words(start: Callable[..., Worker]) -> None:
    worker = start(programs.fail, threads=3)
    assert worker.exit_code(PATIENCE) == 1
    assert tomllib.loads(worker.log.removesuffix("last words\n"))["threads"] == 3
    with pytest.raises(FolkmootError, match=r"Ada's worker failed:\n(.|\n)*last words") as caught:
        worker.check()
    assert str(worker.folder / "worker.log") in caught.value.hint


def test_a_worker_that_does_not_end_is_reported(start: Callable[..., Worker]) -> None:
    worker = start(programs.wait)
    wait_for(worker)
    with pytest.raises(FolkmootError, match=r"does not end:\non worker.toml"):
        worker.exit_code(0.1)


def test_who_was_never_started_has_no_exit_code(tmp_path: Path) -> None:
    worker = Worker("Ada", tmp_path)
    worker.check()
    with pytest.raises(FolkmootError, match="never started"):
        worker.exit_code(0)


def test_a_worker_that_was_killed_has_not_failed_by_itself(start: Callable[..., Worker]) -> None:
    worker = start(programs.wait)
    wait_for(worker)
    worker.signal(signal.SIGKILL)
    assert worker.exit_code(PATIENCE) == -signal.SIGKILL
    worker.check()


def test_workers_are_ended_by_sigterm_and_by_sigkill_if_they_do_not_hear(start: Callable[..., Worker]) -> None:
    hearing, deaf = start(programs.wait), start(programs.ignore_sigterm)
    wait_for(hearing)
    wait_for(deaf)
    pids = {worker.process.pid for worker in (hearing, deaf) if worker.process}
    end([hearing, deaf], grace=1)
    assert [hearing.exit_code(0), deaf.exit_code(0)] == [-signal.SIGTERM, -signal.SIGKILL]
    assert not pids & parents().keys()


def test_a_worker_ends_with_the_program_that_started_it_even_if_that_is_killed(tmp_path: Path) -> None:
    program = (
        "from pathlib import Path\n"
        "from folkmoot.testing import Program, Worker\n"
        "from tests.support import programs\n"
        f"worker = Worker('Ada', Path({str(tmp_path)!r}), Program(programs.wait))\n"
        "worker.start({})\n"
        "print(worker.process.pid, flush=True)\n"
        "input()\n"
    )
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout
        pid = int(process.stdout.readline())
        wait_for(Worker("Ada", tmp_path))
        process.kill()
    wait_for_end(pid)


def test_each_worker_has_a_session_of_its_own_so_that_ctrl_c_does_not_reach_it(start: Callable[..., Worker]) -> None:
    worker = start(programs.wait)
    wait_for(worker)
    assert worker.process
    assert worker.process.pid
    assert os.getsid(worker.process.pid) == worker.process.pid != os.getsid(0)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_stop_is_heard_once_and_later_ones_are_ignored(number: signal.Signals) -> None:
    before = signal.getsignal(number)
    heard = 0
    with interruptible():
        try:
            os.kill(os.getpid(), number)
            signal.pause()
        except KeyboardInterrupt:
            heard += 1
            os.kill(os.getpid(), number)
    assert heard == 1
    assert signal.getsignal(number) == before


def test_a_signal_that_comes_while_something_is_freed_is_heard_too() -> None:
    class Freed:
        def __del__(self) -> None:
            signal.raise_signal(signal.SIGTERM)

    def wait() -> None:
        freed = Freed()
        del freed
        sleep(PATIENCE)

    before = signal.getsignal(signal.SIGINT)
    with interruptible(), pytest.raises(KeyboardInterrupt):
        wait()
    assert signal.getsignal(signal.SIGINT) == before


def test_a_signal_waits_until_what_must_not_be_interrupted_is_done() -> None:
    def work() -> None:
        with uninterrupted():
            signal.raise_signal(signal.SIGTERM)
            done.append(True)

    done: list[bool] = []
    with interruptible(), pytest.raises(KeyboardInterrupt):
        work()
    assert done


def test_threads_may_start_what_must_not_be_interrupted() -> None:
    def start() -> None:
        with uninterrupted():
            ran.append(True)

    ran: list[bool] = []
    thread = Thread(target=start)
    thread.start()
    thread.join()
    assert ran


def test_who_leaves_has_said_everything() -> None:
    program = "from folkmoot.testing.processes import leave; print('said', end=''); leave(130)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (130, "said")
