"""GoQuorum's genesis, files and options, by its documentation."""

import json
from pathlib import Path

import pytest

from folkmoot.testing.networks.plan import Network, plan
from folkmoot.testing.networks.quorum import QUORUM, arguments, by_hand, fault


@pytest.fixture
def network() -> Network:
    return plan(Path("x"), "quorum", evm="berlin", chain_id=77)[0]


def test_the_genesis_has_every_fork_up_to_berlin_and_what_is_quorums_own(network: Network) -> None:
    config = QUORUM.genesis(network)["config"]
    forks = {
        "homestead",
        "eip150",
        "eip155",
        "eip158",
        "byzantium",
        "constantinople",
        "petersburg",
        "istanbul",
        "berlin",
    }
    assert {name: value for name, value in config.items() if name.endswith("Block")} == {f"{f}Block": 0 for f in forks}
    assert (config["isQuorum"], config["txnSizeLimit"]) == (True, 128)
    assert config["qbft"] == {
        "blockperiodseconds": 1,
        "epochlength": 30000,
        "requesttimeoutseconds": 2,
        "policy": 0,
        "ceil2Nby3Block": 0,
    }


def test_static_nodes_are_where_it_looks_for_them(network: Network) -> None:
    nodes = json.loads(QUORUM.peers(network, network.validators[3])["data/static-nodes.json"])
    first = network.validators[0]
    assert len(nodes) == 3
    assert nodes[0] == f"enode://{first.public_key}@127.0.0.1:{first.p2p}?discport=0"


def test_it_mines_without_an_account_or_private_transactions_and_takes_votes_on_loopback(network: Network) -> None:
    text, options = QUORUM.script(network, network.validators[0]), arguments(network, network.validators[0])
    assert "export PRIVATE_CONFIG=ignore\n" in text
    assert '"$client" --datadir data init genesis.json || exit 1' in text
    assert {"--mine", "--nodekey", "--istanbul.blockperiod", "--miner.gasprice"} <= set(options)
    assert "--unlock" not in options
    assert options[options.index("--http.api") + 1] == "eth,net,web3,istanbul"
    assert options[options.index("--miner.gastarget") + 1] == "60000000"
    assert options[options.index("--miner.gaslimit") + 1] == "60000000"


def test_a_vote_by_hand_goes_to_its_console(network: Network) -> None:
    command = "geth attach --exec 'istanbul.propose(\"0xab\", true)' data/geth.ipc"
    assert by_hand(network.validators[0], "0xab", wanted=True) == command


@pytest.mark.parametrize(
    ("said", "right"),
    [
        ("Geth\nVersion: 1.10.3-stable\nGit Commit: 0\nQuorum Version: 24.4.0\nArchitecture: amd64\n", True),
        ("Geth\nVersion: 1.13.15-stable\nArchitecture: amd64\n", False),
    ],
)
def test_a_quorum_is_known_by_what_it_says(said: str, right: bool) -> None:
    assert (fault(said) == "") == right
