"""How real Kubo nodes that do not know each other meet by what members announce."""

import json
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from folkmoot.chain import Event
from folkmoot.chain.events.federation import PeersAnnounced
from folkmoot.errors import FolkmootError, StoreError
from folkmoot.store.ipfs import KuboStore
from folkmoot.testing import free_port
from folkmoot.testing.kubo import MISSING, Kubo, binary, run_kubo
from folkmoot.worker.peers import Acquaintance

if not binary():
    pytest.skip(MISSING, allow_module_level=True)

ADA, BEN, CLEO = "0xAda", "0xBen", "0xCleo"


@pytest.fixture
def nodes() -> Iterator[list[Kubo]]:
    """Three that do not know each other."""
    with ExitStack() as stack:
        yield [stack.enter_context(run_kubo()) for _ in range(3)]


class Chain:
    """What was announced, who is a member, and what is reported."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.gone: set[str] = set()
        self.said: list[str] = []

    def news(self) -> list[Event]:
        new, self.events = self.events, []
        return new

    def is_member(self, account: str) -> bool:
        return account not in self.gone

    def fact(self, text: str) -> None:
        self.said.append(text)

    def problem(self, error: FolkmootError) -> None:
        self.said.append(f"problem: {error.message}")


def acquaintance(node: Kubo, chain: Chain) -> Acquaintance:
    return Acquaintance(KuboStore(node.url).node, chain.news, chain.is_member, chain)  # type: ignore[arg-type]


def neighbours(node: Kubo) -> set[str]:
    return {peer["Peer"] for peer in node.ask("swarm/peers")["Peers"] or ()}


def identity(node: Kubo) -> str:
    return node.peer.rpartition("/")[2]


def test_a_node_meets_whoever_announces_one_and_is_a_member(nodes: list[Kubo]) -> None:
    own, other, third = nodes
    chain = Chain()
    chain.gone.add(CLEO)
    chain.events += [PeersAnnounced(ADA, own.peer), PeersAnnounced(CLEO, third.peer)]
    one = acquaintance(own, chain)
    one.meet()
    assert (neighbours(own), chain.said) == (set(), []), "nobody dials itself, or who has left"
    chain.events.append(PeersAnnounced(BEN, f"/ip4/127.0.0.1/tcp/{free_port()}/p2p/{identity(other)}\n{other.peer}"))
    for _ in range(2):
        one.meet()
    assert neighbours(own) == {identity(other)}
    assert chain.said == [f"connected to the node of {BEN}"]


def test_what_is_in_the_way_is_told_once_and_tried_again(nodes: list[Kubo]) -> None:
    own, other, _ = nodes
    chain, one = Chain(), None
    other.kill()
    chain.events.append(PeersAnnounced(BEN, other.peer))
    one = acquaintance(own, chain)
    for _ in range(2):
        one.meet()
    other.start()
    for _ in range(2):
        one.meet()
    assert neighbours(own) == {identity(other)}
    assert chain.said == [
        f"problem: no connection to the node of {BEN}: no node answers at {other.peer}",
        f"connected to the node of {BEN}",
    ]


def test_what_is_announced_no_more_is_left_alone(nodes: list[Kubo]) -> None:
    own, other, _ = nodes
    chain = Chain()
    chain.events += [PeersAnnounced(BEN, other.peer), PeersAnnounced(BEN, "")]
    acquaintance(own, chain).meet()
    assert neighbours(own) == set()


def test_ones_own_node_that_does_not_answer_is_a_fault(nodes: list[Kubo]) -> None:
    own, other, _ = nodes
    chain = Chain()
    chain.events.append(PeersAnnounced(BEN, other.peer))
    one = acquaintance(own, chain)
    own.kill()
    with pytest.raises(StoreError, match="no Kubo node answers at"):
        one.meet()
    own.start()
    one.meet()
    assert neighbours(own) == {identity(other)}


def test_connections_that_carry_nothing_are_made_anew(nodes: list[Kubo]) -> None:
    """Nodes that find each other by MDNS and dial each other at once mostly stay connected and exchange nothing."""
    one, other = nodes[:2]
    for node in (one, other):
        node.kill()
        path = node.repository / "config"
        path.write_text(json.dumps(json.loads(path.read_text()) | {"Discovery": {"MDNS": {"Enabled": True}}}))
        node.launch()
    for node in (one, other):
        node.wait()
    one.meet(other)
    other.meet(one)
    announced = [PeersAnnounced(ADA, one.peer), PeersAnnounced(BEN, other.peer)]
    chains = Chain(), Chain()
    for chain in chains:
        chain.events += announced
    workers = [acquaintance(node, chain) for node, chain in zip((one, other), chains, strict=True)]
    pointer, reader = KuboStore(one.url).put(b"a blob"), KuboStore(other.url)
    for _ in range(3):  # looks of each
        if reader.has(pointer, limit=100):
            break
        for worker in workers:
            worker.meet()
    assert reader.has(pointer, limit=100)
    assert identity(one) in neighbours(other)
