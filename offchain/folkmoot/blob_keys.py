"""Whose keys encrypt a task's blobs, and which keys open what a member reads.

The chain says who the recipients are: of a model those that took part when the round before it was settled, of an
update those that take part in its round, or the round's seats alone. The descriptor's observers always are.
"""

# ruff: noqa: A002 - "round" is a word of the protocol

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import cached_property, partial
from typing import NamedTuple, Self

from eth_account.signers.local import LocalAccount

from folkmoot.chain import Deployment, Recipients, Seat, TaskContract, address_of, agree, public_key
from folkmoot.chain.recipients import PublicKeys
from folkmoot.encryption import (
    MAX_SHARES,
    Context,
    Encrypted,
    Header,
    Identity,
    Kind,
    Share,
    decrypt,
    read_shares,
    unwrap,
    wrap,
)
from folkmoot.encryption.envelope import Bytes
from folkmoot.errors import KeyMissing, MalformedBlob, StoreError
from folkmoot.learning import BlobMeta, Descriptor, ExpectedMeta
from folkmoot.store import BlobStore

ZERO_ADDRESS = "0x" + "0" * 40

_REMEMBERED = 256  # blobs whose keys are kept in memory


class FirstReaders(NamedTuple):
    """Who can read a task's first model, on which chain: public keys (64 bytes) by address."""

    chain_id: int
    public_keys: PublicKeys


def encrypt_first_model(content: Iterable[Bytes], descriptor: Descriptor, readers: FirstReaders) -> Encrypted:
    """Model 0, made before the task has an address and participants."""
    context = Context(chain_id=readers.chain_id, task=ZERO_ADDRESS, round=0, kind=Kind.MODEL)
    return Encrypted(content, context, {**observers_of(descriptor), **readers.public_keys})


def observers_of(descriptor: Descriptor) -> PublicKeys:
    """Who is no member and reads all blobs of a task."""
    keys = map(bytes.fromhex, descriptor.observers)
    return {address_of(key): key for key in keys}


def identity_of(account: LocalAccount) -> Identity:
    """What an account reads encrypted blobs with."""
    return Identity(address=account.address, public_key=public_key(account), agree=partial(agree, account))


class Opened(NamedTuple):
    """A blob that was read: its header and the key of its content."""

    header: Header
    key: bytes


