"""`folkmoot page` as a process of its own, over built files of a test's."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 90  # real seconds, only to bound how long a failing test hangs
PROGRAM = """
import sys
from pathlib import Path
import folkmoot.cli.page as page
from folkmoot.cli import main
page.FILES = Path(sys.argv.pop(1))
main()
"""


@dataclass(frozen=True, slots=True)
class PageProcess:
    """What it printed first, as JSON."""

    process: subprocess.Popen[str]
    told: Mapping[str, Any]

    @property
    def url(self) -> str:
        return str(self.told["url"]).rstrip("/")

    def stop(self, number: signal.Signals) -> int:
        """Its exit code once it got this signal."""
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


@contextmanager
def page_process(folder: Path, files: Path, *words: object, **environment: str) -> Iterator[PageProcess]:
    """Run it in a folder until the end of the block; its port is any that is free."""
    command = [sys.executable, "-c", PROGRAM, str(files), "page", "--port", "0", "--json", *map(str, words)]
    own = {name: value for name, value in os.environ.items() if not name.startswith("FOLKMOOT_")}
    own |= {"PYTHONPATH": str(ROOT / "offchain"), "FOLKMOOT_CACHE": os.devnull, **environment}
    with subprocess.Popen(
        command, cwd=folder, env=own, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            said = ""
            while not said.endswith("}\n"):
                assert process.stdout is not None
                assert process.stderr is not None
                line = process.stdout.readline()
                assert line, process.stderr.read()
                said += line
            yield PageProcess(process, json.loads(said))
        finally:
            process.kill()
