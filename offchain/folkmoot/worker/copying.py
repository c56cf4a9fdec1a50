"""A worker's copies of what it reads, and giving back to the store what that has lost.

Whoever has a copy publishes it as long as others may need it: the newest model, and updates while seats read them.
"""

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path

from folkmoot.chain import Phase
from folkmoot.errors import BlobFault, BlobMissing
from folkmoot.learning import Descriptor, max_blob_size
from folkmoot.store import BlobStore, LocalStore, cid
from folkmoot.store.copies import Copies
from folkmoot.task_blobs import LARGE, stored_limit
from folkmoot.worker.background import Background
from folkmoot.worker.reporting import Reporter
from folkmoot.worker.start import STORE_AGAIN
from folkmoot.worker.view import View

FINISH_S = 30.0  # at the end of a task, for its last model
CHECK_S = 5.0  # between two looks at the store
MIB = 20  # bits
NOBODY = (
    "a worker that has a copy publishes it as soon as it runs; if there is none any more, "
    "managers go back to a model that is there: folkmoot manager roll-back"
)

_READING = {Phase.COMMITTING, Phase.REVEALING, Phase.SETTLING, Phase.AGGREGATING}


def open_copies(folder: Path, store: BlobStore, descriptor: Descriptor, reporter: Reporter) -> Copies:
    """Copies of a task's blobs in this folder. Large ones that come are shown. Raises `StoreError`."""
    size = max_blob_size(descriptor.spec)

    def show(done: int) -> None:
        if size >= LARGE:
            reporter.progress("fetching a blob, MiB", min(done, size) >> MIB, size >> MIB)

    return Copies(LocalStore(folder), store, limit=stored_limit(descriptor), watch=show)


class Restorer:
    """Publishes what the store lacks, and reports a store that fails and a model that nobody has."""

    def __init__(self, copies: Copies, reporter: Reporter) -> None:
        self._copies, self._reporter = copies, reporter
        self._view: View | None = None  # the last one
        self._lost: bytes | None = None  # the model that was not there the last time
        self._is_failing = False  # the store, as far as is known

    def follow(self, view: View) -> None:
        """See how the task stands."""
        self._view = view

    def restore(self) -> None:
        """Publish what is lacking. Raises `StoreError` for what is wrong with the store."""
        if self._view is None:
            return
        view, faults = self._view, self._copies.faults()
        was_failing, self._is_failing = self._is_failing, True
        for pointer in self._copies.restore(others_need(view)):
            self._reporter.fact(f"published {cid(pointer)}: the store lacked it")
        if failing := next((fault for fault in faults.values() if not isinstance(fault, BlobFault)), None):
            raise failing
        if was_failing:
            self._copies.ask(view.model)  # there may have been nothing to do
        self._is_failing = False
        was_lost, self._lost = self._lost, view.model if view.model in faults else None
        if self._lost and self._lost == was_lost:
            raise BlobMissing(f"the store lacks model {view.round.number}, {cid(self._lost)}", NOBODY)


def start_restoring(
    copies: Copies, reporter: Reporter, stack: ExitStack, check: Callable[[], None] = lambda: None
) -> Callable[[View], None]:
    """Restore beside the rounds; what is returned is to be told each view.

    At the end of the task it waits a while until the store has the last model; `check` may end that by raising.
    """
    restorer = Restorer(copies, reporter)
    background = stack.enter_context(Background("restoring", restorer.restore, reporter, CHECK_S, again=STORE_AGAIN))

    def follow(view: View) -> None:
        restorer.follow(view)
        if view.phase == Phase.FINISHED:
            background.ask()
            if background.finish(FINISH_S, check) and not background.is_failing:
                copies.forget(but=())

    return follow


def others_need(view: View) -> Iterable[bytes]:
    """The pointers of what others may have to read as the task stands: none of them is private any more."""
    if view.phase <= Phase.FINISHED:
        yield view.model
    if (view.stalled or view.phase) in _READING:
        yield from (entry.pointer for entry in view.accepted or view.updates)
