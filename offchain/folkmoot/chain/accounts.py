"""Keys in encrypted keystore files. A key leaves this module only inside the account that signs with it."""

import json
import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

from coincurve import PublicKey
from eth_account import Account
from eth_account.signers.local import LocalAccount
from eth_keys.constants import SECPK1_N
from eth_keys.datatypes import PrivateKey
from eth_utils.address import is_address, to_checksum_address
from eth_utils.crypto import keccak
from web3.types import TxParams

from folkmoot.errors import AccountError, reason
from folkmoot.files import read_text

Password = Callable[[], str]  # asks a person, or reads a file

_MAX_KEYSTORE = 65_536  # bytes of a file that is looked at for being a keystore
_KEY = 32  # bytes of a private key
_IV = 32  # hex digits
_WORK = {"dklen": range(32, 33), "c": range(10**8), "n": range(2**22 + 1), "r": range(17), "p": range(17)}
"""What a file may ask for when a password is turned into a key: a damaged one's 10**30 would never end."""


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed transaction: what was signed, its bytes as nodes take them, and its hash."""

    transaction: TxParams
    raw: bytes
    hash: str


def create_account(path: str | os.PathLike[str], password: Password, *, iterations: int | None = None) -> LocalAccount:
    """A new account, its key encrypted into a new file. `iterations` and errors as for `save_account`."""
    account: LocalAccount = Account.create()
    save_account(account, path, password, iterations=iterations)
    return account


def save_account(
    account: LocalAccount, path: str | os.PathLike[str], password: Password, *, iterations: int | None = None
) -> None:
    """Encrypt an account's key into a new file that only its owner can read.

    `iterations` of scrypt make guessing slow, a power of 2; eth-account's choice if not given. Raises `AccountError`
    if the file exists or cannot be written.
    """
    # Before a password is asked for and turned into a key. `Path.exists` would raise for a name that is too long.
    if os.path.exists(path):  # noqa: PTH110
        raise _taken(path)
    _write_new_secret(Path(path), encrypted(account, password(), iterations))


def encrypted(account: LocalAccount, password: str, iterations: int | None = None) -> str:
    """What a keystore file of an account holds; `iterations` as for `save_account`.

    eth-account leaves out the first zeros of what AES begins with, and geth ends at such a file.
    """
    keystore: Any = Account.encrypt(account.key, password, kdf="scrypt", iterations=iterations)
    cipher = keystore["crypto"]["cipherparams"]
    return json.dumps({**keystore, "crypto": {**keystore["crypto"], "cipherparams": {"iv": cipher["iv"].zfill(_IV)}}})


def account_of_key(text: str, source: str) -> LocalAccount:
    """The account of a private key in hex. Raises `AccountError`, which names the source and not what was in it."""
    try:
        key = bytes.fromhex(text.strip().removeprefix("0x"))
    except ValueError:
        key = b""
    if len(key) != _KEY or not 0 < int.from_bytes(key) < SECPK1_N:  # not every backend of eth-keys checks the range
        raise AccountError(f"{source} holds no private key", "32 bytes as 64 hex digits")
    account: LocalAccount = Account.from_key(key)
    return account


def write_key(account: LocalAccount, path: str | os.PathLike[str]) -> None:
    """Write an account's key, unencrypted, in hex, into a new file that only its owner can read. Errors as above."""
    _write_new_secret(Path(path), f"0x{bytes(account.key).hex()}\n")


def load_account(path: str | os.PathLike[str], password: Password, password_file: Path | None = None) -> LocalAccount:
    """The account in a keystore file. Raises `AccountError` if it is missing, damaged or has another password.

    The password is asked for only once the file was found to be a keystore. `password_file` is where it comes from, if
    from a file, which the error then names.
    """
    keystore, given = _read(Path(path)), password()
    try:
        account: LocalAccount = Account.from_key(Account.decrypt(keystore, given))
    except Exception as error:  # noqa: BLE001 - whatever JSON may hold instead
        if "MAC mismatch" in str(error):
            raise AccountError(f"wrong password for {path}", _wrong(password_file)) from None
        raise _damaged(path) from None
    if stated_address(path) not in {"", account.address}:  # the MAC does not cover everything
        raise _damaged(path)
    return account


def keystore_address(path: str | os.PathLike[str]) -> str:
    """The address that a keystore file says it holds, without its password. Raises `AccountError`."""
    if address := stated_address(path):
        return address
    hint = 'only its password would tell: add "address": "0x…" to the file'
    raise AccountError(f"{path} does not say whose key it holds", hint)


