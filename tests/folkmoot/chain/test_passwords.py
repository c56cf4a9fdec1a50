import os
import pty
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from folkmoot.chain import read_password
from folkmoot.chain.passwords import typed_text
from folkmoot.errors import ConfigError

ROOT = Path(__file__).parents[3]
AGAIN = b"try again, or give --password-file FILE)\n"
PROMPT = b"Password of alice.json: "
ASKING = """
from folkmoot.chain import read_password
from folkmoot.errors import ConfigError
try:
    print(read_password("alice.json", None))
except ConfigError as error:
    print(error)
"""


@pytest.mark.parametrize("content", ["", "\n", "\r\n"])
def test_an_empty_password_file_is_told(content: str, tmp_path: Path) -> None:
    (tmp_path / "password").write_text(content)
    with pytest.raises(ConfigError, match="there is no password in"):
        read_password("alice.json", tmp_path / "password")


def test_a_password_file_may_end_with_a_line_end(tmp_path: Path) -> None:
    (tmp_path / "password").write_bytes(b" se cret \r\n")
    assert read_password("alice.json", tmp_path / "password") == " se cret "


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "there is no such file"),
        (b"\xff", "it is not text in UTF-8"),
        ("secret".encode("utf-16"), "it is text in UTF-16, not in UTF-8"),
    ],
)
def test_a_password_file_that_cannot_be_read_is_told(tmp_path: Path, content: bytes | None, why: str) -> None:
    if content is not None:
        (tmp_path / "password").write_bytes(content)
    with pytest.raises(ConfigError, match=f"cannot read the password in .*password: {why}"):
        read_password("alice.json", tmp_path / "password")


@contextmanager
def asking(stdin: int) -> Iterator[subprocess.Popen[bytes]]:
    """A process with this standard input, and with no other terminal, that asks for a password."""
    process = subprocess.Popen(
        [sys.executable, "-c", ASKING],
        cwd=ROOT,
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (b"secret\n", b"secret\n"),
        (b"\x04", b"nothing was typed (" + AGAIN),
        (b"\n", b"nothing was typed (" + AGAIN),
        (
            b"\xff\n",
            b"what was typed is not text in this terminal's encoding (try again, or give --password-file FILE)\n",
        ),
    ],
)
def test_a_person_at_a_terminal_is_asked(typed: bytes, told: bytes) -> None:
    person, terminal = pty.openpty()
    with asking(terminal) as process:
        assert process.stderr is not None
        assert process.stderr.read(len(PROMPT)) == PROMPT
        os.write(person, typed)
        assert process.communicate(timeout=60)[0] == told
    os.close(person)
    os.close(terminal)


def test_nobody_is_asked_without_a_terminal() -> None:
    with asking(subprocess.DEVNULL) as process:
        told = process.communicate(timeout=60)
    hint = b"give --password-file FILE, or set `password_file` in the settings"
    assert told == (b"no password: there is no terminal to type it at (" + hint + b")\n", b"")


def test_what_is_typed_has_to_be_text() -> None:
    assert typed_text(lambda: "Müller", "again") == "Müller"
    for answer, told in (("", "nothing was typed"), ("\udcff", "is not text in this terminal's encoding")):
        with pytest.raises(ConfigError, match=told) as caught:
            typed_text(lambda: answer, "again")  # noqa: B023 - called at once
        assert caught.value.hint == "again"
