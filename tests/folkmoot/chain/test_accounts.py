import json
import logging
import stat
from pathlib import Path

import pytest
from eth_utils.crypto import keccak

from folkmoot.chain import address_of, agree, create_account, keystore_address, load_account, public_key, read_password
from folkmoot.chain.accounts import account_of_key, is_public_key, keystores, save_account, write_key
from folkmoot.errors import AccountError

FAST = 2  # iterations of scrypt
NAME = "name yours by --keystore, or as `keystore` in the settings"


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


def test_what_aes_begins_with_is_whole_though_it_begins_with_zeros(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By chance one of 256 does, and geth panics at less."""
    monkeypatch.setattr("eth_keyfile.keyfile.Random.get_random_bytes", lambda size: bytes(2).ljust(size, b"7"))
    made = create_account(tmp_path / "a.json", lambda: "secret", iterations=FAST)
    kept = json.loads((tmp_path / "a.json").read_text())
    assert kept["crypto"]["cipherparams"]["iv"] == "0000" + 14 * "37"
    assert load_account(tmp_path / "a.json", lambda: "secret").address == made.address


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


def test_a_wrong_path_is_no_reason_to_make_another_account(keystore: Path, tmp_path: Path) -> None:
    places = {
        keystore.with_name("alise.json"): f"{NAME}; beside it is alice.json",
        tmp_path / "unplugged" / "alice.json": NAME,
        tmp_path / "first.json": f"{NAME}; without an account, make one: folkmoot account new",
    }
    for path, hint in places.items():
        with pytest.raises(AccountError, match="there is no keystore file") as caught:
            keystore_address(path)
        assert caught.value.hint == hint


@pytest.mark.parametrize("text", ["", "[]", "not JSON", pytest.param("[" * 100_000, id="deep")])
def test_a_file_of_something_else_is_told_before_a_password_is_asked_for(text: str, tmp_path: Path) -> None:
    (tmp_path / "odd.json").write_text(text)
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
    ("part", "value"),
    [
        ("version", 9),
        ("dklen", 10**30),
        ("dklen", -1),
        ("n", 2**70),
        ("kdf", "none"),
        ("crypto", []),
        ("n", 2**30),
        ("r", 2**20),
        ("p", "8"),
        ("kdfparams", []),
        ("salt", 5),
        ("ciphertext", "0x0"),
    ],
)
def test_a_keystore_that_nothing_can_open_is_told(part: str, value: object, keystore: Path) -> None:
    odd = json.loads(keystore.read_text())
    holder = next(level for level in (odd, odd["crypto"], odd["crypto"]["kdfparams"]) if part in level)
    holder[part] = value
    keystore.write_text(json.dumps(odd))
    with pytest.raises(AccountError, match="no intact keystore"):
        load_account(keystore, lambda: "secret")


def test_a_keystore_without_the_optional_address_opens_and_says_how_to_add_it(keystore: Path) -> None:
    account, bare = load_account(keystore, lambda: "secret"), json.loads(keystore.read_text())
    del bare["address"]
    for without in (bare, bare | {"address": ""}, bare | {"address": None}):
        keystore.write_text(json.dumps(without))
        assert load_account(keystore, lambda: "secret").address == account.address
        with pytest.raises(AccountError, match="does not say whose key it holds") as caught:
            keystore_address(keystore)
        assert '"address"' in caught.value.hint


def test_a_keystore_whose_names_have_capitals_is_one(keystore: Path) -> None:
    account, found = load_account(keystore, lambda: "secret"), json.loads(keystore.read_text())
    keystore.write_text(json.dumps({name.capitalize(): value for name, value in found.items()}))
    assert keystore_address(keystore) == account.address == load_account(keystore, lambda: "secret").address
    assert keystores(keystore.parent) == {keystore: account.address}


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


def test_a_keystore_without_an_address_is_found(keystore: Path) -> None:
    bare = json.loads(keystore.read_text()) | {"address": ""}
    keystore.write_text(json.dumps(bare))
    assert keystores(keystore.parent) == {keystore: ""}


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
