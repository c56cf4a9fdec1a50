"""What is written for a network."""

import json
import stat
from pathlib import Path

import pytest
from eth_account import Account

from folkmoot.errors import ConfigError
from folkmoot.testing.networks.folders import create, extend, shrink
from folkmoot.testing.networks.kinds import KINDS
from folkmoot.testing.networks.plan import Network, load, plan


def made(folder: Path, client: str = "geth") -> Network:
    network, accounts = plan(folder, client, evm="berlin")
    create(network, accounts)
    return network


def peers(network: Network, number: int) -> str:
    return (network.folder / f"validator-{number}" / "config.toml").read_text()


@pytest.mark.parametrize("client", KINDS)
def test_each_validator_has_a_folder_with_its_own_key_that_nobody_else_may_read(tmp_path: Path, client: str) -> None:
    network = made(tmp_path / "network", client)
    assert load(network.folder) == network
    genesis = (network.folder / "genesis.json").read_text()
    assert json.loads(genesis) == KINDS[client].genesis(network)
    for validator in network.validators:
        folder = network.place(validator)
        assert Account.from_key((folder / "key").read_text()).address == validator.address
        assert (folder / "genesis.json").read_text() == genesis
        modes = {stat.S_IMODE(path.stat().st_mode) for path in (folder, *folder.rglob("*"))}
        assert modes == {0o700, 0o600}
        assert (folder / "run").stat().st_mode & stat.S_IXUSR


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").touch()
    with pytest.raises(ConfigError, match="is not empty"):
        made(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_one_that_joins_knows_the_others_and_they_know_it(tmp_path: Path) -> None:
    network = made(tmp_path / "network")
    larger, validator = extend(network, "127.0.0.1")
    assert validator.number == 5
    assert load(network.folder) == larger
    assert all(other.public_key in peers(larger, 5) for other in network.validators)
    assert all(validator.public_key in peers(larger, other.number) for other in network.validators)
    assert validator.public_key not in peers(larger, 5)
    assert (larger.place(validator) / "genesis.json").read_text() == (network.folder / "genesis.json").read_text()


def test_one_that_leaves_is_forgotten_and_its_number_is_not_used_again(tmp_path: Path) -> None:
    larger, fifth = extend(made(tmp_path / "network"), "127.0.0.1")
    smaller = shrink(larger, fifth)
    assert load(smaller.folder) == smaller
    assert [validator.number for validator in smaller.validators] == [1, 2, 3, 4]
    assert fifth.public_key not in peers(smaller, 1)
    assert larger.place(fifth).is_dir()
    assert extend(smaller, "127.0.0.1")[1].number == 6
