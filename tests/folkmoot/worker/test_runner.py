import signal
import subprocess
import sys
from pathlib import Path

import pytest

from folkmoot.chain import create_account
from folkmoot.config import WorkerConfig, template
from folkmoot.errors import AccountError, ConfigError
from folkmoot.testing import free_port
from folkmoot.worker import PlainReporter, run_worker

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def keystore(tmp_path: Path) -> Path:
    path = tmp_path / "keystore.json"
    create_account(path, lambda: "secret", iterations=2)
    return path


def test_a_wrong_password_is_refused(keystore: Path, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("guess\n")
    with pytest.raises(AccountError, match="wrong password"):
        run_worker(WorkerConfig(keystore=keystore, password_file=tmp_path / "password"), PlainReporter())


def test_a_password_file_that_is_not_there_is_named(keystore: Path, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot read the password"):
        run_worker(WorkerConfig(keystore=keystore, password_file=tmp_path / "none"), PlainReporter())


def test_a_keystore_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(AccountError, match=r"no keystore file .*nobody\.json"):
        run_worker(WorkerConfig(keystore=tmp_path / "nobody.json"), PlainReporter())


def test_a_worker_waits_for_its_node_and_stops_when_told(keystore: Path, tmp_path: Path) -> None:
    (tmp_path / "password").write_text("secret")
    rpc = [f"http://127.0.0.1:{free_port()}"]
    config = tmp_path / "worker.toml"
    config.write_text(template({"keystore": keystore.name, "password_file": "password", "rpc": rpc}))
    command = [sys.executable, "-m", "folkmoot", "worker", "--config", str(config)]
    worker = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True)
    assert worker.stderr is not None
    try:
        said = next(line for line in worker.stderr if rpc[0] in line)
        assert "no node answers" in said, "once is enough"
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(60) == 0
    finally:
        worker.kill()
        worker.communicate()
