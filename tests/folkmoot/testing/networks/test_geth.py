"""geth's genesis, files and options."""

import json
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest
from eth_account import Account

from folkmoot.testing.networks import clique
from folkmoot.testing.networks.geth import GETH, KEYSTORE, PASSWORD, arguments, by_hand, fault
from folkmoot.testing.networks.plan import Network, plan


def network(evm: str = "berlin") -> Network:
    return plan(Path("x"), "geth", evm=evm, period=2, chain_id=77)[0]


def test_the_genesis_block_names_the_founders_and_the_rules() -> None:
    made = network()
    genesis = GETH.genesis(made)
    assert genesis["config"]["clique"] == {"period": 2, "epoch": 30000}
    assert (genesis["config"]["berlinBlock"], "londonBlock" in genesis["config"]) == (0, False)
    assert genesis["extraData"] == clique.extra_data(made.founders)
    assert int(genesis["timestamp"], 16) == made.born > 0
    assert (genesis["gasLimit"], genesis["alloc"]) == (hex(60_000_000), {})
    assert "baseFeePerGas" not in genesis


def test_from_london_on_the_base_fee_begins_with_nothing() -> None:
    genesis = GETH.genesis(network("london"))
    assert (genesis["config"]["londonBlock"], genesis["baseFeePerGas"]) == (0, "0x0")


def test_the_key_that_signs_blocks_opens_by_the_password_beside_it() -> None:
    account = Account.create()
    files = GETH.secrets(account)
    assert Account.decrypt(json.loads(files[KEYSTORE]), files[PASSWORD].strip()) == account.key
    assert files[PASSWORD] != GETH.secrets(account)[PASSWORD]


def test_the_settings_name_the_others() -> None:
    made = network()
    nodes = tomllib.loads(GETH.peers(made, made.validators[0])["config.toml"])["Node"]["P2P"]["StaticNodes"]
    assert nodes == [f"enode://{o.public_key}@{o.host}:{o.p2p}?discport=0" for o in made.validators[1:]]


def test_it_signs_for_its_own_address_on_its_own_ports_and_keeps_every_state() -> None:
    made = network()
    validator = made.validators[2]
    options = arguments(made, validator)
    values = dict(pairwise(options))
    assert values["--miner.etherbase"] == values["--unlock"] == validator.address
    ports = (values["--port"], values["--http.port"], values["--authrpc.port"])
    assert ports == (str(validator.p2p), str(validator.rpc), str(validator.inner))
    assert (values["--gcmode"], values["--miner.gasprice"], values["--txpool.pricelimit"]) == ("archive", "0", "0")


def test_a_vote_by_hand_goes_to_its_console() -> None:
    command = "geth attach --exec 'clique.propose(\"0xab\", false)' data/geth.ipc"
    assert by_hand(network().validators[0], "0xab", wanted=False) == command


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("Geth\nVersion: 1.13.15-stable\nArchitecture: amd64\n", ""),
        ("Geth\nVersion: 1.14.8-stable\nArchitecture: amd64\n", "is geth 1.14, and Clique needs 1.13"),
        ("Geth\nVersion: 1.10.3-stable\nQuorum Version: 24.4.0\n", "is no geth"),
        ("besu/v24.1.0/linux-x86_64/openjdk-java-17", "is no geth"),
    ],
)
def test_a_geth_is_known_by_what_it_says(said: str, expected: str) -> None:
    assert fault(said) == expected
