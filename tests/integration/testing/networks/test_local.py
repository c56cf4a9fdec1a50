"""A network of real geth nodes for as long as a block lasts."""

import subprocess
import sys
from pathlib import Path
from subprocess import PIPE

import pytest

from folkmoot.testing.networks import run_network
from folkmoot.testing.servers import program, where
from tests.support.family import parents, wait_for_end

pytestmark = pytest.mark.skipif(not program("geth"), reason=f"there is no geth: {where('geth')}")


def test_validators_are_killed_stopped_and_started_again_and_all_end_with_the_block(tmp_path: Path) -> None:
    with run_network(tmp_path / "network", validators=3) as network:
        pids = {process.pid for process in network.processes.values()}
        assert network.status().up == 3
        network.kill(3)
        network.wait_for_blocks(1, 2)
        network.stop(2)
        assert (network.status().up, network.status().can_make_blocks) == (1, False)
        network.start(2, 3)
        network.wait_for_blocks()
        pids |= {process.pid for process in network.processes.values()}
        assert len(pids) == 5
        assert network.status().verdict() == "3 of 3 validators are up and 2 are needed: the network can make blocks"
    assert not pids & parents().keys()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a process with its parent")
def test_no_validator_outlives_the_program_even_if_that_is_killed(tmp_path: Path) -> None:
    written = (
        "from pathlib import Path\n"
        "from folkmoot.testing.networks import run_network\n"
        f"with run_network(Path({str(tmp_path / 'network')!r}), validators=3) as network:\n"
        "    print(*(process.pid for process in network.processes.values()), flush=True)\n"
        "    input()\n"
    )
    with subprocess.Popen([sys.executable, "-c", written], stdin=PIPE, stdout=PIPE, text=True) as process:
        assert process.stdout
        pids = list(map(int, process.stdout.readline().split()))
        process.kill()
    assert len(pids) == 3
    for pid in pids:
        wait_for_end(pid)
