"""Besu's genesis, files and options, by its documentation."""

import json
from pathlib import Path

import pytest

from folkmoot.testing.networks.besu import BESU, arguments, by_hand, fault
from folkmoot.testing.networks.plan import Network, plan

HOSTS = ("a.example", "b.example", "10.0.0.3", "d.example")


def network(evm: str = "london", hosts: tuple[str, ...] = ("127.0.0.1",) * 4) -> Network:
    return plan(Path("x"), "besu", evm=evm, period=2, chain_id=77, hosts=hosts)[0]


@pytest.mark.parametrize(
    ("evm", "milestones"),
    [
        ("berlin", {"berlinBlock": 0}),
        ("london", {"londonBlock": 0, "zeroBaseFee": True}),
        ("shanghai", {"londonBlock": 0, "zeroBaseFee": True, "shanghaiTime": 0}),
    ],
)
def test_gas_is_free_by_any_rules(evm: str, milestones: dict[str, int]) -> None:
    config = BESU.genesis(network(evm))["config"]
    times = {"blockperiodseconds": 2, "epochlength": 30000, "requesttimeoutseconds": 4}
    assert config == {"chainId": 77, **milestones, "qbft": times}
    assert "--min-gas-price=0" in arguments(network(evm), network(evm).validators[0])


def test_on_loopback_nothing_listens_elsewhere_and_votes_are_taken() -> None:
    made = network()
    options = arguments(made, made.validators[1])
    assert {option for option in options if "host" in option or "interface" in option} == {
        "--p2p-host=127.0.0.1",
        "--p2p-interface=127.0.0.1",
        "--rpc-http-host=127.0.0.1",
    }
    assert "--rpc-http-api=ETH,NET,WEB3,QBFT" in options
    assert f"--rpc-http-port={made.validators[1].rpc}" in options
    assert f"--p2p-port={made.validators[1].p2p}" in options
    assert not any("Xdns" in option for option in options)


def test_on_hosts_the_rpc_takes_no_votes_but_a_socket_of_the_host_does() -> None:
    made = network(hosts=HOSTS)
    named, numbered = (arguments(made, made.validators[index]) for index in (0, 2))
    for options in (named, numbered):
        assert {"--rpc-http-host=0.0.0.0", "--rpc-http-api=ETH,NET,WEB3", "--rpc-ws-host=127.0.0.1"} <= set(options)
        assert {"--rpc-ws-api=ETH,QBFT", "--Xdns-enabled=true"} <= set(options)
    assert "--host-allowlist=127.0.0.1,localhost,a.example" in named
    assert [option for option in numbered if option.startswith("--p2p-host")] == ["--p2p-host=10.0.0.3"]
    assert not any(option.startswith("--p2p-host") for option in named), "an address is expected there"
    command = by_hand(made.validators[0], "0xab", wanted=False)
    assert command.startswith("wscat -c ws://127.0.0.1:8546 ")
    assert json.loads(command.partition("-x ")[2].strip("'"))["params"] == ["0xab", False]


def test_static_nodes_are_the_others_by_their_hosts() -> None:
    made = network(hosts=HOSTS)
    nodes = json.loads(BESU.peers(made, made.validators[0])["static-nodes.json"])
    assert nodes == [f"enode://{other.public_key}@{other.host}:30303" for other in made.validators[1:]]


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ("besu/v24.1.0/linux-x86_64/openjdk-java-17", True),
        ("besu/26.2.0/linux-x86_64/openjdk-java-21", True),
        ("geth version 1.13.15-stable", False),
        ("", False),
    ],
)
def test_a_besu_is_known_by_what_it_says(said: str, right: bool) -> None:
    assert (fault(said) == "") == right
