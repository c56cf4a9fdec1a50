"""A real S3 server: Versity's gateway over a folder."""

import os
import secrets
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from folkmoot.testing.anvil import free_port
from folkmoot.testing.servers import launch, program, require, wait_for, where

MISSING = f"there is no S3 server: {where('versitygw')}"
REGION = "us-east-1"


def binary() -> str | None:
    """Versity's gateway, if it is there."""
    return program("versitygw")


@dataclass(slots=True)
class ObjectServer:
    """It keeps the object KEY of a bucket in the file `folder`/BUCKET/KEY."""

    folder: Path
    options: tuple[str, ...] = ()
    port: int = field(default_factory=free_port)
    user: str = field(default_factory=lambda: secrets.token_hex(10))
    secret: str = field(default_factory=lambda: secrets.token_hex(20), repr=False)
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Run on the same port, with what is in the folder. Raises `FolkmootError` if it ends instead."""
        command = [str(binary()), "--quiet", "--port", f"127.0.0.1:{self.port}", "--keep-alive", *self.options]
        secret = {"ROOT_ACCESS_KEY": self.user, "ROOT_SECRET_KEY": self.secret, "PATH": os.environ["PATH"]}
        log = self.folder.with_name("versitygw.log")
        self.process = launch([*command, "--region", REGION, "posix", str(self.folder)], secret, log)
        wait_for(self.process, self.port, log)

    def kill(self) -> None:
        """End it at once."""
        if self.process:
            self.process.kill()
            self.process.wait()

    def add_bucket(self, name: str) -> Path:
        """A new bucket; returns its folder."""
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

    def environment(self) -> dict[str, str]:
        """Environment variables by which any client of S3 finds it."""
        return {f"AWS_{name.upper()}": value for name, value in self.credentials().items()}


@contextmanager
def object_server(folder: Path, *options: str) -> Iterator[ObjectServer]:
    """Run it over a folder of its own within this one. Raises `ConfigError` where there is no versitygw."""
    require("versitygw", "S3 server")
    place = folder / "objects"
    place.mkdir()
    server = ObjectServer(place, options)
    try:
        server.start()
        yield server
    finally:
        server.kill()
