"""Connections to a real SSH server: keys that fit or do not, hosts that are known or not, URLs."""

import logging
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from secrets import token_hex
from unittest.mock import patch

import asyncssh
import pytest

from folkmoot.errors import ConfigError, StoreError
from folkmoot.store import pointer
from folkmoot.store.sftp import SftpStore
from folkmoot.testing.sftp_server import SftpServer, sftp_server
from tests.support.store_cases import BIG, BLOB


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SftpServer]:
    with sftp_server(tmp_path_factory.mktemp("ssh")) as server:
        yield server


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[SftpServer]:
    """One whose keys the test may change."""
    with sftp_server(tmp_path) as server:
        yield server


@pytest.fixture
def stranger(tmp_path: Path) -> Iterator[None]:
    """A user without any keys or known hosts."""
    home = tmp_path / "home"
    home.mkdir()
    with patch.dict(os.environ, {"HOME": str(home)}):
        os.environ.pop("SSH_AUTH_SOCK", None)
        yield


def test_a_workers_log_does_not_tell_of_every_channel(server: SftpServer, caplog: pytest.LogCaptureFixture) -> None:
    logging.getLogger(asyncssh.__name__).setLevel(logging.NOTSET)
    with caplog.at_level(logging.INFO):
        server.connect().put(BLOB)
    assert [record.getMessage() for record in caplog.records] == []


def refused(store: SftpStore, message: str) -> None:
    for ask in (lambda: store.has(pointer(BLOB), limit=BIG), lambda: store.put(BLOB)):
        with pytest.raises(StoreError, match=message) as told:
            ask()
        assert told.value.hint


def test_a_changed_host_key_is_refused_until_it_is_known(fresh: SftpServer) -> None:
    store = fresh.connect()
    store.put(BLOB)
    fresh.kill()
    known = fresh.known_hosts.read_text()
    fresh.make_host_key()
    fresh.start()
    refused(store, r"host key .* has changed, or this is another server .*administrator says")
    assert fresh.known_hosts.read_text() == known
    fresh.trust()
    assert store.has(pointer(BLOB), limit=BIG)


@pytest.mark.parametrize("text", ["", "another.example ssh-ed25519 AAAA", None])
@pytest.mark.usefixtures("stranger")
def test_an_unknown_host_key_is_refused(server: SftpServer, tmp_path: Path, text: str | None) -> None:
    known = tmp_path / "known"
    if text is not None:
        known.write_text(text)
    refused(
        SftpStore(server.url(), server.key, known), r"host key .* is not known .*ssh-keyscan .*put the key into .*known"
    )
    refused(SftpStore(server.url(), server.key), r"host key .* is not known .*\.ssh/known_hosts")


def test_a_list_of_hosts_that_cannot_be_used_is_told(server: SftpServer, tmp_path: Path) -> None:
    refused(SftpStore(server.url(), server.key, tmp_path), "cannot use .*: it is a folder .*list of host keys")
    (tmp_path / "known").write_text("nothing")
    refused(SftpStore(server.url(), server.key, tmp_path / "known"), "cannot use .*known: .*list of host keys")
    (tmp_path / "known").write_bytes(b"\xff\xfe")
    refused(SftpStore(server.url(), server.key, tmp_path / "known"), "cannot use .*known: .*list of host keys")


@pytest.mark.usefixtures("stranger")
def test_no_key_and_another_key_are_refused(server: SftpServer, tmp_path: Path) -> None:
    refused(SftpStore(server.url(), None, server.known_hosts), r"accepts no key of user member .*ssh-add")
    asyncssh.generate_private_key("ssh-ed25519").write_private_key(tmp_path / "other")
    refused(SftpStore(server.url(), tmp_path / "other", server.known_hosts), "accepts no key of user member")


@pytest.mark.usefixtures("stranger")
def test_the_users_own_key_is_taken_where_none_is_named(server: SftpServer, tmp_path: Path) -> None:
    folder = tmp_path / "home" / ".ssh"
    folder.mkdir()
    (folder / "id_ed25519").write_bytes(server.key.read_bytes())
    (folder / "known_hosts").write_bytes(server.known_hosts.read_bytes())
    assert SftpStore(server.url()).put(BLOB) == pointer(BLOB)


@pytest.mark.skipif(not shutil.which("ssh-agent"), reason="no ssh-agent on the PATH")
@pytest.mark.usefixtures("stranger")
def test_a_key_in_the_users_agent_is_taken_where_none_is_named(server: SftpServer, tmp_path: Path) -> None:
    path = tmp_path / "agent"
    with (
        subprocess.Popen(["ssh-agent", "-D", "-a", path], stdout=subprocess.DEVNULL) as agent,
        patch.dict(os.environ, {"SSH_AUTH_SOCK": str(path)}),
    ):
        try:
            while not path.exists():
                assert agent.poll() is None
            server.key.chmod(0o600)
            subprocess.run(["ssh-add", server.key], check=True, capture_output=True)
            assert SftpStore(server.url(), None, server.known_hosts).put(BLOB) == pointer(BLOB)
        finally:
            agent.kill()


def test_a_key_that_cannot_be_used_is_refused_at_once(server: SftpServer, tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    asyncssh.generate_private_key("ssh-ed25519").write_private_key(locked, "pkcs8-pem", passphrase=token_hex())
    (tmp_path / "text").write_text("no key")
    for path in (locked, tmp_path / "text", tmp_path / "absent"):
        with pytest.raises(ConfigError, match=r"is not a private key that can be used .*ssh-add"):
            SftpStore(server.url(), path, server.known_hosts)


# ------------------------------------------------------------------- URLs


@pytest.mark.parametrize(
    "url",
    [
        "sftp://me:hunter2@host/x",
        "sftp://me:@host/x",
        "sftp://me@host/x?password=hunter2",
        "sftp://me@host/x#hunter2",
        "sftp://me@host:hunter2/x",
        "sftp://me@[hunter2/x",
        "sftp://host/x",
        "sftp://me@host",
        "sftp://me@host/",
        "sftp://me@host/~/",
        "sftp://me@/x",
        "ssh://me@host/x",
    ],
)
def test_a_url_with_a_secret_or_without_a_folder_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="write sftp://user@host/path") as told:
        SftpStore(url)
    assert "hunter2" not in str(told.value)


def test_without_asyncssh_the_error_says_how_to_get_it() -> None:
    with (
        patch.dict(sys.modules, {"asyncssh": None}),
        pytest.raises(StoreError, match=r"asyncssh is not installed.*pip install 'folkmoot\[sftp\]'"),
    ):
        SftpStore("sftp://me@host/x")
