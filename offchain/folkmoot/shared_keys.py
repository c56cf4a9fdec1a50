"""Keys of a task's blobs that others have handed on: which are there, and which of them to look at."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from math import inf
from time import monotonic

from folkmoot.chain import Recipients
from folkmoot.encryption import MAX_SHARES, Share, read_shares
from folkmoot.errors import MalformedBlob, StoreError
from folkmoot.store import BlobStore

PER_ACCOUNT = 16  # blobs of one account that are looked at, its latest ones
LOOK_S = 5.0  # that one look at blobs takes before it is left to the next one
REST = 2  # times as long as looks were in vain, nothing is looked for afterwards
PAUSE_S = 60.0  # before a blob that could not be had is looked for again


class SharedKeys:
    """What accounts that are trusted with it have handed on: those that take part, and some `others`.

    Whoever hands on what opens nothing, or nothing at all, takes up little time, and no key is believed unseen.
    """

    def __init__(self, store: BlobStore, recipients: Recipients, others: Collection[str]) -> None:
        self._store, self._recipients, self._others = store, recipients, others
        self._read: dict[bytes, list[Share]] = {}  # by the pointers of the blobs that have them
        self._missed: dict[bytes, float] = {}  # when a blob could not be had
        self._rests_until = -inf

    def all(self) -> Iterator[Share]:
        """Every key that was handed on and can be had now, those first that need no look."""
        named = list(self._named())
        unread = [pointer for pointer in named if pointer not in self._read]
        for pointer in named:
            yield from self._read.get(pointer, ())
        for pointer in self._looked_for(unread):
            yield from self._read.get(pointer, ())

    def entries(self, pointer: bytes, account: str) -> Iterator[bytes]:
        """Those of a blob that were handed on to an account, as `all` has them."""
        return (share.entry for share in self.all() if (share.pointer, share.recipient) == (pointer, account.lower()))

    def _named(self) -> Iterator[bytes]:
        trusted, looked = {*self._recipients.now(), *self._others}, Counter[str]()
        for account, pointer in self._recipients.shares():
            looked[account] += 1
            if account in trusted and looked[account] <= PER_ACCOUNT:
                yield pointer

    def _looked_for(self, pointers: Iterable[bytes]) -> Iterator[bytes]:
        """Each after a look at it, that first which was missed longest ago, as long as there is time."""
        begun = monotonic()
        if begun < self._rests_until:
            return
        for pointer in sorted(pointers, key=lambda pointer: self._missed.get(pointer, -inf)):
            if monotonic() - begun >= LOOK_S:
                return
            self._look(pointer)
            yield pointer

    def _look(self, pointer: bytes) -> None:
        begun = monotonic()
        if begun - self._missed.get(pointer, -PAUSE_S) < PAUSE_S:
            return
        try:
            self._read[pointer] = read_shares(self._store.get(pointer, limit=MAX_SHARES))
        except MalformedBlob:
            self._read[pointer] = []
        except StoreError:  # who handed them on has to publish them
            self._missed[pointer] = now = monotonic()
            self._rests_until = max(self._rests_until, now) + REST * (now - begun)
