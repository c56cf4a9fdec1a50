"""The demonstration in a browser: a page while it runs, and a record of it afterwards."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tenacity import Retrying, retry_if_not_result, stop_after_delay, wait_fixed

from folkmoot.audit.report import Report
from folkmoot.audit.verdict import checkpoint_file, keep_verdict, own_folder
from folkmoot.cli.names import BOOK
from folkmoot.config import template
from folkmoot.page.opening import opened
from folkmoot.page.saving import save
from folkmoot.testing import Consortium
from folkmoot.testing.servers import launch
from scripts.demo_watch import Demo

START_S = 60.0
CACHE = "cache"
_TAIL = 500  # characters of a log that are worth showing


@contextmanager
def run_page(consortium: Consortium, names: Mapping[str, str], *, opens: bool) -> Iterator["Page"]:
    """Serve a page of the federation until the end of the block, as a process of its own; `names` by addresses."""
    folder = consortium.folder
    (folder / BOOK).write_text("".join(f'"{name}" = "{address}"\n' for address, name in names.items()))
    config, log = folder / "page.toml", folder / "page.log"
    config.write_text(
        template({"rpc": (*consortium.rpc,), "deployments": folder / "deployments", "cache": folder / CACHE})
    )
    words = ["page", "--config", str(config), "--port", "0", "--json", *(["--open"] if opens else [])]
    own = {name: value for name, value in os.environ.items() if not name.startswith("FOLKMOOT_")}
    process = launch([sys.executable, "-m", "folkmoot", *words], own, log)
    try:
        yield Page(process, log)
    finally:
        process.kill()
        process.wait()


@dataclass(frozen=True, slots=True)
class Page:
    """A page's process, and the file that it prints to."""

    process: subprocess.Popen[bytes]
    log: Path

    def fact(self) -> str:
        """Where to look, or why there is nothing to see, which is no reason to stop."""
        tries = Retrying(
            retry=retry_if_not_result(bool),
            wait=wait_fixed(0.05),
            stop=stop_after_delay(START_S),
            retry_error_callback=lambda _: "the page does not start",
        )
        return str(tries(self._said))

    def _said(self) -> str:
        is_over, text = self.process.poll() is not None, self.log.read_text(errors="replace")
        with suppress(ValueError):
            told = json.loads(text)
            return (
                f"look at it while it runs: {told['url']}" if "url" in told else f"there is no page: {told['message']}"
            )
        return f"there is no page: {text[-_TAIL:].strip()}" if is_over else ""


def keep_report(demo: Demo, report: Report) -> None:
    """Leave an audit's verdict where the page looks for it."""
    record = demo.consortium.federation.deployment
    for url in demo.ground.urls:
        if checkpoint := checkpoint_file(own_folder(demo.consortium.folder / CACHE, url), record):
            keep_verdict(report, checkpoint)


def keep_record(demo: Demo) -> Path:
    """Write the record of the federation as it is now into the demonstration's folder; returns the file.

    Raises `FolkmootError`.
    """
    consortium, client = demo.consortium, demo.ground.chain.client
    setting = consortium.members[0].settings["store"]
    store = str(setting[0] if isinstance(setting, list | tuple) else setting)
    names = {member.address: member.name for member in consortium.members}
    record = consortium.federation.deployment
    with opened(record, client, demo.ground.urls, folder=consortium.folder / CACHE, names=names, store=store) as source:
        return save(source, consortium.folder)
