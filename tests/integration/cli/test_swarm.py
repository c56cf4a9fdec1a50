"""`store announce` and `store connect` on a real chain, with real Kubo nodes that nobody else connects."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from folkmoot.store import cid, open_store
from folkmoot.testing import free_port
from folkmoot.testing.kubo import MISSING, Kubo, binary, run_kubo
from tests.integration.cli.people import People
from tests.support.cli import Cli
from tests.support.store_cases import BIG, BLOB

NAMES = ("sven", "ulla")
FOREIGN = "/dns/kubo.example/tcp/4001/p2p/12D3KooWGzxzKZYveHXtpG6AsrUJBcWxHBFS2HsEoGTxrMLvKXtf"


@pytest.fixture(scope="module")
def nodes() -> Iterator[list[Kubo]]:
    if not binary():
        pytest.skip(MISSING)
    with ExitStack() as stack:
        yield [stack.enter_context(run_kubo()) for _ in NAMES]


@pytest.fixture
def pair(people: People, nodes: list[Kubo]) -> list[Cli]:
    """Two members, each with a node of its own."""
    for name in NAMES:
        if not (people.folder / f"{name}.json").exists():
            people.member(name)
    return [_with_node(people(name), node) for name, node in zip(NAMES, nodes, strict=True)]


def _with_node(cli: Cli, node: Kubo) -> Cli:
    return Cli(cli.folder, (*cli.options, "--store", node.url), cli.environment)


def test_nodes_meet_by_what_their_members_announce(people: People, pair: list[Cli], nodes: list[Kubo]) -> None:
    sven, ulla = pair
    name = open_store([nodes[0].url]).put(BLOB)
    assert nodes[1].ask("swarm/peers")["Peers"] in (None, [])
    said = sven.ok("store", "announce", nodes[0].peer).splitlines()
    assert said == [
        f"announced: {nodes[0].peer}",
        "members on other machines do not reach your node at an address of this machine alone",
    ]
    silent = nodes[1].peer.replace(f"/tcp/{nodes[1].swarm}/", f"/tcp/{free_port()}/")
    assert ulla.json("store", "announce", silent, nodes[1].peer)["addresses"] == [silent, nodes[1].peer]

    found = {entry["address"]: entry for entry in ulla.json("store", "connect")}
    assert found[nodes[0].peer]["connected"]
    assert {nodes[1].peer, silent} & found.keys() == set(), "nobody connects to themselves"
    assert open_store([nodes[1].url]).get(name, limit=BIG) == BLOB
    assert cid(name) not in nodes[1].ask("pin/ls", type="recursive")["Keys"]

    listed = {entry["address"]: entry["nodes"] for entry in people("sven").json("member", "list")}
    assert [*listed.values()].count([nodes[0].peer]) == 1
    assert people("sven").json("member", "status")["nodes"] == [nodes[0].peer]
    assert nodes[0].peer in people("sven").ok("member", "status")
    assert nodes[0].peer in people("sven").ok("member", "list")

    again = sven.json("store", "connect")
    assert [(entry["connected"], entry["already"]) for entry in again] == [(True, True)] * 2, "one address is enough"
    assert "is connected already" in sven.ok("store", "connect")


def test_the_doctor_leaves_nothing_pinned(pair: list[Cli], nodes: list[Kubo]) -> None:
    before = nodes[0].ask("pin/ls", type="recursive")
    (found,) = (entry for entry in json.loads(pair[0].run("doctor", "--json").stdout) if entry["check"] == "store")
    assert found["state"] == "fine"
    assert nodes[0].ask("pin/ls", type="recursive") == before


def test_a_node_that_cannot_be_reached_is_told(people: People, pair: list[Cli]) -> None:
    sven, ulla = pair
    with run_kubo() as gone:
        _with_node(people("ulla"), gone).ok("store", "announce", gone.peer)
    done = sven.run("store", "connect", "--json")
    assert done.exit_code == 1
    (found,) = json.loads(done.stdout)
    assert (found["connected"], found["error"].partition(" at ")[0]) == (False, "no node answers")
    assert ulla.ok("store", "announce", "--withdraw") == "no address is announced any more\n"
    assert "no other member has announced a node" in sven.ok("store", "connect")


def test_a_peer_may_be_named(pair: list[Cli], nodes: list[Kubo]) -> None:
    with run_kubo() as other:
        assert pair[0].ok("store", "connect", other.peer) == f"connected to {other.peer}\n"
        elsewhere = other.peer.replace(f"/tcp/{other.swarm}/", f"/tcp/{free_port()}/")
        told = f"the node of {elsewhere} is connected already, by whatever address\n"
        assert pair[0].ok("store", "connect", elsewhere) == told
    nodes[1].kill()
    key = nodes[1].repository / "swarm.key"
    try:
        key.write_text(key.read_text().replace("07", "08"))
        nodes[1].start()
        told = pair[0].refused("store", "connect", nodes[1].peer)
    finally:
        nodes[1].kill()
        key.write_text(key.read_text().replace("08", "07"))
        nodes[1].start()
    assert told.startswith(f"error: the node at {nodes[1].peer} has another swarm key than yours\nhint: let both nodes")


def test_what_is_wrong_is_told_before_anything_is_sent(people: People, pair: list[Cli], nodes: list[Kubo]) -> None:
    sven = pair[0]
    told = sven.refused("store", "announce")
    assert told.startswith("error: your node listens on its own machine alone\nhint: let Addresses.Swarm in its")
    told = sven.refused("store", "announce", "/ip4/1.2.3.4/tcp/4001")
    assert told.startswith("error: '/ip4/1.2.3.4/tcp/4001' is not the multiaddress of a node\nhint: write /ip4/")
    assert "announced or withdrawn, not both" in sven.refused("store", "announce", FOREIGN, "--withdraw")
    own = nodes[0].peer.rpartition("/")[2]
    told = sven.refused("store", "announce", nodes[0].peer, FOREIGN)
    assert told == f"error: {FOREIGN} is not of your node\nhint: announce your own, which end with /p2p/{own}\n"
    stranger = _with_node(_stranger(people), nodes[0])
    assert "is not a member" in stranger.refused("store", "announce", nodes[0].peer)


@pytest.mark.parametrize("words", [("announce",), ("announce", FOREIGN), ("connect",)])
def test_the_node_of_a_later_store_is_not_ones_own(
    people: People, pair: list[Cli], nodes: list[Kubo], tmp_path: Path, words: tuple[str, ...]
) -> None:
    assert pair
    (tmp_path / "settings.toml").write_text(f'store = ["blobs", "{nodes[1].url}"]\n')
    told = people("sven").refused("store", *words, "--config", tmp_path / "settings.toml")
    assert told.startswith(
        "error: you have no node of your own: your first store is no Kubo node\nhint: name yours first"
    )


def _stranger(people: People) -> Cli:
    if not (people.folder / "pia.json").exists():
        people.account("pia")
    return people("pia")
