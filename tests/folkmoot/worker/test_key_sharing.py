"""What a worker hands on, to whom, and how often it looks."""

from dataclasses import replace

import pytest

from folkmoot.blob_keys import BlobKeys, FirstReaders, encrypt_first_model, identity_of
from folkmoot.chain import Event, Phase
from folkmoot.chain.events.rounds import ModelBlockWritten, UpdateSubmitted
from folkmoot.chain.events.tasks import KeysShared, MemberEnrolled
from folkmoot.encryption import Share, write_shares
from folkmoot.learning import Descriptor, Weights
from folkmoot.store import MemoryStore
from folkmoot.task_blobs import FIRST_MODEL, TaskBlobs, encode_blob
from folkmoot.worker.key_sharing import AGAIN_S, KeySharing
from folkmoot.worker.view import Submission, View
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
)
from tests.support.views import a_view, seat, submission


class Task:
    """An encrypted task in round 0, whose model A, B and C can read."""

    def __init__(self, descriptor: Descriptor, weights: Weights) -> None:
        self.descriptor = replace(descriptor, encrypted=True, updates_for="seats")
        self.store = MemoryStore()
        readers = FirstReaders(CHAIN, FEDERATION, D, {account: KEYS[account] for account in (A, B, C)})
        self.model = self.store.put(encrypt_first_model(encode_blob(weights, FIRST_MODEL), self.descriptor, readers))
        self.past: Past = [*FOUNDED, *ENROLLED, OPENED, (4, ModelBlockWritten(0, 0, self.model))]

    def sharing(self, person: int = 0, *later: tuple[int, Event]) -> KeySharing:
        """A member's."""
        keys = BlobKeys(
            self.store,
            self.descriptor,
            recipients(sorted([*self.past, *later], key=lambda item: item[0])),
            chain_id=CHAIN,
            federation=FEDERATION,
            proposer=D,
            identity=lambda: identity_of(PEOPLE[person]),
        )
        blobs = TaskBlobs(self.store, self.descriptor, task=TASK, first_model=self.model, keys=keys)
        return KeySharing(blobs, keys)

    def view(self, phase: Phase = Phase.TRAINING, *seats: str, account: str = A, **changes: object) -> View:
        """What a member sees."""
        view = a_view(phase, account)
        holders = tuple(seat(holder) for holder in seats or (A, B))
        participant = replace(view.participant, number=1)
        view = replace(view, participant=participant, seats=holders, model=self.model, updates=())
        return replace(view, **changes)  # type: ignore[arg-type]


@pytest.fixture
def task(descriptor: Descriptor, model: Weights) -> Task:
    return Task(descriptor, model)


LATE = 5, MemberEnrolled(D, 4, 1)


def due(sharing: KeySharing, view: View) -> list[Share]:
    return [share for shares in sharing.due(view) for share in shares]


def test_nobody_lacks_a_key(task: Task) -> None:
    sharing, view = task.sharing(), task.view()
    assert {*sharing.lacking(view)} == {A, B, C}, "for all that the chain tells of the first model"
    assert due(sharing, view) == []
    assert sharing.lacking(view) == ()


def test_who_enrolled_later_is_given_the_models(task: Task) -> None:
    sharing, view = task.sharing(0, LATE), task.view()
    assert D in sharing.lacking(view)
    (share,) = due(sharing, view)
    assert (share.pointer, share.recipient) == (task.model, D.lower())
    assert sharing.lacking(view) == ()  # until the task stands otherwise
    assert D in sharing.lacking(replace(view, round=replace(view.round, number=view.round.number + 1)))

    handed_on = 6, KeysShared(B, task.store.put(write_shares([share])))
    assert due(task.sharing(0, LATE, handed_on), view) == []


def test_whoever_takes_part_hands_on_but_only_in_a_round(task: Task) -> None:
    assert D in task.sharing(2, LATE).lacking(task.view(Phase.TRAINING, A, B, account=C))
    assert task.sharing(0, LATE).lacking(task.view(Phase.FINISHED)) == ()
    assert task.sharing(0, LATE).lacking(task.view(Phase.ENROLLING)) == ()
    stranger = task.view()
    stranger = replace(stranger, participant=replace(stranger.participant, number=0))
    assert task.sharing(4, LATE).lacking(stranger) == ()


def test_who_cannot_read_the_model_tries_again_later(task: Task) -> None:
    sharing, view = task.sharing(4, LATE), task.view()
    assert D in sharing.lacking(view)
    assert due(sharing, view) == []
    assert sharing.lacking(replace(view, now=view.now + AGAIN_S - 1)) == ()
    assert D in sharing.lacking(replace(view, now=view.now + AGAIN_S))


def test_a_node_that_lags_stops_nothing(task: Task) -> None:
    """It knows of model 1, but not of the round that made it."""
    behind = task.sharing(0, LATE, (6, ModelBlockWritten(0, 1, b"\1" * 32)))
    assert behind.lacking(task.view(model=b"\1" * 32)) == ()
    assert D in behind.lacking(task.view())


def test_who_fills_a_seat_is_given_the_updates(task: Task, model: Weights) -> None:
    author = task.sharing(2).blobs  # C has no seat at first
    update = author.publish(author.encode_update(model, round=0, author=C, parent=task.model))
    later = (3, MemberEnrolled(D, 4, 0)), (5, UpdateSubmitted(0, C, 0, update, 1))
    entry: Submission = replace(submission(C), pointer=update)
    seen = {"updates": (entry,)}
    for person, account in ((0, A), (2, C)):  # a seat, which reads it again, and its author
        sharing = task.sharing(person, *later)
        view = task.view(Phase.COMMITTING, A, D, account=account, **seen)
        view = replace(view, round=replace(view.round, number=0))
        assert D in sharing.lacking(view)
        wanted = {(task.model, D.lower()), (update, D.lower())}
        assert {(share.pointer, share.recipient) for share in due(sharing, view)} == wanted
    other = task.view(Phase.COMMITTING, A, D, account=B, **seen)
    other = replace(other, round=replace(other.round, number=0))
    shares = due(task.sharing(1, *later), other)
    assert {share.pointer for share in shares} == {task.model}, "B has no seat any more and is not the author"


def test_many_keys_come_in_several_blobs(task: Task, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("folkmoot.worker.key_sharing.AT_ONCE", 1)
    past = LATE, (5, MemberEnrolled(PEOPLE[4].address, 5, 1))
    assert [len(shares) for shares in task.sharing(0, *past).due(task.view())] == [1]
