"""Who can read a task's models and updates, for the commands that propose, show and read them."""

from collections.abc import Iterable, Sequence
from functools import partial

from folkmoot.blob_keys import BlobKeys, FirstReaders, identity_of
from folkmoot.chain import Event, Parameters, Recipients, decode_logs
from folkmoot.cli.session import Session
from folkmoot.errors import FolkmootError
from folkmoot.learning import Descriptor
from folkmoot.plurals import counted
from folkmoot.task_blobs import TaskBlobs

LOCAL_CHAIN = 31_337
"""The chain id of Anvil and of other local test networks, on which nothing is encrypted unless the task says so."""


def task_blobs(session: Session, parameters: Parameters, keys: BlobKeys | None = None) -> TaskBlobs:
    """The blobs of the session's task. Raises `StoreError` if its descriptor is not in the store."""
    store, task, descriptor = session.store, session.task, session.descriptor(parameters)
    keys = keys or blob_keys(session, descriptor)
    return TaskBlobs(store, descriptor, task=task.address, first_model=parameters.model, keys=keys)


def blob_keys(session: Session, descriptor: Descriptor) -> BlobKeys | None:
    """What the session's account reads the blobs of its task with; None if they are not encrypted."""
    record, store, task = session.record, session.store, session.task
    past = partial(_past, session, [record.federation, task.address])
    return BlobKeys.of(store, descriptor, task=task, record=record, account=lambda: session.account, past=past)


def _past(session: Session, contracts: Sequence[str], first: int, last: int) -> Iterable[Event]:
    return decode_logs(session.logs(*contracts, from_block=first, to_block=last))


def first_readers(session: Session) -> FirstReaders:
    """Who can read the first model of a task that the session's account proposes: the members, and itself."""
    address, first = session.federation.address, session.record.first_block
    members = Recipients(session.client, address, None, from_block=first, past=partial(_past, session, [address]))
    members.read_on()
    own = identity_of(session.account)
    readers = {**members.now(), own.address: own.public_key}
    return FirstReaders(session.client.chain_id, address, own.address, readers)


def first_readers_note(readers: FirstReaders | None) -> list[str]:
    """What to know where no member can read an encrypted task's first model but its proposer."""
    if readers is None or readers.public_keys.keys() - {readers.proposer}:
        return []
    by = "once they have enrolled, hand it on to them by: folkmoot model share"
    return [f"note: there are no other members yet who could read its first model; {by}"]


def left_out(descriptor: Descriptor | FolkmootError, *what: str) -> list[str]:
    """What an answer leaves out because a task's descriptor cannot be read, as lines for a person."""
    if isinstance(descriptor, Descriptor):
        return []
    return [f"The task's descriptor cannot be read: {descriptor}.", f"Left out: {', '.join(what)}."]


def readable_by(descriptor: Descriptor) -> str:
    """Who can read a task's models and updates, in words."""
    if not descriptor.encrypted:
        return "in the clear, for whoever can read the store"
    observers = len(descriptor.observers)
    others = f" and {counted(observers, 'observer')}" if observers else ""
    updates = "; updates for the round's seats alone" if descriptor.updates_for == "seats" else ""
    return f"encrypted, for the members that take part{others}{updates}"
