"""What a seat hands on, to whom, and how often it looks."""

from dataclasses import replace

import pytest

from folkmoot.blob_keys import BlobKeys, FirstReaders, encrypt_first_model, identity_of
from folkmoot.chain import Phase
from folkmoot.chain.events.rounds import ModelBlockWritten, UpdateSubmitted
from folkmoot.chain.events.tasks import KeysShared, MemberEnrolled
from folkmoot.encryption import Share, write_shares
from folkmoot.learning import Descriptor, Weights
from folkmoot.store import MemoryStore
from folkmoot.task_blobs import FIRST_MODEL, TaskBlobs, encode_blob
from folkmoot.worker.key_sharing import KeySharing
from folkmoot.worker.view import Submission, View
from tests.support.readers import ENROLLED, FOUNDED, KEYS, OPENED, PEOPLE, TASK, A, B, C, D, Past, recipients
from tests.support.views import a_view, seat, submission

CHAIN = 7
BLOCK = 100


class Task:
    """An encrypted task in round 0, whose model A, B and C can read."""

    def __init__(self, descriptor: Descriptor, weights: Weights) -> None:
        self.descriptor = replace(descriptor, encrypted=True, updates_for="seats")
        self.store = MemoryStore()
        readers = FirstReaders(CHAIN, {account: KEYS[account] for account in (A, B, C)})
        self.model = self.store.put(encrypt_first_model(encode_blob(weights, FIRST_MODEL), self.descriptor, readers))
        self.past: Past = [*FOUNDED, *ENROLLED, OPENED, (4, ModelBlockWritten(0, 0, self.model))]

    def sharing(self, person: int = 0, *later: tuple[int, object]) -> KeySharing:
        """A member's."""
        past = [*self.past, *later]
        keys = BlobKeys(
            self.store,
            self.descriptor,
            recipients(past, head=BLOCK),  # type: ignore[arg-type]
            chain_id=CHAIN,
            proposer=D,
            identity=lambda: identity_of(PEOPLE[person]),
        )
        blobs = TaskBlobs(self.store, self.descriptor, task=TASK, first_model=self.model, keys=keys)
        return KeySharing(blobs, keys)

    def view(self, phase: Phase = Phase.TRAINING, *seats: str, **changes: object) -> View:
        """What A sees."""
        holders = tuple(seat(account) for account in seats or (A, B))
        view = replace(a_view(phase, A), account=A, seats=holders, model=self.model, block=BLOCK, updates=())
        return replace(view, **changes)  # type: ignore[arg-type]


@pytest.fixture
def task(descriptor: Descriptor, model: Weights) -> Task:
    return Task(descriptor, model)


LATE = 5, MemberEnrolled(D, 4, 1)


def test_nobody_lacks_a_key(task: Task) -> None:
    assert task.sharing().due(task.view()) == ()


def test_who_enrolled_later_is_given_the_models(task: Task) -> None:
    (share,) = task.sharing(0, LATE).due(task.view())
    assert (share.pointer, share.recipient) == (task.model, D.lower())
    handed_on = 6, KeysShared(B, task.store.put(write_shares([share])))
    assert task.sharing(0, LATE, handed_on).due(task.view()) == ()


def test_only_seats_hand_on_and_only_in_a_round(task: Task) -> None:
    assert task.sharing(0, LATE).due(task.view(Phase.TRAINING, B, C)) == ()
    assert task.sharing(0, LATE).due(task.view(Phase.FINISHED)) == ()
    assert task.sharing(0, LATE).due(task.view(Phase.ENROLLING)) == ()


def test_who_cannot_read_the_model_hands_nothing_on(task: Task) -> None:
    stranger = task.sharing(4, LATE)
    assert stranger.due(task.view()) == ()


def test_it_looks_once_a_block(task: Task) -> None:
    sharing, view = task.sharing(0, LATE), task.view()
    first = sharing.due(view)
    task.store.put(write_shares(first))
    assert sharing.due(view) is first
    assert sharing.due(replace(view, block=BLOCK + 1)) == first


def test_who_fills_a_seat_is_given_the_updates(task: Task, model: Weights) -> None:
    author = task.sharing(2).blobs  # C has no seat at first
    update = author.publish(author.encode_update(model, round=0, author=C, parent=task.model))
    submitted = 5, UpdateSubmitted(0, C, 0, update, 1)
    sharing = task.sharing(0, submitted, (4, MemberEnrolled(D, 4, 0)))
    entry: Submission = replace(submission(C), pointer=update)
    view = task.view(Phase.COMMITTING, A, D, updates=(entry,))
    assert [share.pointer for share in sharing.due(view)] == [task.model]  # the update was not read yet

    sharing.blobs.fetch_update(update, round=0, author=C, parent=task.model)
    found: tuple[Share, ...] = sharing.due(replace(view, block=BLOCK + 1))
    assert {(share.pointer, share.recipient) for share in found} == {(task.model, D.lower()), (update, D.lower())}
