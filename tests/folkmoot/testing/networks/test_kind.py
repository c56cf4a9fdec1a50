"""The script that starts a validator."""

import os
import subprocess
from pathlib import Path

from folkmoot.testing.networks.kind import others, script
from folkmoot.testing.networks.plan import plan


def test_a_script_runs_the_client_in_its_own_folder_with_every_argument_as_it_is(tmp_path: Path) -> None:
    validator = plan(tmp_path, "geth", evm="berlin")[0].validators[0]
    client, run = tmp_path / "a client", tmp_path / "run"
    client.write_text('#!/bin/sh\npwd\nprintf "%s\\n" "$@"\n')
    run.write_text(script("geth", "geth", validator, ["--a", "two words", "--b=$HOME", "--c"], ['echo "before"']))
    for file in (client, run):
        file.chmod(0o755)
    environment = os.environ | {"CLIENT": str(client)}
    done = subprocess.run([str(run)], env=environment, cwd="/", capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["before", str(tmp_path), "--a", "two words", "--b=$HOME", "--c"]


def test_the_others_are_all_but_oneself(tmp_path: Path) -> None:
    network = plan(tmp_path, "geth", evm="berlin")[0]
    enodes = others(network, network.validators[1])
    assert [enode[8:136] for enode in enodes] == [network.validators[index].public_key for index in (0, 2, 3)]
