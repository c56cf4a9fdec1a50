"""The operator's page, from nothing to four organisations that have trained a model on four real validators.

All its blocks run in one shell, in their order, but for those that begin with `# by hand` or `# not run`. With
`make rehearsal` the page on operating follows, which takes twice as long: losses, successors, newcomers.
"""

import os
import re
import shlex
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from folkmoot.chain import Client, FederationContract, Membership, deployments, list_members
from folkmoot.testing.networks import load
from folkmoot.testing.servers import program, where
from tests.support.brownie import BROWNIE
from tests.support.documents import blocks
from tools.workcopy import ROOT

pytestmark = [
    pytest.mark.skipif(not program("geth"), reason=f"there is no geth: {where('geth')}"),
    pytest.mark.timeout(1_800),
]

HERE = 'FEDERATION="$PWD/runs/federation"'
WHOLE = "FOLKMOOT_REHEARSAL"
"""The environment variable that asks for both pages."""
PAGES = ("docs/operator.md", "docs/operations.md")[: 2 if os.environ.get(WHOLE) else 1]
PATIENCE_S = 1_500
BLOCK = "### block"
SCRIPT = f"""\
set -e
block() {{ echo "{BLOCK} $1 at $SECONDS s"; }}
"""


class Rehearsal:
    """The folder of a federation, and what the shell said."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.federation, self.log = folder, folder / "federation", folder / "log"

    def script(self) -> str:
        """All blocks in one, with the federation in this folder."""
        text = SCRIPT
        for page in PAGES:
            text += "".join(f"block {page}:{line}\n{code}" for line, code in blocks(page) if is_run(code))
        assert text.count(HERE) == 1
        return text.replace(HERE, f"FEDERATION={shlex.quote(str(self.federation))}")

    def run(self) -> int:
        """The shell's exit code. No process of it is left but the validators."""
        binaries, home = self.folder / "bin", self.folder / "home"
        binaries.mkdir()
        home.mkdir()
        alone = binaries / "brownie"  # as `ALONE`, but for the time of a command
        alone.write_text(f'#!/bin/sh\nexec flock {ROOT / "build" / "brownie.lock"} {BROWNIE} "$@"\n')
        alone.chmod(0o755)
        text = self.script().replace(". tools/env.sh", f'. tools/env.sh; PATH="{binaries}:$PATH"')
        environment = {name: value for name, value in os.environ.items() if name in {"FOLKMOOT_NODES", "PATH", "LANG"}}
        environment |= {"HOME": str(home), "PYTHONPATH": str(ROOT / "offchain"), "COLUMNS": "160"}
        with self.log.open("wb") as log:
            shell = subprocess.Popen(
                ["bash", "-c", text], cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
            )
        try:
            return shell.wait(PATIENCE_S)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(shell.pid, signal.SIGKILL)
            shell.wait()

    def end(self) -> None:
        """End the validators."""
        command = [str(ROOT / ".venv" / "bin" / "python"), "-m", "scripts.consortium", "down"]
        environment = os.environ | {"PYTHONPATH": str(ROOT / "offchain")}
        subprocess.run([*command, str(self.federation / "chain")], cwd=ROOT, env=environment, check=False, timeout=120)

    def said(self) -> dict[str, str]:
        """What each block printed, by its page and line."""
        parts = re.split(rf"^{BLOCK} (\S+) at \d+ s\n", self.log.read_text(), flags=re.MULTILINE)
        return dict(zip(parts[1::2], parts[2::2], strict=True))


def is_run(code: str) -> bool:
    return not code.startswith(("# by hand\n", "# not run\n"))


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Rehearsal, int]]:
    rehearsal = Rehearsal(tmp_path_factory.mktemp("guide"))
    try:
        yield rehearsal, rehearsal.run()
    finally:
        rehearsal.end()


def test_every_block_of_the_pages_succeeds(played: tuple[Rehearsal, int]) -> None:
    rehearsal, code = played
    assert code == 0, rehearsal.log.read_text()[-6_000:]
    assert len(rehearsal.said()) == sum(is_run(code) for page in PAGES for _, code in blocks(page))


def test_the_first_task_ends_with_models_of_all(played: tuple[Rehearsal, int]) -> None:
    rehearsal, _ = played
    (said,) = [text for text in rehearsal.said().values() if "blobs are intact" in text and "earned" in text]
    assert said.count("4 of 4") == 3  # updates accepted, in each round
    assert "none that counts for the record is lost" in said
    assert "WRONG" not in said


@pytest.mark.skipif(not os.environ.get(WHOLE), reason=f"{WHOLE} is not set: make rehearsal")
def test_what_was_practised_has_come_to_pass(played: tuple[Rehearsal, int]) -> None:
    rehearsal, _ = played
    text, chain = rehearsal.log.read_text(), load(rehearsal.federation / "chain")
    with Client(chain.urls) as client:
        record = deployments.read(rehearsal.federation / "deployments", client)
        federation = FederationContract(client, record.federation)
        states = [federation.account_of(address).membership for address in list_members(federation)]
        assert states.count(Membership.ADMITTED) == 4
        assert (len(federation.managers()), federation.quorum()) == (4, 3)
    assert len(chain.validators) == 4
    assert "back to model 1, with the committee" in text
    assert "exit code 1" in text  # of a look at a store that is lost
    assert "no answer from" in text  # of a validator that is down
