import json
import logging
import os
import pty
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from eth_utils.crypto import keccak

from folkmoot.chain import address_of, agree, create_account, keystore_address, load_account, public_key, read_password
from folkmoot.chain.accounts import account_of_key, is_public_key, keystores, save_account, write_key
from folkmoot.errors import AccountError, ConfigError

ROOT = Path(__file__).parents[3]
FAST = 2  # iterations of scrypt
PROMPT = b"Password of alice.json: "
ASKING = """
from folkmoot.chain import read_password
from folkmoot.errors import ConfigError
try:
    print(read_password("alice.json", None))
except ConfigError as error:
    print(error)
"""


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


@pytest.mark.parametrize("text", ["", "[]", "not JSON", "\udcff", pytest.param("[" * 100_000, id="deep")])
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


@pytest.mark.parametrize(
    ("part", "value"), [("version", 9), ("dklen", 10**30), ("dklen", -1), ("n", 2**70), ("kdf", "none"), ("crypto", [])]
)
def test_a_keystore_that_nothing_can_open_is_told(part: str, value: object, keystore: Path) -> None:
    odd = json.loads(keystore.read_text())
    holder = next(level for level in (odd, odd["crypto"], odd["crypto"]["kdfparams"]) if part in level)
    holder[part] = value
    keystore.write_text(json.dumps(odd))
    with pytest.raises(AccountError, match="no intact keystore"):
        load_account(keystore, lambda: "secret")


def test_a_keystore_without_the_optional_address_opens_and_says_how_to_add_it(keystore: Path) -> None:
    bare = json.loads(keystore.read_text())
    address = bare.pop("address")
    keystore.write_text(json.dumps(bare))
    assert load_account(keystore, lambda: "secret").address.lower() == f"0x{address.removeprefix('0x').lower()}"
    with pytest.raises(AccountError, match="does not say whose key it holds") as caught:
        keystore_address(keystore)
    assert '"address"' in caught.value.hint


def test_a_keystore_that_opens_as_another_account_is_told(keystore: Path) -> None:
    """The authentication code covers the ciphertext, but not the vector that it was made with."""
    damaged = json.loads(keystore.read_text())
    parameters = damaged["crypto"]["cipherparams"]
    parameters["iv"] = f"{int(parameters['iv'], 16) ^ 1:032x}"
    keystore.write_text(json.dumps(damaged))
    with pytest.raises(AccountError, match="no intact keystore"):
        load_account(keystore, lambda: "secret")


def test_an_address_that_is_none_is_told(keystore: Path) -> None:
    keystore.write_text(json.dumps({"address": "nobody"}))
    with pytest.raises(AccountError, match="no intact keystore"):
        keystore_address(keystore)


def test_a_path_where_nothing_can_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file" / "keys" / "alice.json", tmp_path / "file" / "alice.json"):
        with pytest.raises(AccountError, match=r"cannot write .*: a part of its path is a file"):
            create_account(path, lambda: "secret", iterations=FAST)


def test_a_public_key_hashes_to_the_address(keystore: Path) -> None:
    account = load_account(keystore, lambda: "secret")
    key = public_key(account)
    assert len(key) == 64
    assert "0x" + keccak(key)[-20:].hex() == account.address.lower()


def test_a_path_that_is_too_long_is_told(tmp_path: Path) -> None:
    path = tmp_path / ("a" * 300)
    with pytest.raises(AccountError, match="cannot write"):
        create_account(path, lambda: "secret", iterations=FAST)
    with pytest.raises(AccountError, match="cannot read"):
        load_account(path, no_password)
    assert keystores(path) == {}


def test_a_mark_of_utf_8_is_no_part_of_a_keystore_or_a_password(keystore: Path, tmp_path: Path) -> None:
    keystore.write_bytes(b"\xef\xbb\xbf" + keystore.read_bytes())
    (tmp_path / "password").write_bytes(b"\xef\xbb\xbfsecret\n")
    assert load_account(keystore, lambda: read_password(keystore, tmp_path / "password"))


@pytest.mark.parametrize("content", ["", "\n", "\r\n"])
def test_an_empty_password_file_is_told(content: str, tmp_path: Path) -> None:
    (tmp_path / "password").write_text(content)
    with pytest.raises(ConfigError, match="there is no password in"):
        read_password("alice.json", tmp_path / "password")


def test_a_password_file_may_end_with_a_line_end(tmp_path: Path) -> None:
    (tmp_path / "password").write_bytes(b" se cret \r\n")
    assert read_password("alice.json", tmp_path / "password") == " se cret "


