import pytest

from folkmoot.chain.events.federation import PeersAnnounced
from folkmoot.chain.peers import MAX_ANNOUNCEMENT, announced, announcement, peer_of
from folkmoot.errors import ConfigError

PEER = "12D3KooWP2tWvmye38oPfBHkNGe3oeugfRT3ny1UVrR1G8ddSpEc"
HERE, NAMED, THERE = (
    f"{where}/tcp/4001/p2p/{PEER}" for where in ("/ip4/203.0.113.7", "/dns/kubo.example", "/ip6/2001:db8::1")
)
ADA, BEN = "0xAda", "0xBen"


def test_the_latest_announcement_of_a_member_counts() -> None:
    events = [
        PeersAnnounced(ADA, HERE),
        PeersAnnounced(BEN, f"{HERE}\n{NAMED}"),
        PeersAnnounced(ADA, THERE),
    ]
    assert announced(events) == {ADA: (THERE,), BEN: (HERE, NAMED)}
    assert announced([*events, PeersAnnounced(ADA, "")])[ADA] == ()


@pytest.mark.parametrize(
    "line",
    [
        *("", "nonsense", "\x1b[2J", f"x{HERE}", f"/p2p/{PEER}"),
        *("/ip4/203.0.113.7/tcp/4001", f"/ip4/203.0.113.7/p2p/{PEER} --help"),
    ],
)
def test_a_line_that_is_no_multiaddress_is_left_out_and_not_announced(line: str) -> None:
    assert announced([PeersAnnounced(ADA, f"{line}\r\n{HERE}\n{line}")]) == {ADA: (HERE,)}
    with pytest.raises(ConfigError, match="is not the multiaddress of a node"):
        announcement([HERE, line])


def test_an_announcement_has_a_line_for_each_and_fits_the_chain() -> None:
    assert announcement([HERE, NAMED]) == f"{HERE}\n{NAMED}"
    assert announcement([]) == ""
    with pytest.raises(ConfigError, match=f"20 addresses have .* allowed are {MAX_ANNOUNCEMENT}"):
        announcement([HERE] * 20)


def test_a_multiaddress_ends_with_its_nodes_id() -> None:
    assert {peer_of(address) for address in (HERE, NAMED, THERE)} == {PEER}
