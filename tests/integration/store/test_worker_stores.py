"""Real workers whose blobs cross between stores of their own."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from folkmoot.chain import fetch_events
from folkmoot.chain.events.rounds import RoundRolledBack, ScoresRevealed
from folkmoot.chain.events.tasks import MemberStruck
from folkmoot.store import open_store
from folkmoot.task_record import Stand, TaskRecord
from folkmoot.testing import Member
from folkmoot.testing import object_server as s3
from folkmoot.testing.kubo import MISSING, Kubo, binary, run_kubo, run_swarm
from tests.support.network import FEE, Network
from tests.support.workers import consortium, small

MEMBERS = 5
ROUNDS = 2


@pytest.fixture
def swarm() -> Iterator[list[Kubo]]:
    with run_swarm(3) as nodes:
        yield nodes


@pytest.fixture
def strangers() -> Iterator[list[Kubo]]:
    """Three nodes of a private swarm that do not know each other."""
    with ExitStack() as stack:
        yield [stack.enter_context(run_kubo()) for _ in range(3)]


@pytest.fixture
def bucket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Its URL; what opens it is in the environment, as with any S3 client."""
    (tmp_path / "s3").mkdir()
    with s3.object_server(tmp_path / "s3") as server:
        server.add_bucket("hospitals")
        for name, value in server.environment().items():
            monkeypatch.setenv(name, value)
        yield "s3://hospitals/blobs"


def train(deployed: Network, folder: Path, stores: list[str]) -> list[bytes]:
    """The pointers of the models that members made who have these stores, one after the other."""
    first_block = deployed.client.head().number
    with consortium(deployed, folder, MEMBERS) as members:
        for index, member in enumerate(members.members):
            member.settings["store"] = stores[index % len(stores)]
        config = small("bflc", MEMBERS, total_rounds=ROUNDS)
        task = members.propose(config, members.members[:3], budget=FEE)
        members.start()
        members.until_finished(task)

    assert not (folder / "blobs").exists()
    events = fetch_events(deployed.client, [task.address], from_block=first_block)
    assert [event for event in events if isinstance(event, MemberStruck)] == []
    models = [task.ledger(number) for number in range(ROUNDS + 1)]
    assert len(set(models)) == ROUNDS + 1
    return models


@pytest.mark.skipif(not binary(), reason=MISSING)
def test_members_share_no_folder_but_a_swarm(deployed: Network, swarm: list[Kubo], tmp_path: Path) -> None:
    nodes = [node.url for node in swarm]
    models = train(deployed, tmp_path, nodes)
    for node in nodes:
        assert all(open_store([node]).has(model, limit=1 << 20) for model in models)


@pytest.mark.skipif(not s3.binary(), reason=s3.MISSING)
def test_members_share_no_folder_but_a_bucket(deployed: Network, bucket: str, tmp_path: Path) -> None:
    models = train(deployed, tmp_path, [bucket])
    assert all(open_store([bucket]).has(model, limit=1 << 20) for model in models)


@pytest.mark.skipif(not binary(), reason=MISSING)
def test_nodes_meet_by_announcements_and_a_light_member_forgets_what_core_members_keep(
    deployed: Network, strangers: list[Kubo], tmp_path: Path
) -> None:
    first_block, (core, light, late) = deployed.client.head().number, strangers
    with consortium(deployed, tmp_path, MEMBERS) as members:
        for index, member in enumerate(members.members):
            member.settings["store"] = strangers[index % len(strangers)].url
            member.settings["keep"] = "latest" if index % len(strangers) == 1 else "all"
        ann, ben, cleo = members.members[:3]
        task = members.propose(small("bflc", MEMBERS, total_rounds=5, encrypted=True), [ann, ben, cleo], budget=FEE)
        first = task.parameters().model

        def announce(member: Member, node: Kubo) -> None:
            deployed.local.chain.execute((member.account, deployed.federation.announce_peers(node.peer)))

        announce(ann, core)
        members.start()
        announce(ben, light)
        announce(cleo, late)
        members.until("a third round", lambda: task.round().number >= 2)
        members.until("that model 0 is let go of", lambda: first not in light.disk())
        deployed.decide(task.rollback(0, [ann.address, ben.address, cleo.address]))
        members.until_finished(task)

    events = list(fetch_events(deployed.client, [task.address], from_block=first_block))
    (back,) = (event.round + 1 for event in events if isinstance(event, RoundRolledBack))
    assert task.ledger(back) == first
    assert [event for event in events if isinstance(event, MemberStruck)] == []
    voices = {event.member for event in events if isinstance(event, ScoresRevealed) and event.round == back}
    assert ben.address in voices, "the light member has judged against model 0"

    record = TaskRecord.of(task.parameters(), events)
    assert {*record.counting} <= core.disk() | late.disk()
    assert {*record.models.values()} <= {*open_store([core.url]).held()} & {*open_store([late.url]).held()}
    assert len(light.disk() & {*record.models.values()}) <= 2
    kept = record.kept("latest", Stand(task.round().number, is_published=True))
    assert {*open_store([light.url]).held()} & {*record} <= kept
    for model in {*record.models.values()}:
        assert open_store([light.url]).has(model, limit=1 << 20), "an old one comes from a core member"
