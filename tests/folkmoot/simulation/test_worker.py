import logging
import subprocess
import sys
from pathlib import Path

import pytest

from folkmoot.simulation.config import template
from folkmoot.simulation.worker import run
from folkmoot.testing import free_port


def test_what_has_to_be_fixed_is_said_in_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "worker.toml"
    file.write_text(template({"rpc": [f"http://127.0.0.1:{free_port()}"]}))
    command = [sys.executable, "-m", "folkmoot.simulation.worker", "--config", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"simulated worker: there is no keystore file {tmp_path / 'keystore.json'}")


def test_an_unknown_attack_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(logging, "basicConfig", lambda **_: None)  # it would take pytest's handlers away
    file = tmp_path / "worker.toml"
    file.write_text('[simulation]\nbehaviour = "sleep"')
    with pytest.raises(SystemExit, match=r"^simulated worker: there is no attack 'sleep' \(one of noise, "):
        run(file)
