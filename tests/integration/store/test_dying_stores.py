"""Stores that are killed by SIGKILL in the middle of a round, and what becomes of the round."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import pytest

from folkmoot.chain import Event, Phase, Verdict, fetch_events
from folkmoot.chain.events.rounds import RoundCarried, UpdateSubmitted
from folkmoot.chain.events.tasks import MemberStruck
from folkmoot.chain.phases import phase_end
from folkmoot.store import open_store, pointer
from folkmoot.testing import Consortium, Member
from folkmoot.testing import kubo as ipfs
from folkmoot.testing import object_server as s3
from folkmoot.testing.sftp_server import sftp_server
from tests.support.network import FEE, Network
from tests.support.workers import consortium, small

E = TypeVar("E", bound=Event)

MEMBERS = 6
SEATS = 3
LIMIT = 1 << 20


class Story:
    """A task whose trainers have submitted and published before a seat looks at anything."""

    def __init__(self, network: Network, members: Consortium, stores: Sequence[object], rounds: int = 1) -> None:
        self.network, self.members = network, members
        self.seats, self.trainers = members.members[:SEATS], members.members[SEATS:]
        self.first_block = network.client.head().number
        for index, member in enumerate(members.members):
            member.settings["store"] = stores[index % len(stores)]
        self.task = members.propose(small("bflc", MEMBERS, total_rounds=rounds), self.seats, budget=FEE)
        network.local.chain.execute(*((member.account, self.task.enrol()) for member in self.seats))
        for member in self.trainers:
            member.start()
        members.until("all updates", lambda: self.task.phase() == Phase.COMMITTING)
        members.until("their blobs", lambda: all("published the own" in each.worker.log for each in self.trainers))

    def events(self, kind: type[E]) -> list[E]:
        found = fetch_events(self.network.client, [self.task.address], from_block=self.first_block)
        return [event for event in found if isinstance(event, kind)]

    def struck(self) -> set[str]:
        return {event.member for event in self.events(MemberStruck)}

    def update_of(self, member: Member) -> bytes:
        return next(event.pointer for event in self.events(UpdateSubmitted) if event.author == member.address)

    def verdicts(self) -> list[Verdict]:
        """Of the running round's updates, once they are settled."""
        updates, _ = self.task.updates(0, MEMBERS)
        return [update.verdict for update in updates]

    def accepts_all(self) -> None:
        """The seats work, all of the first round's updates are accepted, nobody is struck, and no round is lost."""
        for member in self.seats:
            member.start()
        rounds = self.task.parameters().total_rounds
        self.members.until_finished(self.task)
        assert self.struck() == set()
        assert self.events(RoundCarried) == []
        assert len({self.task.ledger(number) for number in range(rounds + 1)}) == rounds + 1

    def pass_time(self, seconds: int) -> None:
        self.network.pass_time(seconds)


@pytest.fixture
def members(deployed: Network, tmp_path: Path) -> Iterator[Consortium]:
    with consortium(deployed, tmp_path, MEMBERS) as together:
        yield together


@pytest.fixture
def swarm() -> Iterator[list[ipfs.Kubo]]:
    with ipfs.run_swarm(3) as nodes:
        yield nodes


@pytest.mark.skipif(not ipfs.binary(), reason=ipfs.MISSING)
def test_a_node_dies_with_the_only_copy_of_an_update_and_no_round_is_lost(
    deployed: Network, members: Consortium, swarm: list[ipfs.Kubo]
) -> None:
    urls = [node.url for node in swarm]
    story = Story(deployed, members, [[urls[0], urls[1]], [urls[1], urls[2]], [urls[2], urls[0]]], rounds=2)
    seat, author = story.seats[1], story.trainers[1]
    assert seat.settings["store"] == author.settings["store"] == urls[1:]
    assert open_store([urls[1]]).has(story.update_of(author), limit=LIMIT)
    swarm[1].kill()
    story.accepts_all()
    first_round = author.worker.log.partition("round 1 of")[0]
    assert ": the store lacked it" in first_round
    assert "was written to store 2 of the list: no Kubo node answers" in first_round


@pytest.mark.usefixtures("anvil")
@pytest.mark.skipif(not ipfs.binary(), reason=ipfs.MISSING)
def test_where_members_have_no_other_store_only_who_could_not_begin_is_struck_and_the_round_is_not_lost(
    deployed: Network, members: Consortium, swarm: list[ipfs.Kubo]
) -> None:
    story = Story(deployed, members, [node.url for node in swarm])
    swarm[1].kill()
    for member in story.seats:
        member.start()
    parameters = story.task.parameters()
    story.pass_time(parameters.committing_window // 2)  # that seats wait for a blob
    members.until("two seats' scores", lambda: story.task.round().committed == SEATS - 1)
    ends = phase_end(story.task.round(), parameters, Phase.COMMITTING, start_by=0)
    assert ends is not None
    story.pass_time(ends - deployed.client.now())
    members.until("the end of the task", lambda: story.task.phase() == Phase.FINISHED)
    assert story.struck() == {story.seats[1].address}, "it has not seen the task's descriptor"
    assert story.verdicts().count(Verdict.ACCEPTED) == len(story.trainers) - 1
    assert story.events(RoundCarried) == []
    assert story.task.ledger(1) != story.task.ledger(0)


@pytest.mark.skipif(not s3.binary(), reason=s3.MISSING)
def test_a_server_of_all_dies_and_its_mirror_takes_over(
    deployed: Network, members: Consortium, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    with s3.object_server(tmp_path / "first") as first, sftp_server(tmp_path / "second") as second:
        for name, value in (first.environment() | second.make_home()).items():
            monkeypatch.setenv(name, value)
        bucket = first.add_bucket("hospitals")
        story = Story(deployed, members, [["s3://hospitals/blobs", second.url()]])
        updates = {story.update_of(member) for member in story.trainers}
        for file in (bucket / "blobs").iterdir():
            blob = file.read_bytes()
            if pointer(blob) not in updates:  # which are newer than what the mirror has
                second.connect().put(blob)
        first.kill()
        story.accepts_all()
        assert all(second.connect().has(name, limit=LIMIT) for name in updates)
