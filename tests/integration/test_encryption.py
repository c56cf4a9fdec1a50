"""Encrypted tasks by real workers: who reads what, and how keys reach those who come later."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import pytest
from eth_account import Account
from eth_account.signers.local import LocalAccount

from folkmoot.blob_keys import BlobKeys
from folkmoot.chain import Event, Phase, TaskContract, fetch_events, phase_end, public_key
from folkmoot.chain.accounts import save_account
from folkmoot.chain.events.rounds import RoundOpened, SeatFilled, UpdateSubmitted
from folkmoot.chain.events.tasks import KeysShared, MemberStruck
from folkmoot.errors import FolkmootError, KeyMissing, MalformedBlob
from folkmoot.exit_codes import COULD_NOT_CHECK
from folkmoot.learning import peek_meta
from folkmoot.store import from_cid
from folkmoot.task_blobs import TaskBlobs, fetch_descriptor, stored_limit
from folkmoot.testing import Consortium, Member
from tests.support.cli import Cli
from tests.support.network import FEE, Network
from tests.support.workers import consortium, small

E = TypeVar("E", bound=Event)

MEMBERS = 5
OBSERVER: LocalAccount = Account.from_key(b"\x0b" * 32)


@pytest.fixture
def members(deployed: Network, tmp_path: Path) -> Iterator[Consortium]:
    with consortium(deployed, tmp_path, MEMBERS) as together:
        yield together


class Story:
    """An encrypted task."""

    def __init__(self, network: Network, members: Consortium, seats: int = 3, **changes: object) -> None:
        self.network, self.members = network, members
        self.first_block = network.client.head().number
        observers = [public_key(OBSERVER).hex()]
        config = small("bflc", len(members.members), encrypted=True, observers=observers, **changes)
        self.task: TaskContract = members.propose(config, members.members[:seats], budget=FEE)
        self.parameters = self.task.parameters()
        self.descriptor = fetch_descriptor(members.store, self.parameters.descriptor)

    def events(self, kind: type[E]) -> list[E]:
        found = fetch_events(self.network.client, [self.task.address], from_block=self.first_block)
        return [event for event in found if isinstance(event, kind)]

    def enrol(self, absent: Sequence[Member]) -> None:
        """Enrol those whose workers do not run yet."""
        self.network.local.chain.execute(*((member.account, self.task.enrol()) for member in absent))

    def blobs(self, account: LocalAccount) -> TaskBlobs:
        """What an account reads with."""
        store, record = self.members.store, self.network.local.deployment
        keys = BlobKeys.of(store, self.descriptor, task=self.task, record=record, account=lambda: account)
        model = self.parameters.model
        return TaskBlobs(store, self.descriptor, task=self.task.address, first_model=model, keys=keys)

    def models(self) -> list[bytes]:
        """The pointers of all models."""
        count = self.task.round().number + 1 + (self.task.phase() == Phase.FINISHED)
        return [self.parameters.model, *(self.task.ledger(number) for number in range(1, count))]

    def updates(self) -> list[tuple[UpdateSubmitted, bytes]]:
        """All updates, each with the model that it was made from."""
        return [(event, self.models()[event.round]) for event in self.events(UpdateSubmitted)]

    def reads(self, account: LocalAccount, update: UpdateSubmitted, parent: bytes) -> bool:
        """Whether an account can read an update."""
        try:
            self.blobs(account).fetch_update(update.pointer, round=update.round, author=update.author, parent=parent)
        except KeyMissing:
            return False
        return True


def test_members_and_observers_read_and_nobody_else(deployed: Network, members: Consortium, tmp_path: Path) -> None:
    story = Story(deployed, members, total_rounds=2)
    members.start()
    members.until_finished(story.task)

    assert story.events(MemberStruck) == []
    models = story.models()
    assert len(set(models)) == 3
    assert len(story.updates()) == 2 * 2
    for reader in (*(member.account for member in members.members), OBSERVER):
        assert all(story.blobs(reader).fetch_model(model).keys() for model in models)
        assert all(story.reads(reader, *update) for update in story.updates())

    stranger = Account.create()
    for model in models:
        with pytest.raises(KeyMissing):
            story.blobs(stranger).fetch_model(model)
    assert not any(story.reads(stranger, *update) for update in story.updates())

    stored = [file for file in (tmp_path / "blobs").iterdir() if from_cid(file.name) != story.parameters.descriptor]
    assert len(stored) == len(models) + len(story.updates())
    for file in stored:  # and no blob shows its tensors to who just looks at the bytes
        with pytest.raises(FolkmootError):
            peek_meta(file.read_bytes(), limit=stored_limit(story.descriptor))


def test_an_observer_audits_what_others_cannot_read(deployed: Network, members: Consortium, tmp_path: Path) -> None:
    story = Story(deployed, members, total_rounds=1, updates_for="seats")
    members.start()
    members.until_finished(story.task)
    save_account(OBSERVER, tmp_path / "observer.json", lambda: "password", iterations=2)
    (tmp_path / "password").write_text("password")
    place = {"RPC": deployed.urls[0], "STORE": str(tmp_path / "blobs")}
    words = ("audit", story.task.address, "--federation", deployed.deployment.federation)
    keys = ("--keystore", str(tmp_path / "observer.json"), "--password-file", str(tmp_path / "password"))
    observer = Cli(tmp_path, keys, place)
    assert "; updates for 3 accounts, the model for 5 accounts and 1 observer\n" in observer.ok(*words)
    (task,) = observer.json(*words)["tasks"]
    seats = story.events(RoundOpened)[0].seats
    assert {*task["rounds"][0]["readers"]["updates"]} == {*seats}
    stranger = Cli(tmp_path, ("--keystore", str(tmp_path / "none.json")), place).run(*words)
    assert stranger.exit_code == COULD_NOT_CHECK
    assert "it is encrypted, and there is no account to read it with" in stranger.stdout


def test_updates_for_seats_are_read_by_seats_alone(deployed: Network, members: Consortium) -> None:
    story = Story(deployed, members, total_rounds=1, updates_for="seats")
    members.start()
    members.until_finished(story.task)
    seats = {*story.events(RoundOpened)[0].seats}
    for update, parent in story.updates():
        readers = {m.address for m in members.members if story.reads(m.account, update, parent)}
        assert readers == {*seats, update.author}
        assert story.reads(OBSERVER, update, parent)


def test_who_enrols_later_is_given_the_key(deployed: Network, members: Consortium) -> None:
    """It was no member when the task was proposed, and enrols while its first round runs."""
    story = Story(deployed, members, total_rounds=3, max_enrolled=MEMBERS + 1)
    absent = members.members[-1]
    story.enrol([absent])
    for member in members.members[:-1]:
        member.start()
    members.until("all others", lambda: story.task.roster().enrolled == MEMBERS)
    local = deployed.local
    local.chain.execute((local.managers[0], story.task.start()))  # workers would wait for another to enrol
    members.until("the first round", lambda: story.task.phase() == Phase.TRAINING)
    late = members.join("Zoe", task=story.task.address)
    late.start()
    members.until("its enrolment", lambda: story.task.participant(late.address).number)
    members.until("keys for it", lambda: story.events(KeysShared))
    assert story.blobs(late.account).fetch_model(story.parameters.model)
    absent.start()
    members.until_finished(story.task)
    authors = {event.author for event in story.events(UpdateSubmitted)}
    assert late.address in authors | _seated(story)
    assert story.events(MemberStruck) == []


def _seated(story: Story) -> set[str]:
    return {account for event in story.events(RoundOpened) for account in event.seats}


def test_who_fills_a_seat_is_given_the_keys_of_updates(deployed: Network, members: Consortium) -> None:
    brief = deployed.passing_window
    story = Story(deployed, members, total_rounds=1, updates_for="seats", max_attempts=5, committing_window=brief)
    silent = members.members[:2]
    story.enrol(silent)
    for member in members.members[2:]:
        member.start()
    members.until("the third seat's commitment", lambda: story.task.round().committed == 1)
    _pass_window(story)
    members.until("others in their seats", lambda: len(story.events(SeatFilled)) == len(silent))
    members.until_finished(story.task)
    assert story.events(KeysShared)
    for filled in story.events(SeatFilled):
        filler = next(member for member in members.members if member.address == filled.member)
        assert all(story.reads(filler.account, *update) for update in story.updates())
    assert {event.member for event in story.events(MemberStruck)} == {member.address for member in silent}


def test_who_left_reads_nothing_new(deployed: Network, members: Consortium) -> None:
    story = Story(deployed, members, total_rounds=1)
    seats, trainers = members.members[:3], members.members[3:]
    story.enrol(seats)
    for member in trainers:
        member.start()
    members.until("both updates", lambda: len(story.updates()) == len(trainers))
    members.until("their blobs", lambda: all(members.store.has(u.pointer, limit=1 << 30) for u, _ in story.updates()))
    leaver = trainers[0]
    leaver.kill()
    deployed.local.chain.execute((leaver.account, deployed.local.contract.leave()))
    for member in seats:
        member.start()
    members.until("the end", lambda: story.task.phase() == Phase.FINISHED)
    first, last = story.models()
    assert story.blobs(leaver.account).fetch_model(first)  # what it could read stays read
    assert all(story.reads(leaver.account, *update) for update in story.updates())
    with pytest.raises(KeyMissing):
        story.blobs(leaver.account).fetch_model(last)
    assert story.blobs(seats[0].account).fetch_model(last)


def test_an_old_model_is_handed_on_after_a_roll_back(deployed: Network, members: Consortium) -> None:
    """To who joined after it was made, and who could read its successors by then."""
    story = Story(deployed, members, total_rounds=4, max_enrolled=MEMBERS + 1)
    for member in members.members:
        member.start()
    local = deployed.local
    members.until("all enrolled", lambda: story.task.roster().enrolled == MEMBERS)
    local.chain.execute((local.managers[0], story.task.start()))
    members.until("the second round", lambda: story.task.round().number == 1)
    late = members.join("Zoe", task=story.task.address)
    story.enrol([late])
    members.until("a round that she takes part in", lambda: story.task.round().number >= 2)
    local.decide(story.task.rollback(0, [member.address for member in members.members[:3]]))
    members.until("the old model's key", lambda: reads_model(story, late, story.parameters.model))
    late.start()
    members.until_finished(story.task)
    assert all(reads_model(story, late, model) for model in story.models()[-1:])


def reads_model(story: Story, member: Member, pointer: bytes) -> bool:
    try:
        return bool(story.blobs(member.account).fetch_model(pointer))
    except KeyMissing:
        return False


def test_plain_blobs_are_malformed(deployed: Network, members: Consortium) -> None:
    story = Story(deployed, members)
    plain = TaskBlobs(members.store, story.descriptor, task=story.task.address, first_model=story.parameters.model)
    weights = story.blobs(OBSERVER).fetch_model(story.parameters.model)
    author = members.members[-1]
    pointer = plain.publish(plain.encode_update(weights, round=0, author=author.address, parent=story.parameters.model))
    with pytest.raises(MalformedBlob, match="not encrypted"):
        story.blobs(OBSERVER).fetch_update(pointer, round=0, author=author.address, parent=story.parameters.model)


def _pass_window(story: Story) -> None:
    ends = phase_end(story.task.round(), story.parameters, Phase.COMMITTING, start_by=0)
    assert ends is not None
    story.network.pass_time(ends - story.network.client.now())
