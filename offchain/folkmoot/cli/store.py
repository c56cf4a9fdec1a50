"""`store`: what the blob store has of a task, holding it and letting go of it."""

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer

from folkmoot.chain import phase_at
from folkmoot.cli.asking import ask
from folkmoot.cli.command import command, group
from folkmoot.cli.model import Number, model_pointer
from folkmoot.cli.session import Session
from folkmoot.cli.tables import Grid, table
from folkmoot.encryption import MAX_SHARES
from folkmoot.errors import BlobCorrupt, BlobFault, BlobMissing, BlobTooLarge, FolkmootError, StoreError
from folkmoot.exit_codes import FAILED
from folkmoot.plurals import agreeing, counted
from folkmoot.store import BlobStore, cid
from folkmoot.task_blobs import stored_limit
from folkmoot.task_record import Stand, TaskRecord

app = group("store", "Your blob store: what it has, what it keeps, and the nodes of the other members.")

INTACT, MISSING, CORRUPT = "intact", "missing", "corrupt"
_UNITS = ("bytes", "kB", "MB", "GB", "TB")
_STEP = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A blob as the chain names it: a model by its number, an update by its round and author.

    What does not count may be missing: nobody needs it, or nobody can say whether it ever was.
    """

    kind: str
    number: int | None = None
    author: str | None = None
    pointer: bytes
    counts: bool = True

    def document(self, **more: Any) -> dict[str, Any]:
        """For machines."""
        about = {"kind": self.kind, "number": self.number, "author": self.author, "counts": self.counts}
        return about | {"pointer": self.pointer, "cid": cid(self.pointer)} | more

    def row(self, *more: object) -> tuple[object, ...]:
        """For people."""
        kind = self.kind if self.counts or self.kind != "update" else "update, not accepted"
        return (*more, kind, self.number, self.author, cid(self.pointer))


_COLUMNS = ("what", "model or round", "author", "CID")


@command(app)
def verify(session: Session) -> None:
    """Read every blob of the task that the chain names, and say what is missing or corrupt.

    Exit code 1 if that is a blob that counts: the descriptor, a model or an accepted update.
    """
    record, limit = task_record(session), _limit(session)
    blobs = [entry for entry in entries(record) if entry.kind != "attested"]
    found = [
        (entry, _state(session.store, entry.pointer, limit)) for entry in session.output.each("reading blob", blobs)
    ]
    wrong = [(entry, state) for entry, state in found if state != INTACT]
    lost, intact = [entry for entry, _ in wrong if entry.counts], len(found) - len(wrong)
    session.output.show(
        {
            "blobs": [entry.document(state=state) for entry, state in found],
            **{state: sum(s == state for _, s in found) for state in (INTACT, MISSING, CORRUPT)},
            "complete": not lost,
        },
        f"{intact} of {counted(len(found), 'blob')} {agreeing(intact, 'is', 'are')} intact, and {_verdict(len(lost))}",
        *_table("Missing or corrupt", ("", *_COLUMNS), (entry.row(state) for entry, state in wrong)),
    )
    if lost:
        raise typer.Exit(FAILED)


@command(app)
def pin(session: Session, number: Number = None) -> None:
    """Hold a model in your own store, or without a number all that counts: descriptor, models and accepted updates.

    What your store lacks is fetched from the others. Exit code 1 if something cannot be had.
    """
    record, limit = task_record(session), _limit(session)
    wanted = {entry.pointer: entry for entry in entries(record) if entry.pointer in record.counting}
    if number is not None:
        _, pointer = model_pointer(session.task, session.task.parameters(), number)
        wanted = {pointer: wanted[pointer]}
    lost: list[tuple[Entry, StoreError]] = []
    for pointer, entry in session.output.each("holding blob", wanted.items()):
        try:
            session.store.pin(pointer, limit=limit)
        except BlobFault as error:
            lost.append((entry, error))
    session.output.show(
        {"held": len(wanted) - len(lost), "lost": [entry.document(reason=fault.message) for entry, fault in lost]},
        f"{session.config.store[0]} holds {len(wanted) - len(lost)} of {counted(len(wanted), 'blob')}",
        *_table("Not to be had", _COLUMNS, (entry.row() for entry, _ in lost)),
    )
    if any(entry.counts for entry, _ in lost):
        raise typer.Exit(FAILED)


@command(app)
def prune(
    session: Session,
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only show what would be removed.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask for confirmation.")] = False,
) -> None:
    """Let go of the task's blobs in your own store that the setting `keep` does not hold.

    With "all" these are updates that were not accepted and models that were not agreed, of earlier rounds. With
    "latest" they are all older models and updates, too.
    """
    store, record, place = session.store, task_record(session), session.config.store[0]
    spared = record.kept(session.config.keep, _stand(session)) | _of_other_tasks(session)
    held = set(store.held())
    going = {entry.pointer: entry for entry in entries(record) if entry.pointer in held - spared}
    document = {"removed": [] if dry_run else [*going], "would_remove": [*going] if dry_run else []}
    rows = _table("To be removed", _COLUMNS, (entry.row() for entry in going.values()))
    number = counted(len(going), "blob")
    if not going:
        session.output.show(document, "there is nothing to remove")
        return
    if dry_run:
        session.output.show(document, *rows, f"{number} would be removed from {place}")
        return
    if store.is_shared and not yes:
        session.output.announce(*rows)
        others = "Members who read there may need them; a core member has to have copies"
        if not ask(f"Remove {number} from {place}? {others}."):
            raise typer.Exit(FAILED)
    for pointer in session.output.each("removing blob", going):
        store.remove(pointer)
    with session.output.working("removing what belongs to nothing any more"):
        store.collect()
    session.output.show(document, f"removed {number} from {place}")


@command(app)
def usage(session: Session) -> None:
    """Show how much your own store holds, and how much of it is this task's."""
    place, named = session.config.store[0], None
    if isinstance(place, Path) and not place.exists():
        hint = "the first blob that is written there makes it; see that it is the folder you mean"
        raise StoreError(f"there is no blob store {place} yet", hint)
    found, held = session.store.usage(), set(session.store.held())
    with suppress(FolkmootError):  # a store has a size without a chain
        named = len(held & {*task_record(session)})
    session.output.show(
        {"store": str(place), "blobs": found.blobs, "bytes": found.size, "of_task": named, "keep": session.config.keep},
        f'{place} holds {counted(found.blobs, "blob")}, {size(found.size)}; keep = "{session.config.keep}"',
        *([] if named is None else [f"task {session.config.task} has {named} of them"]),
    )


