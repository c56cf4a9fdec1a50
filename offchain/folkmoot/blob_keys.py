"""Whose keys encrypt a task's blobs, and which keys open what a member reads.

The chain says who the recipients are: of a model those that took part when the round before it was settled, of an
update those that take part in its round, or the round's seats alone. The descriptor's observers always are.
"""

# ruff: noqa: A002 - "round" is a word of the protocol

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cached_property, partial
from hashlib import sha256
from itertools import chain
from typing import NamedTuple, Self

from eth_account.signers.local import LocalAccount

from folkmoot.chain import Deployment, Recipients, TaskContract, address_of, agree, public_key
from folkmoot.chain.recipients import Past, PublicKeys
from folkmoot.encryption import Context, Encrypted, Header, Identity, Kind, Share, decrypt, unwrap, wrap
from folkmoot.encryption.envelope import Bytes
from folkmoot.errors import KeyMissing, MalformedBlob
from folkmoot.learning import BlobMeta, Descriptor, ExpectedMeta
from folkmoot.shared_keys import SharedKeys
from folkmoot.store import BlobStore

ZERO_ADDRESS = "0x" + "0" * 40

_REMEMBERED = 2_000  # blobs whose keys are kept in memory: those of the largest round, and more


class FirstReaders(NamedTuple):
    """Who can read a task's first model, who proposes it, and where: public keys (64 bytes) by address."""

    chain_id: int
    federation: str
    proposer: str
    public_keys: PublicKeys


def encrypt_first_model(content: Iterable[Bytes], descriptor: Descriptor, readers: FirstReaders) -> Encrypted:
    """Model 0, made before the task has an address and participants."""
    task = _first_task(readers.federation, readers.proposer, descriptor)
    context = Context(chain_id=readers.chain_id, task=task, round=0, kind=Kind.MODEL)
    return Encrypted(content, context, {**observers_of(descriptor), **readers.public_keys})


def _first_task(federation: str, proposer: str, descriptor: Descriptor) -> str:
    """What stands for the task's address in the envelope of model 0: nobody else can make it another task's model."""
    digest = sha256(bytes.fromhex(federation[2:]) + bytes.fromhex(proposer[2:]) + descriptor.to_bytes()).hexdigest()
    return f"0x{digest[:40]}"


def observers_of(descriptor: Descriptor) -> PublicKeys:
    """Who is no member and reads all blobs of a task."""
    keys = map(bytes.fromhex, descriptor.observers)
    return {address_of(key): key for key in keys}


def identity_of(account: LocalAccount) -> Identity:
    """What an account reads encrypted blobs with."""
    return Identity(address=account.address, public_key=public_key(account), agree=partial(agree, account))