class BlobKeys:
    """The keys of one task's blobs for one reader, whose `identity` is asked for when a key is needed first."""

    @classmethod
    def of(
        cls,
        store: BlobStore,
        descriptor: Descriptor,
        *,
        task: TaskContract,
        record: Deployment,
        account: Callable[[], LocalAccount],
    ) -> Self | None:
        """The keys of a task for an account; None if the task's blobs are not encrypted."""
        if not descriptor.encrypted:
            return None
        recipients = Recipients(task.client, record.federation, task.address, from_block=record.block_number)
        return cls(
            store,
            descriptor,
            recipients,
            chain_id=record.chain_id,
            proposer=task.proposer(),
            identity=lambda: identity_of(account()),
        )

    def __init__(
        self,
        store: BlobStore,
        descriptor: Descriptor,
        recipients: Recipients,
        *,
        chain_id: int,
        proposer: str,
        identity: Callable[[], Identity],
    ) -> None:
        self._store, self._descriptor, self._recipients = store, descriptor, recipients
        self._observers = observers_of(descriptor)
        self._chain_id, self._proposer, self._identify = chain_id, proposer, identity
        self._opened: dict[bytes, Opened] = {}
        self._shares: dict[bytes, list[Share]] = {}  # by the pointers of the blobs that hand them on

    @cached_property
    def _identity(self) -> Identity:
        return self._identify()

    # ---------------------------------------------------------- writing and reading

    def encrypt(self, content: Iterable[Bytes], meta: BlobMeta) -> Encrypted:
        """A model or update for all who may read it, its author among them. Raises `ConnectionFailed`."""
        self._recipients.read_on()
        context = self._context(meta)
        readers = dict(self._observers)
        if context.kind == Kind.MODEL:
            readers |= self._recipients.of_model(meta.round)
        else:
            readers |= self._readers_of_updates(meta.round)
            readers[self._identity.address] = self._identity.public_key
        return Encrypted(content, context, readers)

    def decrypt(self, pieces: Iterator[Bytes], pointer: bytes, meta: BlobMeta | ExpectedMeta) -> Iterator[bytes]:
        """The content of a blob. Raises what `encryption.decrypt` does, also if it is not for whom it has to be."""

        def keys(header: Header) -> Iterable[bytes]:
            self._check_context(header.context, meta)
            self._recipients.read_on()
            if header.context.kind == Kind.UPDATE:
                self._check_recipients(header, meta.author or "")
            return self._keys(header, pointer)

        def opened(header: Header, key: bytes) -> None:
            if header.context.kind == Kind.UPDATE:
                self._check_entries(header, key)
            self._opened[pointer] = Opened(header, key)
            for old in list(self._opened)[:-_REMEMBERED]:
                del self._opened[old]

        return decrypt(pieces, keys, opened)

    def _context(self, meta: BlobMeta | ExpectedMeta) -> Context:
        kind = Kind.MODEL if meta.author == meta.task else Kind.UPDATE
        return Context(chain_id=self._chain_id, task=meta.task or "", round=meta.round or 0, kind=kind)

    def _check_context(self, found: Context, meta: BlobMeta | ExpectedMeta) -> None:
        expected = self._context(meta)
        for name in ("kind", "chain_id", "task", "round"):
            have, want = getattr(found, name), getattr(expected, name)
            if have != want and not (name == "round" and meta.round is None):
                raise MalformedBlob(f"its envelope says {name.replace('_', ' ')} {have}, expected {want}")

    def _readers_of_updates(self, round: int, at: int | None = None) -> PublicKeys:
        readers = self._recipients.of_updates(round, at=at)
        return readers.seats if self._descriptor.updates_for == "seats" else readers.participants

    def _check_recipients(self, header: Header, author: str) -> None:
        at = self._recipients.submitted_at(header.context.round, author)
        due = {**self._observers, **self._readers_of_updates(header.context.round, at)}
        for account in due:
            if account.lower() not in header.entries:
                raise MalformedBlob(f"it is not encrypted for {account}, who has to be able to read it")

    def _check_entries(self, header: Header, key: bytes) -> None:
        """Whoever can read a blob can see whether all others can."""
        known = {account.lower(): own for account, own in {**self._public_keys(), **self._observers}.items()}
        for account, entry in header.entries.items():
            if account not in known:
                raise MalformedBlob(f"it is encrypted for {account}, which is no member and no observer")
            if wrap(key, account, known[account], header.bound) != entry:
                raise MalformedBlob(f"its key for {account} is wrong, so that {account} cannot read it")

    def _public_keys(self) -> PublicKeys:
        return {self._identity.address: self._identity.public_key, **self._recipients.public_keys()}

    def _keys(self, header: Header, pointer: bytes) -> Iterator[bytes]:
        reader = self._identity
        entry = header.entries.get(reader.address.lower())
        if entry is None:
            yield from self._handed_on(header, pointer)
            hint = "who takes part in the task is handed its key by a member with a seat: enrol, and wait for it"
            raise KeyMissing(f"it is encrypted, and {reader.address} has no key for it", hint)
        key = unwrap(entry, reader, header.bound)
        if key is None:
            raise MalformedBlob(f"its key for {reader.address} is wrong")
        yield key
        raise MalformedBlob("its content is not what its key encrypts")

    # ------------------------------------------------------------------ handing on

    def lacking(self, model: bytes) -> PublicKeys:
        """Who takes part and, as far as the chain tells, cannot read the model under a pointer."""
        self._recipients.read_on()
        number = self._recipients.model_number(model)
        able = self._recipients.of_model(number) if number else {}
        return {account: key for account, key in self._recipients.now().items() if account not in able}

    def of_seats(self, seats: Iterable[Seat]) -> PublicKeys:
        """The public keys of those who hold seats and take part."""
        now = self._recipients.now()
        return {seat.account: now[seat.account] for seat in seats if seat.account in now}

    def due(self, pointer: bytes, accounts: PublicKeys) -> list[Share]:
        """The key of a blob for those accounts that have not been given it; none if the blob was not read yet."""
        opened = self._opened.get(pointer)
        if opened is None:
            return []
        lacking = {account: key for account, key in accounts.items() if account.lower() not in opened.header.entries}
        wrapped = (wrap(opened.key, account, key, opened.header.bound) for account, key in lacking.items())
        handed_on = set(self._all_shares()) if lacking else set()
        return [share for entry in wrapped if (share := Share(pointer, entry)) not in handed_on]

    def is_known(self, pointer: bytes) -> bool:
        """Whether a blob was read, so that its key is known."""
        return pointer in self._opened

    def _handed_on(self, header: Header, pointer: bytes) -> Iterator[bytes]:
        reader = self._identity
        for share in self._all_shares():
            if share.pointer == pointer and share.recipient == reader.address.lower():
                key = unwrap(share.entry, reader, header.bound)
                if key is not None:
                    yield key

    def _all_shares(self) -> Iterator[Share]:
        trusted = {*self._public_keys(), *self._observers, self._proposer}
        for account, pointer in self._recipients.shares():
            if account not in trusted:
                continue  # an outsider, who could have us fetch whatever it likes
            if pointer not in self._shares:
                with suppress(StoreError):  # who handed them on has to publish them
                    self._shares[pointer] = self._read_shares(pointer)
            yield from self._shares.get(pointer, ())

    def _read_shares(self, pointer: bytes) -> list[Share]:
        data = self._store.get(pointer, limit=MAX_SHARES)
        try:
            return read_shares(data)
        except MalformedBlob:
            return []
