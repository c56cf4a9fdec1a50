import json
import logging
import stat
from pathlib import Path

import pytest
from eth_utils.crypto import keccak

from offchain.chain import create_account, keystore_address, load_account, public_key
from offchain.errors import AccountError

FAST = 2  # iterations of scrypt


def no_password() -> str:
    raise AssertionError("asked for a password")


@pytest.fixture
def keystore(tmp_path: Path) -> Path:
    path = tmp_path / "keys" / "alice.json"
    create_account(path, lambda: "secret", iterations=FAST)
    return path


def test_an_account_comes_back_from_its_file(tmp_path: Path) -> None:
    created = create_account(tmp_path / "bob.json", lambda: "secret", iterations=FAST)
    loaded = load_account(tmp_path / "bob.json", lambda: "secret")
    assert loaded.key == created.key
    assert keystore_address(tmp_path / "bob.json") == created.address == loaded.address


def test_accounts_differ(tmp_path: Path) -> None:
    addresses = {create_account(tmp_path / name, lambda: "x", iterations=FAST).address for name in ("a", "b")}
    assert len(addresses) == 2


def test_only_the_owner_can_read_the_file_and_no_key_is_in_it(keystore: Path) -> None:
    assert stat.S_IMODE(keystore.stat().st_mode) == 0o600
    account = load_account(keystore, lambda: "secret")
    assert account.key.hex() not in keystore.read_text()


def test_a_key_is_never_overwritten(keystore: Path) -> None:
    before = keystore.read_text()
    with pytest.raises(AccountError, match="exists already"):
        create_account(keystore, lambda: "other", iterations=FAST)
    assert keystore.read_text() == before


def test_a_wrong_password_is_told(keystore: Path) -> None:
    with pytest.raises(AccountError, match="wrong password"):
        load_account(keystore, lambda: "Secret")


def test_a_missing_file_is_told_before_a_password_is_asked_for(tmp_path: Path) -> None:
    with pytest.raises(AccountError, match="no keystore file"):
        load_account(tmp_path / "nobody.json", no_password)


@pytest.mark.parametrize("text", ["", "[]", "not JSON", "\udcff"])
def test_a_file_of_something_else_is_told_before_a_password_is_asked_for(text: str, tmp_path: Path) -> None:
    (tmp_path / "odd.json").write_text(text, errors="surrogateescape")
    with pytest.raises(AccountError, match="no intact keystore"):
        load_account(tmp_path / "odd.json", no_password)


@pytest.mark.parametrize("part", ["crypto", "version", "kdfparams", "mac"])
def test_a_damaged_keystore_is_told(part: str, keystore: Path) -> None:
    damaged = json.loads(keystore.read_text())
    damaged.pop(part, None)
    damaged.get("crypto", {}).pop(part, None)
    keystore.write_text(json.dumps(damaged))
    with pytest.raises(AccountError, match="no intact keystore"):
        load_account(keystore, lambda: "secret")


def test_an_address_that_is_none_is_told(keystore: Path) -> None:
    keystore.write_text(json.dumps({"address": "nobody"}))
    with pytest.raises(AccountError, match="no intact keystore"):
        keystore_address(keystore)


def test_a_path_where_nothing_can_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(AccountError, match="cannot write"):
        create_account(tmp_path / "file" / "keys" / "alice.json", lambda: "secret", iterations=FAST)


def test_a_public_key_hashes_to_the_address(keystore: Path) -> None:
    account = load_account(keystore, lambda: "secret")
    key = public_key(account)
    assert len(key) == 64
    assert "0x" + keccak(key)[-20:].hex() == account.address.lower()


def test_nothing_is_logged(keystore: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        load_account(keystore, lambda: "secret")
    assert caplog.records == []
