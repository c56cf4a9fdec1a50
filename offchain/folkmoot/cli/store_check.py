"""The doctor's check of the stores: each of the list is looked at by itself, whatever the others would make up for."""

from contextlib import suppress
from pathlib import Path
from secrets import token_bytes

from folkmoot.cli.examination import Finding, State
from folkmoot.cli.session import Session
from folkmoot.errors import FolkmootError, StoreError
from folkmoot.store import Place, open_store, pointer
from folkmoot.store.blobs import KeepingStore

PROBE = 4_096  # bytes: a full disk takes an empty blob


def store(session: Session) -> Finding:
    """Blobs can be written to the first store and read from it, and the others answer, too."""
    first, *others = session.config.store
    absent = _absent(first)
    if absent and _is_first(session):
        hint = "the first proposal makes it; all members share it"
        return Finding(State.DOUBT, f"there is no blob store {first} yet", hint)
    if absent:
        raise absent
    own, *further = (open_store([place]) for place in session.config.store)
    _write_and_read(own)
    if faults := [fault for place, other in zip(others, further, strict=True) if (fault := _fault(place, other))]:
        said = ", and ".join(fault.message for fault in faults)
        return Finding(State.DOUBT, f"{first} can be read and written, but {said}", faults[0].hint)
    read = (f"{other} is read, too" for other in others)
    return Finding(State.FINE, " and ".join([f"{first} can be read and written", *read]))


def _write_and_read(own: KeepingStore) -> None:
    """Bytes that nobody has yet, and let go of them where that is allowed."""
    name = own.put(token_bytes(PROBE))
    try:
        own.get(name, limit=PROBE)
    finally:
        with suppress(StoreError):
            own.remove(name)


def _fault(place: Place, other: KeepingStore) -> StoreError | None:
    """Why a store cannot be read."""
    try:
        other.has(pointer(b""), limit=0)
    except StoreError as error:
        return error
    return _absent(place)


def _absent(place: Place) -> StoreError | None:
    """That a folder is not there."""
    if isinstance(place, Path) and not place.is_dir():
        return StoreError(f"there is no blob store {place}", "set `store` to the folder that the members share")
    return None


def _is_first(session: Session) -> bool:
    """Whether no task was proposed yet, as far as a chain answers."""
    with suppress(FolkmootError):
        return not session.federation.task_count()
    return False
