"""Keys of a task's blobs that others have handed on: which are there, and which of them to look at."""

from collections import Counter
from collections.abc import Collection, Iterator
from time import monotonic

from folkmoot.chain import Recipients
from folkmoot.encryption import MAX_SHARES, Share, read_shares
from folkmoot.errors import MalformedBlob, StoreError
from folkmoot.store import BlobStore

PER_ACCOUNT = 16  # blobs of one account that are looked at, its latest ones
LOOK_S = 5.0  # that one look at blobs takes before it is left to the next one
PAUSE_S = 60.0  # before a blob that could not be had is looked for again


class SharedKeys:
    """What accounts that are trusted with it have handed on: those that take part, and some `others`.

    Whoever hands on what opens nothing, or nothing at all, takes up little time, and no key is believed unseen.
    """

    def __init__(self, store: BlobStore, recipients: Recipients, others: Collection[str]) -> None:
        self._store, self._recipients, self._others = store, recipients, others
        self._read: dict[bytes, list[Share]] = {}  # by the pointers of the blobs that have them
        self._missed: dict[bytes, float] = {}  # when a blob could not be had

    def all(self) -> Iterator[Share]:
        """Every key that was handed on and can be had now."""
        trusted, looked, begun = {*self._recipients.now(), *self._others}, Counter[str](), monotonic()
        for account, pointer in self._recipients.shares():
            looked[account] += 1
            if account not in trusted or looked[account] > PER_ACCOUNT:
                continue
            if pointer not in self._read and monotonic() - begun < LOOK_S:
                self._look(pointer)
            yield from self._read.get(pointer, ())

    def _look(self, pointer: bytes) -> None:
        if monotonic() - self._missed.get(pointer, -PAUSE_S) < PAUSE_S:
            return
        try:
            self._read[pointer] = read_shares(self._store.get(pointer, limit=MAX_SHARES))
        except MalformedBlob:
            self._read[pointer] = []
        except StoreError:  # who handed them on has to publish them
            self._missed[pointer] = monotonic()