class Opened(NamedTuple):
    """A blob that was read: what its entries depend on, the key of its content and, of a model, whom it is for."""

    bound: bytes
    key: bytes
    readers: frozenset[str]  # in lower-case hex, whose entries are right


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
        past: Past | None = None,
    ) -> Self | None:
        """The keys of a task for an account; None if its blobs are not encrypted. `past` is as `Recipients` has it."""
        if not descriptor.encrypted:
            return None
        return cls(
            store,
            descriptor,
            Recipients(task.client, record.federation, task.address, from_block=record.first_block, past=past),
            chain_id=record.chain_id,
            federation=record.federation,
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
        federation: str,
        proposer: str,
        identity: Callable[[], Identity],
    ) -> None:
        self._descriptor, self._recipients, self._identify = descriptor, recipients, identity
        self._chain_id, self._first_task = chain_id, _first_task(federation, proposer, descriptor)
        self._observers = observers_of(descriptor)
        self._shared = SharedKeys(store, recipients, {*self._observers, proposer})
        self._opened: dict[bytes, Opened] = {}

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
            readers = frozenset[str]()
            if header.context.kind == Kind.MODEL:
                known = {**self._observers, **self._recipients.now()}
                readers = frozenset(account.lower() for account in known if self._is_right(header, key, account, known))
            elif pointer not in self._opened:
                self._check_entries(header, key, meta.author or "")
            self._opened[pointer] = Opened(header.bound, key, readers)
            for old in list(self._opened)[:-_REMEMBERED]:
                del self._opened[old]

        return decrypt(pieces, keys, opened)

    def _context(self, meta: BlobMeta | ExpectedMeta) -> Context:
        kind = Kind.MODEL if meta.author == meta.task else Kind.UPDATE
        task = self._first_task if meta.task == ZERO_ADDRESS else meta.task or ""
        return Context(chain_id=self._chain_id, task=task, round=meta.round or 0, kind=kind)

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
        """That whoever has to be able to read an update has an entry; its own author need not be told."""
        if author == self._identity.address.lower():
            return
        at = self._recipients.submitted_at(header.context.round, author)
        for account in (*self._observers, *self._readers_of_updates(header.context.round, at)):
            if account.lower() not in header.entries:
                raise MalformedBlob(f"it is not encrypted for {account}, who has to be able to read it")

    def _check_entries(self, header: Header, key: bytes, author: str) -> None:
        """Whoever can read an update can see whether the round's seats can, too, and whether strangers can."""
        if author == self._identity.address.lower():
            return
        round = header.context.round  # noqa: A001
        at = self._recipients.submitted_at(round, author)
        members = {**self._recipients.members_until(at), **self._observers}
        known = {account.lower() for account in members}
        for account in header.entries:
            if account not in known:
                raise MalformedBlob(f"it is encrypted for {account}, which was no member then and is no observer")
        for account in self._recipients.of_updates(round, at=at).seats:
            if not self._is_right(header, key, account, members):
                raise MalformedBlob(f"its key for {account} is wrong, so that {account} cannot read it")

    def _is_right(self, header: Header, key: bytes, account: str, known: PublicKeys) -> bool:
        return header.entries.get(account.lower()) == wrap(key, account, known[account], header.bound)

    def _keys(self, header: Header, pointer: bytes) -> Iterator[bytes]:
        reader = self._identity
        entry = header.entries.get(reader.address.lower())
        handed_on = self._shared.entries(pointer, reader.address)  # which are looked for only if they are needed
        for candidate in chain([entry] if entry else [], handed_on):
            if key := unwrap(candidate, reader, header.bound):
                yield key
        if entry:
            raise MalformedBlob(f"its key for {reader.address} is wrong")
        hint = "it is for members that took part in its round, or for the round's seats alone"
        if header.context.kind == Kind.MODEL:
            by = f"by one that can read it: folkmoot model share {header.context.round}"
            hint = f"members that take part are handed its key by the others' workers, or {by}"
        raise KeyMissing(f"it is encrypted, and {reader.address} has no key for it", hint)

    # ------------------------------------------------------------------ handing on

    def lacking_model(self, pointer: bytes) -> PublicKeys:
        """Who takes part and cannot read a model by its envelope, or as far as the chain tells without its key."""
        self._recipients.read_on()
        now, opened = self._recipients.now(), self._opened.get(pointer)
        if opened:
            return {account: key for account, key in now.items() if account.lower() not in opened.readers}
        number = self._recipients.model_number(pointer)
        able = self._recipients.of_model(number) if number else {}
        return {account: key for account, key in now.items() if account not in able}

    def may_lack_updates(self, round: int, accounts: Collection[str]) -> list[str]:
        """Who of some accounts cannot read all updates of a round: nobody, but for those that came into it later."""
        able = {*self._observers, *self._readers_of_updates(round)}
        return [account for account in accounts if account not in able]

    def lacking_update(self, round: int, author: str, accounts: Collection[str]) -> PublicKeys:
        """Who of some accounts takes part and cannot read an update."""
        at = self._recipients.submitted_at(round, author)
        able = {*self._observers, *self._readers_of_updates(round, at), author}
        return {account: key for account, key in self._recipients.now().items() if account in {*accounts} - able}

    def due(self, pointer: bytes, accounts: PublicKeys) -> list[Share]:
        """The key of a blob for accounts that nobody has given it yet; none if the blob was not read yet."""
        opened = self._opened.get(pointer)
        if opened is None or not accounts:
            return []
        wrapped = (wrap(opened.key, account, key, opened.bound) for account, key in accounts.items())
        handed_on = set(self._shared.all())
        return [share for entry in wrapped if (share := Share(pointer, entry)) not in handed_on]

    def is_known(self, pointer: bytes) -> bool:
        """Whether a blob was read, so that its key is known."""
        return pointer in self._opened
