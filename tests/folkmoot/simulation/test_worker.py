import subprocess
import sys
from pathlib import Path

from folkmoot.simulation.config import template
from folkmoot.testing import free_port


def run(config: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "folkmoot.simulation.worker", "--config", str(config)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


def test_what_has_to_be_fixed_is_said_in_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "worker.toml"
    file.write_text(template({"rpc": [f"http://127.0.0.1:{free_port()}"]}))
    done = run(file)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(f"simulated worker: there is no keystore file {tmp_path / 'keystore.json'}")


def test_an_unknown_attack_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "worker.toml"
    file.write_text('[simulation]\nbehaviour = "sleep"')
    done = run(file)
    assert done.returncode == 1
    assert done.stderr.startswith("simulated worker: there is no attack 'sleep' (one of noise, ")
