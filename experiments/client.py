"""A member's use of a store, as experiments measure it; `python -m experiments.client` does it in a fresh process."""

import json
import os
import re
import sys
import time
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path

from eth_account import Account

from folkmoot.blob_keys import identity_of
from folkmoot.chain import public_key
from folkmoot.encryption import Context, Encrypted, Header, Kind, decrypt, envelope_size, unwrap
from folkmoot.store import BlobStore, Bytes, open_store, read_place
from folkmoot.store.content import Anew

FEW = b"a few bytes"
PIECE = 1 << 20

ACCOUNTS = [Account.from_key(number.to_bytes(32)) for number in range(1, 101)]
RECIPIENTS = {account.address: public_key(account) for account in ACCOUNTS}
READER = identity_of(ACCOUNTS[0])
CONTEXT = Context(chain_id=1, task="0x" + "7a" * 20, round=1, kind=Kind.UPDATE)


def make(size: int, *, encrypted: bool = False) -> Iterable[Bytes]:
    """The content of a blob, in pieces; encrypted for 100 recipients or not.

    Random bytes, which nobody can compress, that shift from piece to piece, so that no two chunks of a store are equal.
    """
    filler = os.urandom(PIECE)

    def pieces() -> Iterator[bytes]:
        for start in range(0, size, PIECE + 8):
            yield (start.to_bytes(8) + filler)[: size - start]

    return Encrypted(Anew(pieces), CONTEXT, RECIPIENTS) if encrypted else Anew(pieces)


def get(store: BlobStore, pointer: bytes, size: int, *, encrypted: bool = False) -> None:
    """Read it, verified, and decrypted if it is encrypted."""

    def consume(stored: Iterator[bytes]) -> None:
        deque(decrypt(stored, _key) if encrypted else stored, maxlen=0)

    store.read(pointer, limit=envelope_size(size), consume=consume)


def _key(header: Header) -> Iterator[bytes]:
    key = unwrap(header.entries[READER.address.lower()], READER, header.bound)
    yield from [key] if key else []


def peak_memory() -> int:
    """The most that this process has had, in bytes. That of `getrusage` begins with what its parent had."""
    found = re.search(r"VmHWM:\s*(\d+) kB", Path("/proc/self/status").read_text("utf-8"))
    return 1024 * int(found[1]) if found else 0


def main(place: str, size: int, name: str, *, encrypted: bool) -> None:
    """Put a blob, or get the one under a pointer; prints seconds, bytes of memory beyond the idle process's, pointer.

    An idle process has opened the store, connected to it and put a few bytes. The blob itself is never held whole.
    """
    store = open_store([read_place(place)])
    store.put(FEW)
    idle, pointer = peak_memory(), bytes.fromhex(name)
    start = time.monotonic()
    if name:
        get(store, pointer, size, encrypted=encrypted)
    else:
        pointer = store.put(make(size, encrypted=encrypted))
    seconds = time.monotonic() - start
    print(json.dumps([seconds, peak_memory() - idle, pointer.hex()]))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3], encrypted=sys.argv[4] == "encrypted")
