import os
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest

from folkmoot.chain import read_password
from folkmoot.chain.accounts import account_of_key, keystore_address
from folkmoot.cli.account import _imported
from folkmoot.cli.names import read_book
from folkmoot.config import load_config
from folkmoot.errors import FolkmootError, reason
from folkmoot.files import MAX_BYTES, at_home, read_text

READERS: dict[str, Callable[[Path], object]] = {
    "settings": load_config,
    "names": read_book,
    "keystore": keystore_address,
    "password": lambda path: read_password("keystore.json", path),
    "key": lambda path: _imported(path, None),
}


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    os.mkfifo(tmp_path / "pipe")
    return tmp_path / "pipe"


def test_a_small_file_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"\xef\xbb\xbf" + "Müller".encode())
    assert read_text(tmp_path / "file") == "Müller"
    (tmp_path / "file").write_bytes(b"x" * MAX_BYTES)
    assert len(read_text(tmp_path / "file")) == MAX_BYTES


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_text_of_another_encoding_is_named(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "file").write_text("rpc = []", encoding)
    with pytest.raises(OSError, match=f"it is text in {encoding.upper()}, not in UTF-8"):
        read_text(tmp_path / "file")


def test_bytes_that_are_no_text_are_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"rpc \xff")
    with pytest.raises(OSError, match="it is not text in UTF-8"):
        read_text(tmp_path / "file")


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(("content", "told"), [("a".encode("utf-16"), "in UTF-16, not in UTF-8"), (b"\xff", "UTF-8")])
def test_every_reader_says_which_file_is_in_which_encoding(
    tmp_path: Path, reader: str, content: bytes, told: str
) -> None:
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(FolkmootError, match=rf"cannot read .*file: it is .*{told}"):
        READERS[reader](tmp_path / "file")


def test_a_tilde_is_a_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/you")
    names = {"~/a": "/home/you/a", "a/~": "a/~", "~nobody-here/a": "~nobody-here/a", "/a": "/a"}
    assert {name: str(at_home(name)) for name in names} == names


@pytest.mark.parametrize("reader", READERS)
def test_a_file_without_an_end_is_refused(reader: str) -> None:
    with pytest.raises(
        FolkmootError, match=r"cannot read .*/dev/zero: it (is no regular file|has more than 1048576 by)"
    ):
        READERS[reader](Path("/dev/zero"))


@pytest.mark.parametrize("reader", ["settings", "names", "keystore"])
def test_nothing_waits_for_a_pipe(pipe: Path, reader: str) -> None:
    with pytest.raises(FolkmootError, match="it is no regular file"):
        READERS[reader](pipe)


def test_secrets_may_come_by_a_pipe(pipe: Path) -> None:
    for text, read in (("secret\n", READERS["password"]), (f"0x{'1' * 64}", READERS["key"])):
        writer = Thread(target=pipe.write_text, args=(text,))
        writer.start()
        assert read(pipe) == ("secret" if text == "secret\n" else account_of_key(text, "it"))
        writer.join()


def test_a_folder_is_none(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="directory") as caught:
        read_text(tmp_path)
    assert reason(caught.value) == "it is a folder"
