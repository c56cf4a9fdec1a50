"""A real S3 server: Versity's gateway over a folder."""

import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from folkmoot.testing import free_port
from folkmoot.testing.processes import end_with_parent

START_S = 30.0
REGION = "us-east-1"


@dataclass(slots=True)
class ObjectServer:
    """It keeps the object KEY of a bucket in the file `folder`/BUCKET/KEY."""

    binary: str
    folder: Path
    options: tuple[str, ...] = ()
    port: int = field(default_factory=free_port)
    user: str = field(default_factory=lambda: secrets.token_hex(10))
    secret: str = field(default_factory=lambda: secrets.token_hex(20), repr=False)
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Run on the same port, with what is in the folder."""
        command = [self.binary, "--quiet", "--port", f"127.0.0.1:{self.port}", "--keep-alive", *self.options]
        self.process = subprocess.Popen(
            [*command, "--region", REGION, "posix", str(self.folder)],
            env={"ROOT_ACCESS_KEY": self.user, "ROOT_SECRET_KEY": self.secret, "PATH": os.environ["PATH"]},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=end_with_parent,  # noqa: PLW1509 - it calls the kernel and takes no lock
        )
        end = time.monotonic() + START_S
        while not _answers(self.port):
            assert self.process.poll() is None, "versitygw ended at once"
            assert time.monotonic() < end, "versitygw does not start"
            time.sleep(0.02)

    def kill(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()

    def add_bucket(self, name: str) -> Path:
        """The bucket's folder."""
        place = self.folder / name
        place.mkdir()
        return place

    def credentials(self, port: int | None = None, scheme: str = "http") -> dict[str, str]:
        """For an `ObjectStore`; another port is that of something in between."""
        return {
            "endpoint": f"{scheme}://127.0.0.1:{port or self.port}",
            "region": REGION,
            "access_key_id": self.user,
            "secret_access_key": self.secret,
            "allow_http": "true",
        }


@contextmanager
def object_server(folder: Path, *options: str) -> Iterator[ObjectServer]:
    """Run it over a folder of its own within this one. Skips the test where there is no versitygw."""
    binary = shutil.which("versitygw", path=os.environ.get("FOLKMOOT_NODES")) or shutil.which("versitygw")
    if not binary:
        pytest.skip("no versitygw: name its folder in FOLKMOOT_NODES, or put it on the PATH")
    place = folder / "objects"
    place.mkdir()
    server = ObjectServer(binary, place, options)
    try:
        server.start()
        yield server
    finally:
        server.kill()


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
