"""Real workers whose blobs cross between stores of their own."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from folkmoot.chain import fetch_events
from folkmoot.chain.events.tasks import MemberStruck
from folkmoot.store import open_store
from tests.support.kubo import MISSING, Kubo, binary, run_kubo
from tests.support.network import FEE, Network
from tests.support.workers import consortium, small

if not binary():
    pytest.skip(MISSING, allow_module_level=True)

MEMBERS = 5
ROUNDS = 2


@pytest.fixture
def swarm() -> Iterator[list[Kubo]]:
    """A private swarm of three, each connected to the others."""
    with ExitStack() as stack:
        nodes = [stack.enter_context(run_kubo()) for _ in range(3)]
        for node, other in ((0, 1), (1, 2), (2, 0)):
            nodes[node].meet(nodes[other])
        yield nodes


def test_members_share_no_folder_but_a_swarm(deployed: Network, swarm: list[Kubo], tmp_path: Path) -> None:
    first_block = deployed.client.head().number
    with consortium(deployed, tmp_path, MEMBERS) as members:
        for index, member in enumerate(members.members):
            member.settings["store"] = swarm[index % len(swarm)].url
        config = small("bflc", MEMBERS, total_rounds=ROUNDS)
        task = members.propose(config, members.members[:3], budget=FEE)
        members.start()
        members.until_finished(task)

        assert not (tmp_path / "blobs").exists()
        events = fetch_events(deployed.client, [task.address], from_block=first_block)
        assert [event for event in events if isinstance(event, MemberStruck)] == []
        models = [task.ledger(number) for number in range(ROUNDS + 1)]
        assert len(set(models)) == ROUNDS + 1
        for node in swarm:
            assert all(open_store([node.url]).has(model, limit=1 << 20) for model in models)
