"""What can be planned, and what is read back."""

import socket
import time
from itertools import chain
from pathlib import Path

import pytest
from eth_keys.datatypes import PublicKey

from folkmoot.errors import ConfigError
from folkmoot.testing.networks.plan import MOST, is_free, join, load, plan

HOSTS = ("a.example", "b.example", "a.example")


def test_validators_on_loopback_have_different_free_ports_and_keys(tmp_path: Path) -> None:
    network, accounts = plan(tmp_path, "geth", evm="berlin")
    ports = list(chain.from_iterable(validator.ports for validator in network.validators))
    assert len(set(ports)) == 12
    assert all(map(is_free, ports))
    assert network.is_here
    assert network.founders == tuple(account.address for account in accounts)
    for validator, account in zip(network.validators, accounts, strict=True):
        assert PublicKey(bytes.fromhex(validator.public_key)).to_checksum_address() == account.address


def test_validators_on_hosts_have_the_usual_ports_moved_on_where_two_share_a_host(tmp_path: Path) -> None:
    network, _ = plan(tmp_path, "geth", evm="berlin", hosts=HOSTS)
    assert network.urls == ["http://a.example:8545", "http://b.example:8545", "http://a.example:8555"]
    assert [validator.p2p for validator in network.validators] == [30303, 30303, 30313]
    assert not network.is_here


def test_on_loopback_blocks_begin_when_all_validators_have_had_time_to_start(tmp_path: Path) -> None:
    now = int(time.time())
    network, _ = plan(tmp_path, "geth", evm="berlin")
    assert now + 8 <= network.born <= time.time() + 8
    assert plan(tmp_path, "geth", evm="berlin", hosts=HOSTS)[0].born == 0


def test_two_networks_have_different_chain_ids(tmp_path: Path) -> None:
    first, second = (plan(tmp_path, "geth", evm="berlin")[0].chain_id for _ in range(2))
    assert first != second
    assert plan(tmp_path, "geth", evm="berlin", chain_id=77)[0].chain_id == 77


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"period": 0}, "a block every 0 seconds cannot be"),
        ({"gas_limit": 29_999_999}, "blocks of 29999999 gas are too small"),
        ({"chain_id": 0}, "the chain id cannot be 0"),
        ({"hosts": ["a.example", "http://b.example"]}, "'http://b.example' is no host"),
        ({"hosts": ["a.example", "b.example:30303"]}, "'b.example:30303' is no host"),
        ({"hosts": ["a.example", "b; reboot"]}, "'b; reboot' is no host"),
        ({"hosts": ["a.example", "localhost"]}, "some validators would be on loopback"),
        ({"hosts": ["127.0.0.1"] * (MOST + 1)}, f"at most {MOST} validators"),
    ],
)
def test_what_cannot_be_is_refused(tmp_path: Path, options: dict[str, int], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        plan(tmp_path, "geth", evm="berlin", **options)  # type: ignore[arg-type]


def test_one_that_joins_takes_no_port_of_the_others_and_is_no_founder(tmp_path: Path) -> None:
    network, _ = plan(tmp_path, "geth", evm="berlin")
    larger, account = join(network, "localhost", 9)
    assert (larger.validators[-1].number, larger.validators[-1].host) == (9, "127.0.0.1")
    assert account.address not in larger.founders
    taken = set(chain.from_iterable(validator.ports for validator in network.validators))
    assert not taken & set(larger.validators[-1].ports)


def test_a_network_is_read_back_from_its_folder(tmp_path: Path) -> None:
    network, _ = plan(tmp_path, "geth", evm="berlin", hosts=HOSTS)
    network.write()
    assert load(tmp_path) == network


def test_a_folder_without_a_network_or_with_a_damaged_one_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"there is no network in .*`init` makes one"):
        load(tmp_path)
    (tmp_path / "network.json").write_text('{"client": "geth"}')
    with pytest.raises(ConfigError, match=r"network\.json is damaged"):
        load(tmp_path)


def test_validators_are_chosen_by_number(tmp_path: Path) -> None:
    network, _ = plan(tmp_path, "geth", evm="berlin")
    assert network.chosen() == list(network.validators)
    assert network.chosen([3, 1, 3]) == [network.validators[2], network.validators[0]]
    with pytest.raises(ConfigError, match=r"there is no validator 5 \(there are 1, 2, 3, 4\)"):
        network.chosen([1, 5])


def test_a_port_is_taken_while_something_listens_on_loopback() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        assert not is_free(port)
    assert is_free(port)
