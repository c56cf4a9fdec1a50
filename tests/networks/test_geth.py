"""Some of the tests of this folder on real geth nodes, which make a block a second and take nothing for gas."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from folkmoot.chain import Client, Sender
from folkmoot.page.asking import CALLS, ChainId, Code, Header, HeadNumber, Logs, ReceiptOf, Version, View, selector
from folkmoot.page.opening import opened
from folkmoot.page.record import load
from folkmoot.page.saving import save
from folkmoot.testing import RemoteChain
from folkmoot.testing.networks import run_network
from folkmoot.testing.servers import program, where
from tests.integration import test_encryption, test_rounds
from tests.integration.cli import conftest as command_line
from tests.integration.cli import test_member, test_status, test_task
from tests.integration.cli.people import People, found_people
from tests.support import chains
from tests.support.network import Network

pytestmark = [
    pytest.mark.skipif(not program("geth"), reason=f"there is no geth: {where('geth')}"),
    pytest.mark.skipif(bool(chains.URLS), reason="FOLKMOOT_CHAIN names the chain on which all tests run"),
]


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RemoteChain]:
    folder = tmp_path_factory.mktemp("geth")
    with run_network(folder / "network", "geth", validators=3) as network, Client(network.urls) as client:
        yield RemoteChain(client)


@pytest.fixture(scope="module")
def founded(chain: RemoteChain, tmp_path_factory: pytest.TempPathFactory) -> People:
    return found_people(chain, tmp_path_factory.mktemp("federation"))


@pytest.fixture(scope="module")
def deployed(founded: People) -> Network:
    return founded.network


@pytest.fixture(scope="module")
def crew_members(founded: People) -> dict[str, Sender]:
    return founded.crew_members()


members, people, crew = test_rounds.members, command_line.people, command_line.crew

test_an_honest_task = test_rounds.test_an_honest_task
test_a_silent_committee = test_rounds.test_a_silent_committee_is_struck_and_replaced
test_an_encrypted_task = test_encryption.test_updates_for_seats_are_read_by_seats_alone
test_the_way_in = test_member.test_the_way_in
test_a_round_as_it_runs = test_status.test_a_round_as_it_runs
test_a_task_without_its_store = test_task.test_a_task_is_shown_where_its_descriptor_is_missing
test_an_application_withdrawn = test_member.test_an_application_is_withdrawn_and_its_fee_had_back


def test_a_page_shows_it_and_a_record_shows_the_same(deployed: Network, tmp_path: Path) -> None:
    """Such a node tells no times with its logs, and makes a block a second meanwhile."""
    d, client = deployed.deployment, deployed.client
    with opened(d, client, deployed.urls) as source:
        record = load(save(source, tmp_path).parent)
        (told,) = record.answer([HeadNumber()])
        head = int(json.loads(str(told)), 16)
        logs = Logs((d.federation, d.treasury), d.first_block, head)
        (told,) = source.answer([logs])
        found = json.loads(str(told))
        assert len(found) == len(client.logs(logs.contracts, d.first_block, head)) > 0
        times = {int(one["blockNumber"], 16): int(one["blockTimestamp"], 16) for one in found}
        assert times == {number: client.block(number).time for number in times}
        asked = [
            *(ChainId(), Version(), logs, Header(head), Code(d.federation)),
            *(Header(number) for number in times),
            *(ReceiptOf(one["transactionHash"]) for one in found),
            *(View(d.treasury, selector("Treasury", name)) for name in CALLS["Treasury"]),
        ]
        assert record.answer(asked) == source.answer(asked)
