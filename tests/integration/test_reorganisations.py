"""Chains whose latest blocks are replaced by others, as Clique's are now and then."""

from collections.abc import Iterable

import pytest
from eth_account.signers.local import LocalAccount
from web3.types import Wei

from folkmoot.chain import Client, EventFeed
from folkmoot.chain.accounts import Signed, sign
from folkmoot.chain.events.federation import PeersAnnounced
from folkmoot.testing import Anvil
from tests.support.network import Network


@pytest.fixture
def announcing(deployed: Network) -> list[LocalAccount]:
    """Members, each with coins."""
    return [sender._account for sender in deployed.join(3)]


def announcement(network: Network, member: LocalAccount, word: str) -> Signed:
    """A signed transaction that nobody has seen yet."""
    client, call = network.client, network.federation.announce_peers(word)
    head, nonce = client.head(), client.next_nonce(member.address)
    rest = {"gas": 300_000, "nonce": nonce, "chainId": client.chain_id, "value": Wei(0), **client.fees(head)}
    return sign(member, {**call.request(member.address), **rest})  # type: ignore[typeddict-item]


def replace(anvil: Anvil, depth: int, placed: Iterable[tuple[Signed, int]]) -> None:
    """Put other blocks in place of the latest ones: transactions are in those of their numbers, from 0 on."""
    anvil.ask("anvil_reorg", depth, [[f"0x{signed.raw.hex()}", place] for signed, place in placed])


def words(feed: EventFeed) -> list[str]:
    return [event.addresses for event in feed() if isinstance(event, PeersAnnounced)]


def test_no_event_is_lost_or_told_twice_where_blocks_are_replaced(
    anvil: Anvil, client: Client, deployed: Network, announcing: list[LocalAccount]
) -> None:
    feed = EventFeed(client, deployed.federation.address, client.head().number + 1, [PeersAnnounced])
    one, two, three = (
        announcement(deployed, member, word)
        for member, word in zip(announcing, ("/one", "/two", "/three"), strict=True)
    )
    client.broadcast(one.raw)
    anvil.mine(2)
    assert words(feed) == ["/one"]

    replace(anvil, 3, [(two, 0), (one, 2)])
    assert words(feed) == ["/two"], "in a block that was looked at before; the first one moved to a later block"

    replace(anvil, 2, [(three, 1)])
    client.broadcast(one.raw)
    anvil.mine()
    assert words(feed) == ["/three"], "the first one moved beyond the blocks that were looked at before"
    assert words(feed) == []
