"""`folkmoot page` in a process of its own, and a real Chromium that looks at what it serves."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_S = 240.0
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")  # the first needs least
CHROMIUM = next(filter(None, map(shutil.which, BROWSERS)), None)
IN_BROWSER = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is here: sudo apt-get install chromium")


@contextmanager
def page_of(*options: str) -> Iterator[str]:
    """The URL at which `folkmoot page` serves what these options name, until the end of the block."""
    command = [sys.executable, "-m", "folkmoot", "page", "--port", "0", "--json", *options]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=_environment()) as process:
        try:
            assert process.stdout
            yield json.loads(_document(process.stdout))["url"]
        finally:
            process.send_signal(signal.SIGINT)


def browse(scenario: str, **told: str) -> None:
    """Run a scenario of page/tests/browser in the browser; `told` is what it gets to know by its environment."""
    assert CHROMIUM
    node("--test-timeout", f"{PATIENCE_S * 1000:.0f}", f"tests/browser/{scenario}.test.ts", CHROMIUM=CHROMIUM, **told)


def node(*arguments: str, **told: str) -> None:
    """Run tests by Node in page/. Raises `AssertionError` with what they printed unless all pass."""
    command = ["node", "--import", "tsx", "--test", *arguments]
    told = {name: str(value) for name, value in told.items()}
    run = subprocess.run(
        command,
        cwd=ROOT / "page",
        env=os.environ | told,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=PATIENCE_S + 60,
        check=False,
    )
    assert run.returncode == 0, run.stdout


@contextmanager
def switch(**switches: Any) -> Iterator[str]:
    """A server on loopback by which a scenario changes what it looks at: a POST to /NAME calls the switch NAME."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            switches[self.path.strip("/")]()
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever, args=[0.05])
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@contextmanager
def static_files(folder: Path) -> Iterator[str]:
    """The URL of a plain server of files on loopback."""
    command = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        try:
            assert process.stdout
            yield process.stdout.readline().split("(")[1].split(")")[0]
        finally:
            process.terminate()


def _document(lines: Iterator[str]) -> str:
    """The first JSON document that a process prints."""
    text = ""
    for line in lines:
        text += line
        try:
            json.loads(text)
        except ValueError:
            continue
        return text
    raise AssertionError(f"it ended, and printed {text!r}")


def _environment() -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(ROOT / "offchain"), "XDG_CACHE_HOME": os.devnull}
