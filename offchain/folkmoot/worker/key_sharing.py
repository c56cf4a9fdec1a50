"""What a worker hands on, so that everybody who takes part can read what the round needs."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from math import inf

from folkmoot.blob_keys import BlobKeys
from folkmoot.chain import Milestone, Phase
from folkmoot.chain.recipients import PublicKeys
from folkmoot.encryption import MAX_SHARES, Share, write_shares
from folkmoot.errors import ConnectionFailed, MalformedBlob, StoreError
from folkmoot.task_blobs import TaskBlobs
from folkmoot.worker.view import View

AGAIN_S = 30  # until what could not be read is tried again
AT_ONCE = 7_000  # keys that one blob hands on: their blob has MAX_SHARES bytes at most
assert len(write_shares([])) + AT_ONCE * (32 + 101) <= MAX_SHARES  # noqa: S101


@dataclass(slots=True)
class KeySharing:
    """Finds for whom keys are missing: who enrolled too late, fills a seat, or needs an old model.

    `lacking` tells it by the chain alone, as long as it may have changed; `due` reads what has to be read.
    """

    blobs: TaskBlobs
    keys: BlobKeys
    _seen: object = None
    _lacking: frozenset[str] = frozenset()
    _done: frozenset[str] = frozenset()
    _again: float = inf  # the chain's time at which to look again at what could not be read

    def lacking(self, view: View) -> tuple[str, ...]:
        """Who lacks keys that this worker could hand on, and has not been seen to.

        A node that does not know of an event yet is asked again at the next look: that stops nothing else.
        """
        if not view.participant.number or not Milestone.SEATED <= view.round.milestone <= Milestone.AGREED:
            return ()
        state = view.round, view.roster, view.model, tuple(seat.account for seat in view.seats)
        if state != self._seen:
            with suppress(ConnectionFailed):
                self._lacking, self._done = frozenset(self._find(view)), frozenset()
                self._seen, self._again = state, inf
        if view.now >= self._again:
            self._done, self._again = frozenset(), inf
        return tuple(sorted(self._lacking - self._done))

    def due(self, view: View) -> Iterator[tuple[Share, ...]]:
        """The keys that nobody has handed on rightly yet, as many at a time as one blob has."""
        missing = list(self._missing(view))
        shares = [share for pointer, readers in missing for share in self.keys.due(pointer, readers)]
        self._done = self._lacking
        if not all(self.keys.is_known(pointer) for pointer, _ in missing):
            self._again = view.now + AGAIN_S
        for start in range(0, len(shares), AT_ONCE):
            yield tuple(shares[start : start + AT_ONCE])

    def _find(self, view: View) -> Iterator[str]:
        yield from self.keys.lacking_model(view.model)
        for _, _, readers in self._lacking_updates(view):
            yield from readers

    def _lacking_updates(self, view: View) -> Iterator[tuple[str, bytes, PublicKeys]]:
        """Authors and pointers of updates that this worker can read, once they are there, and who cannot."""
        if not Phase.COMMITTING <= view.phase <= Phase.STALLED:
            return
        number = view.round.number
        late = self.keys.may_lack_updates(number, [seat.account for seat in view.seats])
        for entry in view.updates if late else ():
            author = entry.update.author
            if view.seat or author == view.account:
                yield author, entry.pointer, self.keys.lacking_update(number, author, late)

    def _missing(self, view: View) -> Iterator[tuple[bytes, PublicKeys]]:
        """Blobs and who lacks their keys; each blob was read then, if it can be."""
        if self.keys.lacking_model(view.model):
            if not self.keys.is_known(view.model):
                with suppress(StoreError, MalformedBlob):  # another may be able to read it
                    self.blobs.fetch_model(view.model)
            if readers := self.keys.lacking_model(view.model):
                yield view.model, readers
        number = view.round.number
        for author, pointer, readers in self._lacking_updates(view):
            if readers and not self.keys.is_known(pointer):
                with suppress(StoreError, MalformedBlob):
                    self.blobs.fetch_update(pointer, round=number, author=author, parent=view.model)
            if readers:
                yield pointer, readers
