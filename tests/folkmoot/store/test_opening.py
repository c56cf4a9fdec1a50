"""Stores by what the settings call them."""

from pathlib import Path

import pytest

from folkmoot.errors import ConfigError
from folkmoot.store import LocalStore, Place, open_store, read_place
from folkmoot.store.gateway import GatewayStore
from folkmoot.store.ipfs import KuboStore
from folkmoot.store.objects import ObjectStore
from folkmoot.store.several import StoreList
from folkmoot.store.sftp import SftpStore
from tests.support.store_cases import BIG, BLOB


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("blobs", Path("blobs")),
        ("/srv/blobs", Path("/srv/blobs")),
        ("C:blobs", Path("C:blobs")),
        ("file:///srv/my%20blobs", Path("/srv/my blobs")),
    ],
)
def test_a_folder_has_no_scheme_or_that_of_files(text: str, place: Place) -> None:
    assert read_place(text) == place


def test_a_folder_is_on_this_machine() -> None:
    assert read_place("file://localhost/srv/blobs") == Path("/srv/blobs")
    with pytest.raises(ConfigError, match="names a folder on another machine"):
        read_place("file://srv/blobs")


def test_a_scheme_of_no_store_is_refused() -> None:
    with pytest.raises(ConfigError, match="no store has URLs like ftp://") as error:
        read_place("ftp://host/blobs")
    assert error.value.hint is not None
    assert error.value.hint.startswith("name a folder, or use one of file://")


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://gateway.example/ipfs/", GatewayStore),
        ("ipfs+http://127.0.0.1:5001", KuboStore),
        ("ipfs+https://kubo.example:5001", KuboStore),
        ("s3://bucket/blobs", ObjectStore),
        ("sftp://me@files.example/blobs", SftpStore),
    ],
)
def test_a_url_opens_its_kind_of_store(url: str, kind: type) -> None:
    assert read_place(url) == url
    assert isinstance(open_store([read_place(url)]), kind)


def test_a_token_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FOLKMOOT_IPFS_TOKEN", "not a\ntoken")
    with pytest.raises(ConfigError) as error:
        open_store(["ipfs+http://127.0.0.1:5001"])
    assert "not a" not in f"{error.value.message} {error.value.hint}"


def test_a_secret_in_a_url_is_refused_and_not_repeated() -> None:
    with pytest.raises(ConfigError, match="has a password in it") as error:
        read_place("https://me:secret@gateway.example/ipfs/")
    assert "secret" not in f"{error.value.message} {error.value.hint}".replace("secrets come", "")


def test_one_is_opened_by_itself_and_several_as_one(tmp_path: Path) -> None:
    assert isinstance(open_store([tmp_path]), LocalStore)
    several = open_store([tmp_path / "own", tmp_path / "theirs"])
    assert isinstance(several, StoreList)
    name = LocalStore(tmp_path / "theirs").put(BLOB)
    assert several.get(name, limit=BIG) == BLOB