def stated_address(path: str | os.PathLike[str]) -> str:
    """As `keystore_address`, but empty where the file does not say."""
    keystore = _read(Path(path))
    address = keystore.get("address")
    if not address and "crypto" in keystore:
        return ""
    if not is_address(address):
        raise _damaged(path)
    return to_checksum_address(address)


def keystores(folder: str | os.PathLike[str]) -> dict[Path, str]:
    """The keystore files in a folder, by name, and the addresses that they say they hold, empty where they do not.

    Other files are left out.
    """
    found = {}
    for path in sorted(Path(folder).glob("*") if os.path.isdir(folder) else ()):  # noqa: PTH112 - as above
        with suppress(AccountError, OSError):
            if path.is_file() and path.stat().st_size <= _MAX_KEYSTORE:
                found[path] = stated_address(path)
    return found


def sign(account: LocalAccount, transaction: TxParams) -> Signed:
    """Sign a transaction. The same one gives the same bytes."""
    signed = account.sign_transaction(cast("dict[str, Any]", transaction))
    return Signed(transaction, bytes(signed.raw_transaction), signed.hash.to_0x_hex())


def public_key(account: LocalAccount) -> bytes:
    """An account's secp256k1 public key: 64 bytes, whose keccak ends with the address."""
    return PrivateKey(bytes(account.key)).public_key.to_bytes()


def address_of(key: bytes) -> str:
    """The address of a public key of 64 bytes."""
    return to_checksum_address(keccak(key)[-20:])


@cache
def is_public_key(key: bytes) -> bool:
    """Whether 64 bytes are a point of secp256k1: managers can put anything in a member's place."""
    try:
        PublicKey(b"\x04" + key)
    except ValueError:
        return False
    return True


def agree(account: LocalAccount, point: bytes) -> bytes:
    """The x coordinate (32 bytes) of a compressed point of secp256k1 (33 bytes), multiplied by an account's key.

    Raises `ValueError` for what is no point of the curve.
    """
    return PublicKey(point).multiply(bytes(account.key)).format()[1:]


def _write_new_secret(path: Path, text: str) -> None:
    try:
        _write_secret(path, text)
    except OSError as error:
        if os.path.exists(path):  # noqa: PTH110
            raise _taken(path) from None
        raise AccountError(f"cannot write {path}: {reason(error)}", "choose a directory of your own") from error


def _write_secret(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(descriptor)
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise


def _read(path: Path) -> dict[str, Any]:
    try:
        keystore = json.loads(read_text(path))
    except FileNotFoundError:
        raise AccountError(f"there is no keystore file {path}", _instead(path.parent)) from None
    except OSError as error:
        raise AccountError(f"cannot read {path}: {reason(error)}", "check the file's kind, owner and mode") from error
    except (RecursionError, ValueError):
        raise _damaged(path) from None
    if not isinstance(keystore, dict):
        raise _damaged(path)
    found = {name.lower(): value for name, value in keystore.items()}  # some wallets have "Crypto" and "Address"
    if not _derives_a_key(found.get("crypto")):
        raise _damaged(path)
    return found


def _derives_a_key(part: object) -> bool:
    return not isinstance(part, dict) or all(
        type(value) is int and value in _WORK[name.lower()] if name.lower() in _WORK else _derives_a_key(value)
        for name, value in part.items()
    )


def _instead(folder: Path) -> str:
    """What to do about a keystore file that is not there: a new one is another account, no cure for a wrong path."""
    hint = "name yours by --keystore, or as `keystore` in the settings"
    if found := [path.name for path in keystores(folder)]:
        return f"{hint}; beside it is {' and '.join(found[:3])}"
    return f"{hint}; without an account, make one: folkmoot account new" if folder.is_dir() else hint


def _wrong(password_file: Path | None) -> str:
    if password_file is None:
        return "try again"
    named = "--password-file, FOLKMOOT_PASSWORD_FILE or `password_file` in the settings names it"
    return f"it was read from {password_file}; {named}"


def _taken(path: str | os.PathLike[str]) -> AccountError:
    return AccountError(f"{path} exists already", "choose another file: none is written over")


def _damaged(path: str | os.PathLike[str]) -> AccountError:
    return AccountError(f"{path} is no intact keystore file", "use a copy of it, or another account")
