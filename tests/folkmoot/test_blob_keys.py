"""Whose keys encrypt what, and what opens to whom."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from eth_account.signers.local import LocalAccount

from folkmoot.blob_keys import BlobKeys, FirstReaders, encrypt_first_model, identity_of, observers_of
from folkmoot.chain import public_key
from folkmoot.chain.events.federation import MemberAdmitted, MembershipApplied
from folkmoot.chain.events.rounds import ModelBlockWritten, UpdateSubmitted
from folkmoot.chain.events.tasks import KeysShared, MemberEnrolled
from folkmoot.encryption import Context, Encrypted, Kind, Share, write_shares
from folkmoot.errors import ConnectionFailed, KeyMissing, MalformedBlob
from folkmoot.learning import BlobMeta, Descriptor, ExpectedMeta
from folkmoot.shared_keys import PER_ACCOUNT
from folkmoot.store import MemoryStore
from tests.support.readers import (
    CHAIN,
    ENROLLED,
    FEDERATION,
    FOUNDED,
    KEYS,
    OPENED,
    PEOPLE,
    TASK,
    A,
    B,
    C,
    D,
    Past,
    recipients,
    settled,
)

CONTENT = b"the tensors of a model"
MODEL = BlobMeta(task=TASK, round=1, author=TASK, parent=bytes(32))
UPDATE = BlobMeta(task=TASK, round=0, author=C.lower(), parent=bytes(32))
SOME_MODEL = ExpectedMeta(task=TASK, author=TASK)
BLOB = b"\x0b" * 32
RUNNING: Past = [*FOUNDED, *ENROLLED, OPENED, (5, UpdateSubmitted(0, C, 0, BLOB, 1)), settled(6)]
A_, B_, C_, D_, E_, F_ = PEOPLE


@pytest.fixture
def secret(descriptor: Descriptor) -> Descriptor:
    """Of an encrypted task with an observer."""
    return replace(descriptor, encrypted=True, observers=(public_key(F_).hex(),))


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


class Keys:
    """Makes the keys of different accounts for one past."""

    def __init__(self, store: MemoryStore, descriptor: Descriptor) -> None:
        self.store, self.descriptor = store, descriptor

    def of(self, account: LocalAccount, past: Past = RUNNING, **changes: object) -> BlobKeys:
        descriptor = replace(self.descriptor, **changes)  # type: ignore[arg-type]
        return BlobKeys(
            self.store,
            descriptor,
            recipients(past),
            chain_id=CHAIN,
            federation=FEDERATION,
            proposer=D,
            identity=lambda: identity_of(account),
        )

    def opens(self, account: LocalAccount, blob: bytes, meta: BlobMeta | ExpectedMeta, past: Past = RUNNING) -> bytes:
        return b"".join(self.of(account, past).decrypt(iter([blob]), BLOB, meta))


@pytest.fixture
def keys(store: MemoryStore, secret: Descriptor) -> Keys:
    return Keys(store, secret)


@pytest.fixture
def update(keys: Keys) -> bytes:
    return b"".join(keys.of(C_).encrypt([CONTENT], UPDATE))


@pytest.fixture
def model(keys: Keys) -> bytes:
    return b"".join(keys.of(A_).encrypt([CONTENT], MODEL))


def test_a_model_is_for_who_took_part_and_for_observers(keys: Keys, model: bytes) -> None:
    for reader in (A_, B_, C_, F_):
        assert keys.opens(reader, model, SOME_MODEL) == CONTENT
    for reader in (D_, E_):  # a member that is not enrolled, and a stranger
        with pytest.raises(KeyMissing):
            keys.opens(reader, model, SOME_MODEL)


def test_who_lacks_a_key_is_told_who_gets_one(keys: Keys, model: bytes, update: bytes) -> None:
    by = f"by one that can read it: folkmoot model share {MODEL.round}"
    with pytest.raises(KeyMissing) as told:
        keys.opens(D_, model, SOME_MODEL)
    assert told.value.hint == f"members that take part are handed its key by the others' workers, or {by}"
    with pytest.raises(KeyMissing) as told:
        keys.opens(D_, update, UPDATE)
    assert told.value.hint == "it is for members that took part in its round, or for the round's seats alone"


def test_everybody_makes_the_same_model(keys: Keys, model: bytes) -> None:
    assert {b"".join(keys.of(reader).encrypt([CONTENT], MODEL)) for reader in (B_, C_, E_)} == {model}


def test_an_update_is_for_who_takes_part_in_its_round(keys: Keys, update: bytes) -> None:
    assert keys.opens(A_, update, UPDATE) == keys.opens(F_, update, UPDATE) == CONTENT
    with pytest.raises(KeyMissing):
        keys.opens(D_, update, UPDATE)


def test_or_for_seats_alone_and_its_author(keys: Keys) -> None:
    keys.descriptor = replace(keys.descriptor, updates_for="seats")
    blob = b"".join(keys.of(C_).encrypt([CONTENT], UPDATE))
    assert keys.opens(A_, blob, UPDATE) == keys.opens(C_, blob, UPDATE) == CONTENT  # the author has no seat
    past = [*FOUNDED, *ENROLLED, (3, MemberEnrolled(D, 4, 0)), *RUNNING[-3:]]
    with pytest.raises(KeyMissing):
        keys.opens(D_, blob, UPDATE, past)


def test_who_has_a_seat_cannot_be_left_out(keys: Keys) -> None:
    """Else an author could choose who judges it: whoever is left out would just abstain."""
    context = Context(chain_id=CHAIN, task=TASK, round=0, kind=Kind.UPDATE)
    readers = {account: KEYS[account] for account in (A, C)} | observers_of(keys.descriptor)
    chosen = b"".join(Encrypted([CONTENT], context, readers))
    with pytest.raises(MalformedBlob, match=f"not encrypted for {B}"):
        keys.opens(A_, chosen, UPDATE)
    without_observer = b"".join(Encrypted([CONTENT], context, {account: KEYS[account] for account in (A, B, C)}))
    with pytest.raises(MalformedBlob, match="not encrypted for"):
        keys.opens(A_, without_observer, UPDATE)


@pytest.mark.parametrize("wrong", [A, B])
def test_who_has_a_seat_cannot_be_given_a_wrong_key(keys: Keys, wrong: str) -> None:
    """Everybody sees it, not only who cannot open the update."""
    context = Context(chain_id=CHAIN, task=TASK, round=0, kind=Kind.UPDATE)
    readers = {account: KEYS[account] for account in (A, B, C)} | observers_of(keys.descriptor)
    forged = b"".join(Encrypted([CONTENT], context, readers | {wrong: KEYS[D]}))
    with pytest.raises(MalformedBlob, match="wrong"):
        keys.opens(A_, forged, UPDATE)


def test_nobody_else_can_be_a_reader_of_an_update(keys: Keys) -> None:
    context = Context(chain_id=CHAIN, task=TASK, round=0, kind=Kind.UPDATE)
    readers = {account: KEYS[account] for account in (A, B, C)} | observers_of(keys.descriptor)
    for_stranger = b"".join(Encrypted([CONTENT], context, readers | {E_.address: public_key(E_)}))
    with pytest.raises(MalformedBlob, match="no member then and is no observer"):
        keys.opens(A_, for_stranger, UPDATE)


@pytest.mark.parametrize(
    "expected",
    [
        replace(UPDATE, round=2),
        replace(UPDATE, task="0x" + "01" * 20),
        SOME_MODEL,
    ],
)
def test_an_envelope_of_something_else_is_malformed(
    keys: Keys, update: bytes, expected: BlobMeta | ExpectedMeta
) -> None:
    with pytest.raises(MalformedBlob, match="envelope says"):
        keys.opens(A_, update, expected)


def test_on_another_chain_it_is_malformed(keys: Keys, model: bytes, store: MemoryStore) -> None:
    other = BlobKeys(
        store,
        keys.descriptor,
        recipients(RUNNING),
        chain_id=8,
        federation=FEDERATION,
        proposer=D,
        identity=lambda: identity_of(A_),
    )
    with pytest.raises(MalformedBlob, match="chain id 7, expected 8"):
        b"".join(other.decrypt(iter([model]), BLOB, SOME_MODEL))


def test_the_first_model_is_for_whom_its_proposer_names(keys: Keys) -> None:
    readers = FirstReaders(CHAIN, FEDERATION, D, {D: KEYS[D]})
    blob = b"".join(encrypt_first_model([CONTENT], keys.descriptor, readers))
    zero = "0x" + "0" * 40
    first = BlobMeta(task=zero, round=0, author=zero, parent=bytes(32))
    assert keys.opens(D_, blob, first) == keys.opens(F_, blob, first) == CONTENT
    with pytest.raises(KeyMissing):
        keys.opens(A_, blob, first)


# ------------------------------------------------------------------ handing on


def known(keys: Keys, blob: bytes, past: Past) -> BlobKeys:
    """The keys of a member that has read the model."""
    mine = keys.of(A_, past)
    b"".join(mine.decrypt(iter([blob]), BLOB, SOME_MODEL))
    return mine


LATER: Past = [*RUNNING, (6, ModelBlockWritten(0, 1, BLOB)), (7, MemberEnrolled(D, 4, 1))]


def test_who_came_later_lacks_the_key_and_gets_it(keys: Keys, model: bytes, store: MemoryStore) -> None:
    mine = known(keys, model, LATER)
    assert mine.lacking_model(BLOB) == {D: KEYS[D]}
    shares = mine.due(BLOB, mine.lacking_model(BLOB))
    assert [share.recipient for share in shares] == [D.lower()]

    handed_on: Past = [*LATER, (8, KeysShared(A, store.put(write_shares(shares))))]
    assert keys.opens(D_, model, SOME_MODEL, handed_on) == CONTENT
    assert known(keys, model, handed_on).due(BLOB, {D: KEYS[D]}) == []  # nobody does it twice
    with pytest.raises(KeyMissing):
        keys.opens(E_, model, SOME_MODEL, handed_on)


def test_who_has_not_read_it_hands_nothing_on(keys: Keys) -> None:
    mine = keys.of(A_, LATER)
    assert not mine.is_known(BLOB)
    assert mine.due(BLOB, {D: KEYS[D]}) == []


def test_useless_shares_harm_nobody(keys: Keys, model: bytes, store: MemoryStore) -> None:
    mine = known(keys, model, LATER)
    shares = mine.due(BLOB, mine.lacking_model(BLOB))
    wrong = Share(BLOB, shares[0].entry[:-1] + bytes([shares[0].entry[-1] ^ 1]))
    useless = [write_shares([wrong]), write_shares([Share(bytes(32), shares[0].entry)]), b"no shares at all"]
    past: Past = [*LATER, *((8, KeysShared(B, store.put(data))) for data in useless), (8, KeysShared(C, b"\xee" * 32))]
    with pytest.raises(KeyMissing):
        keys.opens(D_, model, SOME_MODEL, past)
    assert known(keys, model, past).due(BLOB, {D: KEYS[D]}) == shares  # so that it still has to be done
    right: Past = [(8, KeysShared(B, store.put(write_shares(shares)))), *past]
    assert keys.opens(D_, model, SOME_MODEL, sorted(right, key=lambda item: item[0])) == CONTENT


def test_what_strangers_hand_on_is_not_even_fetched(keys: Keys, model: bytes, store: MemoryStore) -> None:
    mine = known(keys, model, LATER)
    pointer = store.put(write_shares(mine.due(BLOB, mine.lacking_model(BLOB))))
    with pytest.raises(KeyMissing):
        keys.opens(D_, model, SOME_MODEL, [*LATER, (8, KeysShared(E_.address, pointer))])


def test_who_cannot_read_an_update_is_told_by_the_chain(keys: Keys) -> None:
    mine = keys.of(A_, LATER, updates_for="seats")
    mine.lacking_model(BLOB)  # reads on
    assert mine.lacking_update(0, C, [A, D, E_.address]) == {D: KEYS[D]}
    assert mine.lacking_update(0, C, [A, B, C]) == {}


def test_a_wrong_entry_in_a_model_is_mended_by_who_can_read_it(keys: Keys, store: MemoryStore) -> None:
    """A proposer wraps another key for one of the members: the others hand it the right one."""
    readers = FirstReaders(CHAIN, FEDERATION, D, {A: KEYS[A], B: KEYS[C]})
    blob = b"".join(encrypt_first_model([CONTENT], keys.descriptor, readers))
    zero = "0x" + "0" * 40
    first = BlobMeta(task=zero, round=0, author=zero, parent=bytes(32))
    with pytest.raises(MalformedBlob, match=f"its key for {B} is wrong"):
        keys.opens(B_, blob, first)
    mine = keys.of(A_)
    b"".join(mine.decrypt(iter([blob]), BLOB, first))
    assert mine.lacking_model(BLOB).keys() == {B, C}
    shares = mine.due(BLOB, mine.lacking_model(BLOB))
    past: Past = [*RUNNING, (8, KeysShared(A, store.put(write_shares(shares))))]
    assert keys.opens(B_, blob, first, past) == keys.opens(C_, blob, first, past) == CONTENT


@pytest.mark.parametrize("other", [("0x" + "01" * 20, D), (FEDERATION, C)])
def test_model_0_of_another_task_is_malformed(keys: Keys, other: tuple[str, str]) -> None:
    """Else whoever proposes a task with an old pointer would be handed its key."""
    blob = b"".join(encrypt_first_model([CONTENT], keys.descriptor, FirstReaders(CHAIN, *other, {A: KEYS[A]})))
    zero = "0x" + "0" * 40
    with pytest.raises(MalformedBlob, match="envelope says task"):
        keys.opens(A_, blob, BlobMeta(task=zero, round=0, author=zero, parent=bytes(32)))


def test_who_applies_only_later_is_no_reader_for_anybody(keys: Keys) -> None:
    """Else judges who look early and late would differ."""
    context = Context(chain_id=CHAIN, task=TASK, round=0, kind=Kind.UPDATE)
    readers = {account: KEYS[account] for account in (A, B, C)} | observers_of(keys.descriptor)
    blob = b"".join(Encrypted([CONTENT], context, readers | {E_.address: public_key(E_)}))
    joined = (MembershipApplied(5, E_.address, public_key(E_), "", 0, 0), MemberAdmitted(5, E_.address, 0))
    for past in (RUNNING, [*RUNNING, (9, joined[0])], [*RUNNING, *((9, event) for event in joined)]):
        with pytest.raises(MalformedBlob, match="no member then"):
            keys.opens(A_, blob, UPDATE, past)


def test_an_update_that_the_node_does_not_know_of_is_waited_for(keys: Keys, update: bytes) -> None:
    with pytest.raises(ConnectionFailed, match="submitted an update"):
        keys.opens(A_, update, UPDATE, [*FOUNDED, *ENROLLED, OPENED])


def test_what_the_node_does_not_know_of_is_encrypted_for_nobody(keys: Keys) -> None:
    with pytest.raises(ConnectionFailed, match="was settled"):
        keys.of(A_, RUNNING[:-1]).encrypt([CONTENT], MODEL)
    with pytest.raises(ConnectionFailed, match="has opened"):
        keys.of(C_, [*FOUNDED, *ENROLLED]).encrypt([CONTENT], UPDATE)


def test_pieces_come_one_by_one(keys: Keys, model: bytes) -> None:
    given = 0

    def pieces() -> Iterator[bytes]:
        nonlocal given
        for byte in model:
            given += 1
            yield bytes([byte])

    opened = keys.of(A_).decrypt(pieces(), BLOB, SOME_MODEL)
    assert (next(opened), given) == (CONTENT, len(model))


# --------------------------------------------------- keys that nobody can have

SPAM: Past = [
    (5, KeysShared(A, bytes([number]) * 32)) for number in range(1, PER_ACCOUNT + 1)
]  # by one that takes part


class Network(MemoryStore):
    """Counts how often it looks for what nobody has, which takes a Kubo node `LOOKUP_S` each time."""

    looked = 0

    def get(self, pointer: bytes, *, limit: int) -> bytes:
        self.looked += 1
        return super().get(pointer, limit=limit)


def test_who_has_a_key_of_its_own_looks_for_no_other(keys: Keys, update: bytes, model: bytes) -> None:
    """A judge that looks for 16 blobs at each update misses its window, for which it is struck."""
    keys.store = network = Network()
    for blob, meta in ((update, UPDATE), (model, SOME_MODEL)):
        assert keys.opens(B_, blob, meta, [*RUNNING, *SPAM]) == CONTENT
    assert network.looked == 0
    with pytest.raises(KeyMissing):
        keys.opens(D_, update, UPDATE, [*RUNNING, *SPAM])
    assert network.looked == PER_ACCOUNT
