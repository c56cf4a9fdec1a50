"""`scripts/consortium.py` with four real geth nodes: what an operator sees while validators come and go."""

import os
import re
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from eth_account import Account

from folkmoot.testing.networks import nodes
from folkmoot.testing.networks.plan import Network, load
from folkmoot.testing.networks.rpc import ask, heights
from folkmoot.testing.servers import program, where
from scripts.consortium import main
from tests.support.family import parents, wait_for_end

PERIODS = 4  # block times in which a network that can make blocks makes one


@dataclass(slots=True)
class Operator:
    """Runs commands on one network."""

    folder: Path
    capsys: pytest.CaptureFixture[str]

    def run(self, command: str, *arguments: str) -> tuple[int, str]:
        """A command's exit code, and what it printed."""
        code = main([command, str(self.folder), *arguments])
        captured = self.capsys.readouterr()
        return code, captured.out + captured.err

    @property
    def network(self) -> Network:
        return load(self.folder)

    def heights(self, *numbers: int) -> list[int | None]:
        return heights([validator.url for validator in self.network.chosen(numbers)])

    def pids(self) -> set[int]:
        network = self.network
        return {pid for v in network.validators if (pid := nodes.process_of(network.place(v)))}


@pytest.fixture
def operator(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Operator]:
    operator = Operator(tmp_path / "chain", capsys)
    yield operator
    nodes.stop(list(operator.folder.glob("validator-*")))


def kill(network: Network, *numbers: int) -> None:
    """End validators as a failing machine would."""
    for validator in network.chosen(numbers):
        pid = nodes.process_of(network.place(validator))
        assert pid
        os.kill(pid, signal.SIGKILL)
        wait_for_end(pid)


def deploy_for_nothing(network: Network) -> int:
    """The gas of a contract that an account without coin creates at price 0."""
    account, url = Account.create(), network.urls[0]
    transaction = {"nonce": 0, "gasPrice": 0, "gas": 100_000, "value": 0, "data": "0x00", "chainId": network.chain_id}
    signed = account.sign_transaction(transaction).raw_transaction
    name = ask(url, "eth_sendRawTransaction", f"0x{signed.hex()}")
    for _ in range(300):
        if receipt := ask(url, "eth_getTransactionReceipt", name):
            assert receipt["status"] == "0x1"
            return int(receipt["gasUsed"], 16)
        time.sleep(0.1)
    raise TimeoutError(name)


@pytest.mark.skipif(not program("geth"), reason=f"there is no geth: {where('geth')}")
def test_a_network_lives_through_losses_a_halt_and_votes(operator: Operator) -> None:
    assert operator.run("init", "--client", "geth")[0] == 0
    code, said = operator.run("up")
    assert (code, "Blocks come. 4 validators started" in said) == (0, True)
    network = operator.network
    assert f'rpc = ["{network.urls[0]}", ' in said
    assert f"export FOLKMOOT_RPC={','.join(network.urls)}\n" in said
    assert all(height for height in operator.heights())
    assert deploy_for_nothing(network) > 50_000

    kill(network, 4)
    nodes.wait_for_blocks(network, network.chosen([1, 2, 3]))
    code, said = operator.run("status")
    assert (code, "3 of 4 validators are up and 3 are needed: the network can make blocks" in said) == (0, True)
    assert re.search(r"^4 .* not running  no answer  no answer ", said, re.MULTILINE)

    assert operator.run("down", "--validator", "3")[1] == "1 validator ended.\n"
    time.sleep(PERIODS * network.period)  # each of the two left may have one more turn
    halted = operator.heights(1, 2)
    time.sleep(PERIODS * network.period)
    assert operator.heights(1, 2) == halted
    code, said = operator.run("status")
    assert (code, "the network makes no blocks until 1 more validator is up" in said) == (1, True)
    code, said = operator.run("add")
    assert (code, "the network makes no blocks until" in said) == (1, True)
    assert len(operator.network.validators) == 4

    kill(network, 1, 2)
    code, said = operator.run("up", "--validator", "1", "2")
    assert (code, said.startswith("2 of 4 validators are up and 3 are needed: ")) == (1, True)
    assert operator.heights(1, 2) == halted, "a killed node has lost blocks"

    code, said = operator.run("up")
    assert (code, "Blocks come. 2 validators started; 4 of 4" in said) == (0, True)

    code, said = operator.run("add")
    assert (code, "Validator 5 is voted in; 5 of 5 validators are up" in said) == (0, True)
    code, said = operator.run("remove", "5")
    assert (code, "Validator 5 is voted out; 4 of 4 validators are up" in said) == (0, True)
    assert nodes.process_of(operator.folder / "validator-5") is None

    pids = operator.pids()
    assert len(pids) == 4
    assert operator.run("down")[1] == "4 validators ended.\n"
    assert not pids & parents().keys()
    assert operator.run("down")[1] == "0 validators ended.\n"
