"""What a seat hands on, so that everybody who takes part can read what the round needs."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

from folkmoot.blob_keys import BlobKeys
from folkmoot.chain import Milestone
from folkmoot.encryption import Share
from folkmoot.errors import MalformedBlob, StoreError
from folkmoot.task_blobs import TaskBlobs
from folkmoot.worker.view import View


@dataclass(slots=True)
class KeySharing:
    """Finds, once a block, for whom keys are missing: who enrolled too late, fills a seat, or needs an old model."""

    blobs: TaskBlobs
    keys: BlobKeys
    _block: int = -1
    _due: tuple[Share, ...] = ()

    def due(self, view: View) -> tuple[Share, ...]:
        """The keys that nobody has handed on yet. None for a worker without a seat. Raises `ConnectionFailed`."""
        if view.seat is None or not Milestone.SEATED <= view.round.milestone <= Milestone.AGREED:
            return ()
        if view.block != self._block:
            self._due, self._block = tuple(self._find(view)), view.block
        return self._due

    def _find(self, view: View) -> Iterator[Share]:
        lacking = self.keys.lacking(view.model)
        if lacking and not self.keys.is_known(view.model):
            with suppress(StoreError, MalformedBlob):  # another seat may be able to read it
                self.blobs.fetch_model(view.model)
        yield from self.keys.due(view.model, lacking)
        for entry in view.updates:
            yield from self.keys.due(entry.pointer, self.keys.of_seats(view.seats))
