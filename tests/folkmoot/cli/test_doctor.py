"""What the doctor finds where no node runs; with one it is tested on a real chain."""

import json
from pathlib import Path
from typing import Any

from folkmoot.cli.doctor import CHECKS
from tests.support.cli import Cli


def findings(cli: Cli, *words: str) -> dict[str, dict[str, Any]]:
    result = cli.run("doctor", "--json", *words)
    assert result.exit_code == 1
    return {found["check"]: found for found in json.loads(result.stdout)}


def test_nothing_is_there(cli: Cli) -> None:
    found = findings(cli)
    assert list(found) == list(CHECKS)
    assert {name: f["state"] for name, f in found.items()} == {
        "settings": "fine", "keystore": "wrong", "journal": "fine", "store": "wrong", "nodes": "wrong",
        "clock": "skipped", "record": "skipped", "membership": "skipped", "balances": "skipped", "task": "skipped",
        "blobs": "skipped", "learner": "skipped",
    }  # fmt: skip
    assert [f["check"] for f in found.values() if f["state"] == "wrong" and not f["hint"]] == []
    assert found["membership"]["message"] == "needs: record, keystore"
    assert not Path("blobs").exists()


def test_a_machine_that_is_ready(cli: Cli, keystore: str) -> None:
    Path("blobs").mkdir()
    found = findings(cli, "--password-file", "password")
    assert [found[name]["state"] for name in ("keystore", "journal", "store")] == ["fine"] * 3
    assert found["keystore"]["message"] == keystore


def test_a_wrong_password(cli: Cli, keystore: str) -> None:
    assert keystore
    Path("other").write_text("guess")
    assert findings(cli, "--password-file", "other")["keystore"]["message"] == "wrong password for keystore.json"


def test_no_password_is_asked_for(cli: Cli, keystore: str) -> None:
    found = findings(cli)["keystore"]
    assert (found["state"], found["message"]) == ("doubt", f"{keystore}; its password was not tried")


def test_a_key_that_others_can_read(cli: Cli, keystore: str) -> None:
    assert keystore
    Path("keystore.json").chmod(0o644)
    found = findings(cli, "--password-file", "password")["keystore"]
    assert (found["state"], found["hint"]) == ("doubt", "chmod 600 keystore.json")
    Path("keystore.json").rename("my key.json")
    assert findings(cli, "--password-file", "password", "--keystore", "my key.json")["keystore"]["hint"].endswith(
        "chmod 600 'my key.json'"
    )


def test_a_journal_that_cannot_be_written(cli: Cli) -> None:
    Path("state").write_text("a file")
    assert findings(cli)["journal"]["state"] == "wrong"


def test_settings_that_cannot_be_read(cli: Cli) -> None:
    Path("folkmoot.toml").write_text("keystor = 1")
    found = findings(cli)
    assert found["settings"]["message"] == "there is no setting 'keystor'"
    assert {f["state"] for name, f in found.items() if name != "settings"} == {"skipped"}


def test_for_people(cli: Cli) -> None:
    shown = cli.run("doctor").stdout
    assert "WRONG" in shown
    assert "make one: folkmoot account new" in shown
