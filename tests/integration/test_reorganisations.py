"""Chains whose latest blocks are replaced by others, as Clique's are now and then."""

from collections.abc import Iterable

from eth_account.signers.local import LocalAccount
from web3.types import Wei

from folkmoot.chain import Call, Client, EventFeed
from folkmoot.chain.accounts import Signed, sign
from folkmoot.chain.events.federation import PeersAnnounced
from folkmoot.testing import Anvil
from folkmoot.worker.observer import Reader
from tests.support.network import Network


def signed(client: Client, account: LocalAccount, call: Call) -> Signed:
    """A transaction that nobody has seen yet."""
    head, nonce = client.head(), client.next_nonce(account.address)
    rest = {"gas": 1_000_000, "nonce": nonce, "chainId": client.chain_id, "value": Wei(0), **client.fees(head)}
    return sign(account, {**call.request(account.address), **rest})  # type: ignore[typeddict-item]


def execute(anvil: Anvil, one: Signed) -> None:
    anvil.ask("eth_sendRawTransactionSync", f"0x{one.raw.hex()}")


def replace(anvil: Anvil, depth: int, placed: Iterable[tuple[Signed, int]]) -> None:
    """Put other blocks in place of the latest ones: transactions are in those of their numbers, from 0 on."""
    anvil.ask("anvil_reorg", depth, [[f"0x{one.raw.hex()}", place] for one, place in placed])


def announced(feed: EventFeed) -> list[str]:
    return [event.addresses for event in feed() if isinstance(event, PeersAnnounced)]


def test_no_event_is_lost_or_told_twice(anvil: Anvil, client: Client, deployed: Network) -> None:
    feed = EventFeed(client, deployed.federation.address, client.head().number + 1, [PeersAnnounced])
    one, two, three = (
        signed(client, member._account, deployed.federation.announce_peers(word))
        for member, word in zip(deployed.join(3), ("/one", "/two", "/three"), strict=True)
    )
    execute(anvil, one)
    anvil.mine(2)
    assert announced(feed) == ["/one"]

    replace(anvil, 3, [(two, 0), (one, 2)])
    assert announced(feed) == ["/two"], "in a block that was looked at before; the first one moved to a later block"

    replace(anvil, 2, [(three, 1)])
    execute(anvil, one)
    anvil.mine()
    assert announced(feed) == ["/three"], "the first one moved beyond the blocks that were looked at before"
    assert announced(feed) == []


def test_who_enrolled_in_a_block_that_was_replaced_is_read_again(
    anvil: Anvil, client: Client, deployed: Network
) -> None:
    members = deployed.join(9)
    task = deployed.propose(members[0])
    deployed.start(task, members[:3], members[3:6], budget=100)
    early, late, gone = members[6:]
    deployed.send(gone, deployed.federation.leave())  # from now on departures are looked for
    reader = Reader(deployed.federation, task, task.parameters(), members[0].address, turn=1)
    first, second = (signed(client, member._account, task.enrol()) for member in (early, late))
    execute(anvil, first)
    before = client.head()
    assert reader.read(before.number).roster.enrolled == 7

    replace(anvil, 1, [(second, 0)])
    execute(anvil, first)
    deployed.send(late, deployed.federation.leave())
    assert reader.may_differ(before, client.head())
    view = reader.read(client.head().number)
    assert (view.roster.enrolled, view.departed) == (8, (late.address,))