@pytest.mark.parametrize(("content", "why"), [(None, "there is no such file"), (b"\xff", "it is not text in UTF-8")])
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
    [(b"secret\n", b"secret\n"), (b"\x04", b"no password was typed (try again, or give --password-file FILE)\n")],
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


def test_nothing_is_logged(keystore: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        load_account(keystore, lambda: "secret")
    assert caplog.records == []


# ------------------------------------------------ accounts that exist already

KEY = "0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80"  # every Anvil's first
ADDRESS = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266"


@pytest.mark.parametrize("text", [KEY, KEY.removeprefix("0x"), f" {KEY}\n", KEY.upper().replace("X", "x")])
def test_a_key_in_hex_gives_its_account(text: str) -> None:
    account = account_of_key(text, "key.txt")
    assert (account.address, bytes(account.key)) == (ADDRESS, bytes.fromhex(KEY[2:]))


ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141  # of secp256k1


@pytest.mark.parametrize("number", [1, ORDER - 1])
def test_the_first_and_the_last_key_are_keys(number: int) -> None:
    assert int.from_bytes(account_of_key(f"{number:064x}", "key.txt").key) == number


@pytest.mark.parametrize(
    "text", ["", "0x", "secret", "zz" * 32, KEY[:-2], KEY + "07", "00" * 32, f"{ORDER:064x}", "ff" * 32]
)
def test_what_is_no_key_is_told_by_its_source_alone(text: str) -> None:
    with pytest.raises(AccountError) as caught:
        account_of_key(text, "key.txt")
    assert caught.value.message == "key.txt holds no private key"
    assert not text or text not in str(caught.value)


def test_a_saved_account_comes_back_and_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "carol.json"
    save_account(account_of_key(KEY, "key.txt"), path, lambda: "secret", iterations=FAST)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert load_account(path, lambda: "secret").address == ADDRESS
    with pytest.raises(AccountError, match="exists already"):
        save_account(account_of_key("01" * 32, "key.txt"), path, no_password, iterations=FAST)
    assert keystore_address(path) == ADDRESS


def test_a_written_key_is_its_owners_and_can_be_read_again(tmp_path: Path) -> None:
    path = tmp_path / "export" / "key.txt"
    write_key(account_of_key(KEY, "key.txt"), path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_text() == f"{KEY}\n"
    assert account_of_key(path.read_text(), str(path)).address == ADDRESS


def test_a_written_key_replaces_no_file(tmp_path: Path) -> None:
    (tmp_path / "key.txt").write_text("another's")
    with pytest.raises(AccountError, match="exists already"):
        write_key(account_of_key(KEY, "key.txt"), tmp_path / "key.txt")
    assert (tmp_path / "key.txt").read_text() == "another's"


def test_a_folders_keystores_are_found_by_name_and_nothing_else(tmp_path: Path) -> None:
    made = {
        tmp_path / name: create_account(tmp_path / name, lambda: "secret", iterations=FAST).address
        for name in ("b.json", "a.json", "no-suffix")
    }
    (tmp_path / "password").write_text("secret")
    (tmp_path / "notes.json").write_text("{}")
    (tmp_path / "folder.json").mkdir()
    (tmp_path / "gone.json").symlink_to(tmp_path / "nowhere")
    large = json.loads((tmp_path / "a.json").read_text()) | {"more": "x" * 65_536}
    (tmp_path / "large.json").write_text(json.dumps(large))
    assert keystores(tmp_path) == made
    assert [path.name for path in keystores(tmp_path)] == ["a.json", "b.json", "no-suffix"]


def test_a_folder_that_is_not_there_has_no_keystores(tmp_path: Path) -> None:
    assert keystores(tmp_path / "none") == {}


def test_a_public_key_is_a_point_of_the_curve() -> None:
    key = public_key(account_of_key("01" * 32, "here"))
    assert is_public_key(key)
    assert not any(map(is_public_key, (bytes(64), key[32:] + key[:32], key[1:])))


def test_two_accounts_agree_on_a_secret() -> None:
    one, other = (account_of_key(f"{number:02}" * 32, "here") for number in (1, 2))
    points = [bytes([2 + public_key(account)[-1] % 2]) + public_key(account)[:32] for account in (one, other)]
    assert agree(one, points[1]) == agree(other, points[0])
    assert len(agree(one, points[1])) == 32
    with pytest.raises(ValueError, match="public key"):
        agree(one, bytes(33))


def test_an_address_is_that_of_its_public_key() -> None:
    account = account_of_key("03" * 32, "here")
    assert address_of(public_key(account)) == account.address
