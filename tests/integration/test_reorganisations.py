"""Chains whose latest blocks are replaced by others, as Clique's are now and then."""

from collections.abc import Iterable
from pathlib import Path

from eth_account.signers.local import LocalAccount
from web3.types import Wei

from folkmoot.chain import Call, Client, EventFeed, deployments
from folkmoot.chain.accounts import Signed, sign
from folkmoot.chain.events.federation import MembershipApplied, PeersAnnounced
from folkmoot.cli.session import Session
from folkmoot.testing import Anvil, LocalChain, run_anvil
from folkmoot.worker.observer import Reader
from tests.support.network import Network, found


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


def test_a_deployment_that_came_into_earlier_blocks_is_usable_and_all_its_events_are_found(tmp_path: Path) -> None:
    """Its block is another one by then, and what happened first was in a block before that of the record."""
    with run_anvil() as anvil, Client([anvil.url], connect=anvil.connect) as client:
        start = anvil.ask("evm_snapshot")
        anvil.mine(5)
        record = found(LocalChain(anvil, client)).deployment
        deployments.write(record, tmp_path)
        anvil.ask("evm_revert", start)
        network = found(LocalChain(anvil, client))
        assert network.deployment.federation == record.federation
        (member,) = network.join(1)
        anvil.mine(record.block_number - client.head().number)
        assert client.block(record.block_number).hash != record.block_hash

        given = {"rpc": [anvil.url], "deployments": tmp_path}
        with Session(file=None, given=given, as_json=True) as session:
            assert session.record == record
            applied = [event for event in session.history if isinstance(event, MembershipApplied)]
        assert [event.member for event in applied] == [member.address]
        assert applied[0].origin
        assert applied[0].origin.block < record.block_number
