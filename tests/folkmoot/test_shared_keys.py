"""What was handed on, by whom, and how little time the useless takes."""

from collections.abc import Sequence

import pytest
from eth_utils.address import to_checksum_address

from folkmoot.chain.events.federation import MemberLeft
from folkmoot.chain.events.tasks import KeysShared
from folkmoot.encryption import Share, write_shares
from folkmoot.shared_keys import PAUSE_S, PER_ACCOUNT, REST, SharedKeys
from folkmoot.store import MemoryStore
from folkmoot.store.ipfs import LOOKUP_S
from tests.support.readers import ENROLLED, FOUNDED, PEOPLE, A, B, C, D, E, Past, recipients

SHARES = [Share(bytes([number]) * 32, bytes(101)) for number in range(40)]


class CountingStore(MemoryStore):
    def __init__(self) -> None:
        super().__init__()
        self.asked: list[bytes] = []

    def get(self, pointer: bytes, *, limit: int) -> bytes:
        self.asked.append(pointer)
        return super().get(pointer, limit=limit)


@pytest.fixture
def store() -> CountingStore:
    return CountingStore()


def shared(
    store: MemoryStore, *handed_on: tuple[str, bytes], others: Sequence[str] = (), past: Past = ()
) -> SharedKeys:
    events = [(9, KeysShared(account, pointer)) for account, pointer in handed_on]
    return SharedKeys(store, recipients([*FOUNDED, *ENROLLED, *past, *events]), others)


def blob(store: MemoryStore, number: int) -> bytes:
    return store.put(write_shares([SHARES[number]]))


def test_what_participants_and_some_others_handed_on(store: CountingStore) -> None:
    stranger = PEOPLE[5].address
    found = shared(store, (A, blob(store, 1)), (E, blob(store, 2)), (stranger, blob(store, 3)), others=[E])
    assert set(found.all()) == {SHARES[1], SHARES[2]}
    assert len(store.asked) == 2  # what a stranger names is not even looked for
    assert set(found.all()) == {SHARES[1], SHARES[2]}
    assert len(store.asked) == 2  # nor anything twice


def test_of_one_blob_and_account_only_its_entries(store: CountingStore) -> None:
    (recipient,) = {share.recipient for share in SHARES}
    found = shared(store, (A, blob(store, 1)), (C, blob(store, 2)))
    assert list(found.entries(SHARES[2].pointer, to_checksum_address(recipient))) == [SHARES[2].entry]
    assert list(found.entries(SHARES[3].pointer, recipient)) == list(found.entries(SHARES[2].pointer, A)) == []


def test_who_left_or_never_enrolled_is_a_stranger(store: CountingStore) -> None:
    found = shared(store, (D, blob(store, 1)), (B, blob(store, 2)), past=[(5, MemberLeft(B))])
    assert list(found.all()) == []
    assert store.asked == []


def test_only_the_latest_of_an_account_are_looked_at(store: CountingStore) -> None:
    pointers = [blob(store, number) for number in range(PER_ACCOUNT + 5)]
    found = shared(store, *((A, pointer) for pointer in pointers), (C, blob(store, 39)))
    assert set(found.all()) == {*SHARES[5 : PER_ACCOUNT + 5], SHARES[39]}


def test_what_is_not_there_is_not_looked_for_all_the_time(
    store: CountingStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = shared(store, (A, bytes(32)), (C, blob(store, 1)))
    for _ in range(3):
        assert set(found.all()) == {SHARES[1]}
    assert store.asked.count(bytes(32)) == 1
    monkeypatch.setattr("folkmoot.shared_keys.PAUSE_S", 0.0)
    list(found.all())
    assert store.asked.count(bytes(32)) == 2


def test_a_look_ends_whatever_was_named(store: CountingStore, monkeypatch: pytest.MonkeyPatch) -> None:
    found = shared(store, (A, blob(store, 1)), (C, blob(store, 2)))
    monkeypatch.setattr("folkmoot.shared_keys.LOOK_S", 0.0)
    assert list(found.all()) == []
    monkeypatch.undo()
    assert set(found.all()) == {SHARES[1], SHARES[2]}  # the next look goes on


def test_other_blobs_hand_nothing_on(store: CountingStore) -> None:
    found = shared(store, (A, store.put(b"a poem")))
    assert list(found.all()) == list(found.all()) == []
    assert len(store.asked) == 1


# --------------------------------------------------- blobs that nobody can have


class Network(CountingStore):
    """Looks for `LOOKUP_S` for what nobody has, as a Kubo node does."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = 1_000.0

    def get(self, pointer: bytes, *, limit: int) -> bytes:
        self.clock += 0.0 if self.has(pointer, limit=limit) else LOOKUP_S
        return super().get(pointer, limit=limit)


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> Network:
    network = Network()
    monkeypatch.setattr("folkmoot.shared_keys.monotonic", lambda: network.clock)
    return network


SPAM = [(B, bytes([number]) * 32) for number in range(1, PER_ACCOUNT + 1)]


def test_looks_in_vain_take_a_part_of_the_time_only(network: Network) -> None:
    found = shared(network, *SPAM)
    begun = network.clock
    for _ in range(1_000):
        list(found.all())
        network.clock += 1  # of other work
    assert (len(network.asked) - 1) * LOOKUP_S * (REST + 1) <= network.clock - begun


def test_what_nobody_has_does_not_hide_what_is_there(network: Network) -> None:
    """All of one participant's are looked for again before another one's is reached, if the latest go first."""
    found = shared(network, (A, blob(network, 1)), *SPAM)
    for _ in range(PER_ACCOUNT + 1):
        if list(found.all()):
            break
        network.clock += REST * LOOKUP_S
    assert set(found.all()) == {SHARES[1]}
    asked = len(network.asked)
    network.clock += 10 * PAUSE_S  # so that the others would be looked for again
    assert next(found.all()) == SHARES[1]
    assert len(network.asked) == asked
