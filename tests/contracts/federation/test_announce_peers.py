import pytest

from tests.support.evm import events, reverts_with

NODES = "/dns4/ipfs.clinic.example/tcp/4001/p2p/12D3KooWGC6uTnyyfH8qZvHsvRXJTLTpkUEJ2XQhtFaLxVvVPbTz"
MOST = 1_024


@pytest.mark.parametrize("addresses", [NODES, f"{NODES}\n{NODES}", "", "a" * MOST])
def test_announce_peers(cast, member, addresses):
    transaction = cast.federation.announcePeers(addresses, {"from": member})
    assert events(transaction, "PeersAnnounced") == [{"member": member, "addresses": addresses}]


def test_they_are_bounded(cast, member):
    with reverts_with("AddressesTooLong", MOST + 1, MOST):
        cast.federation.announcePeers("a" * (MOST + 1), {"from": member})


def test_only_members(cast, apply, outsider):
    apply(outsider)
    with reverts_with("NotMember", outsider):
        cast.federation.announcePeers(NODES, {"from": outsider})
