"""A worker's copies of what it reads, and giving back to the store what that has lost.

Whoever has a copy publishes it as long as others may need it: the newest model, and updates while seats read them.
"""

from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path

from folkmoot.chain import Phase
from folkmoot.learning import Descriptor, max_blob_size
from folkmoot.store import BlobStore, LocalStore, cid
from folkmoot.store.copies import Copies
from folkmoot.task_blobs import LARGE, stored_limit
from folkmoot.worker.background import Background
from folkmoot.worker.reporting import Reporter
from folkmoot.worker.view import View

CHECK_S = 5.0  # between two looks at the store
MIB = 20  # bits

_READING = {Phase.COMMITTING, Phase.REVEALING, Phase.SETTLING, Phase.AGGREGATING}


def open_copies(folder: Path, store: BlobStore, descriptor: Descriptor, reporter: Reporter) -> Copies:
    """Copies of a task's blobs in this folder. Large ones that come are shown. Raises `StoreError`."""
    size = max_blob_size(descriptor.spec)

    def show(done: int) -> None:
        if size >= LARGE:
            reporter.progress("fetching a blob, MiB", min(done, size) >> MIB, size >> MIB)

    return Copies(LocalStore(folder), store, limit=stored_limit(descriptor), watch=show)


def start_restoring(copies: Copies, reporter: Reporter, stack: ExitStack) -> Callable[[View], None]:
    """Restore beside the rounds what the members need, and report a store that fails.

    What is returned is to be told each view.
    """
    needed: tuple[bytes, ...] = ()

    def restore() -> None:
        if fault := copies.fault():
            raise fault
        for pointer in copies.restore(needed):
            reporter.fact(f"published {cid(pointer)}: the store lacked it")

    def follow(view: View) -> None:
        nonlocal needed
        needed = tuple(others_need(view))

    stack.enter_context(Background("restoring", restore, reporter, CHECK_S))
    return follow


def others_need(view: View) -> Iterable[bytes]:
    """The pointers of what others may have to read as the task stands: each of them is published already."""
    if view.phase < Phase.FINISHED:
        yield view.model
    if (view.stalled or view.phase) in _READING:
        yield from (entry.pointer for entry in view.accepted or view.updates)