def task_record(session: Session) -> TaskRecord:
    """What the chain names for the session's task."""
    return TaskRecord.of(session.task.parameters(), session.events(session.task.address))


def entries(record: TaskRecord) -> list[Entry]:
    """Each blob of a task, the descriptor first, then models and updates in order, then what was only attested."""
    agreed = {record.descriptor, *record.models.values()}
    return [
        Entry(kind="descriptor", pointer=record.descriptor),
        *(Entry(kind="keys", pointer=found, counts=False) for found in record.keys),
        *(Entry(kind="model", number=number, pointer=found) for number, found in record.models.items()),
        *(
            Entry(kind="update", number=u.round, author=u.author, pointer=u.pointer, counts=u.counts)
            for u in record.updates.values()
        ),
        *(
            Entry(kind="attested", number=a.round, author=a.author, pointer=a.pointer, counts=False)
            for a in record.attested
            if a.pointer not in agreed
        ),
    ]


def size(count: int) -> str:
    """A number of bytes in words: "3.1 MB"."""
    if count < _STEP:
        return counted(count, "byte")
    power = min(len(_UNITS) - 1, (len(str(count)) - 1) // 3)
    return f"{count / _STEP**power:.1f} {_UNITS[power]}"


def _limit(session: Session) -> int:
    return max(MAX_SHARES, stored_limit(session.descriptor(session.task.parameters())))


def _stand(session: Session) -> Stand:
    running, now = session.task.round(), session.client.now()
    phase = phase_at(running, session.task.parameters(), time=now, block=session.client.head().number)
    return Stand.of(running.number, phase)


def _of_other_tasks(session: Session) -> set[bytes]:
    """What other tasks begin with: two may have the same descriptor or first model."""
    others = (proposal.parameters for proposal in session.proposals if proposal.task != session.task.address)
    return {pointer for parameters in others for pointer in (parameters.descriptor, parameters.model)}


def _state(store: BlobStore, pointer: bytes, limit: int) -> str:
    if store.has(pointer, limit=limit):
        return INTACT
    try:
        store.read(pointer, limit=limit, consume=lambda _: None)
    except BlobMissing:
        return MISSING
    except (BlobCorrupt, BlobTooLarge):
        return CORRUPT
    return INTACT


def _verdict(lost: int) -> str:
    if not lost:
        return "none that counts for the record is lost"
    return f"{lost} that {agreeing(lost, 'counts', 'count')} for the record {agreeing(lost, 'is', 'are')} not"


def _table(title: str, columns: Iterable[str], rows: Iterable[Iterable[object]]) -> list[Grid]:
    """No table where there are no rows."""
    found = list(rows)
    return [table(title, columns, found)] if found else []
