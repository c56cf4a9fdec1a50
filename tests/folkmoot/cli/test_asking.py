import os
import pty
import subprocess
import sys
import time
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner, Result

from folkmoot.cli.asking import ask
from folkmoot.cli.command import command
from folkmoot.cli.session import Session
from tests.support.cli import Cli

PACKAGE = str(Path(__file__).resolve().parents[3] / "offchain")


def answered(said: str) -> Result:
    """What a command does that asks something and hears this."""
    probe = typer.Typer()

    @command(probe, "probe")
    def leave(session: Session) -> None:
        session.output.show({"left": ask("Leave?")})

    return CliRunner().invoke(probe, ["--json"], input=said)


def test_a_question_is_answered_with_yes_or_no() -> None:
    assert '"left": true' in answered("y\n").stdout
    assert '"left": false' in answered("n\n").stdout


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("member leave", "error: nobody answers: there is no terminal\nhint: --yes goes on without the question\n"),
        ("account new other.json", "error: no password: there is no terminal to type it at\nhint: "),
        ("account import", "error: no key: there is no terminal to type it at\nhint: "),
        ("account public-key", "error: no password: there is no terminal to type it at\nhint: "),
    ],
)
@pytest.mark.usefixtures("keystore")
def test_a_closed_standard_input_is_told(cli: Cli, words: str, told: str) -> None:
    done = subprocess.run(
        ["sh", "-c", f"exec {sys.executable} -m folkmoot {words} <&-"], cwd=cli.folder, env={"PYTHONPATH": PACKAGE},
        start_new_session=True, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (1, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("words", "typed", "told"),
    [
        ("account new other.json", b"\n\n", b"error: nothing was typed"),
        ("account new other.json", b"\xff\n", b"error: what was typed is not text in this terminal's encoding"),
        ("account import", b"\n", b"error: nothing was typed"),
        ("member leave", b"\xff\n", b"error: what was typed is not text in this terminal's encoding"),
    ],
)
@pytest.mark.usefixtures("keystore")
def test_what_a_person_types_may_be_nothing_or_no_text(cli: Cli, words: str, typed: bytes, told: bytes) -> None:
    person, terminal = pty.openpty()
    environment = {"PYTHONPATH": PACKAGE, "PYTHONIOENCODING": "utf-8:strict"}
    with subprocess.Popen(
        [sys.executable, "-m", "folkmoot", *words.split()], cwd=cli.folder, env=environment, start_new_session=True,
        stdin=terminal, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        said = process.stderr.read(1)
        try:
            for line in typed.splitlines(keepends=True):
                time.sleep(0.5)  # hidden input throws away what was typed before it was asked for
                os.write(person, line)
            said += process.communicate(timeout=60)[1]
        finally:
            process.kill()
    os.close(person)
    os.close(terminal)
    assert (process.returncode, told in said, b"Traceback" in said) == (1, True, False), said


def test_where_nobody_answers_it_says_how_to_do_without() -> None:
    done = answered("")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "nobody answers: there is no terminal" in done.stderr
    assert "--yes" in done.stderr
