"""What the doctor finds where no node runs; with one it is tested on a real chain."""

from pathlib import Path

from folkmoot.cli.checks import CHECKS
from tests.support.cli import Cli, findings


def test_nothing_is_there(cli: Cli) -> None:
    found = findings(cli)
    assert list(found) == list(CHECKS)
    assert {name: f["state"] for name, f in found.items()} == {
        "settings": "fine", "keystore": "wrong", "journal": "fine", "store": "wrong", "metrics": "fine",
        "nodes": "wrong", "finality": "skipped", "clock": "skipped", "record": "skipped", "logs": "skipped",
        "membership": "skipped", "balances": "skipped", "treasury": "skipped", "task": "skipped", "blobs": "skipped",
        "learner": "skipped",
    }  # fmt: skip
    assert [f["check"] for f in found.values() if f["state"] == "wrong" and not f["hint"]] == []
    assert found["membership"]["message"] == "needs: record, keystore"
    assert not Path("blobs").exists()


def test_settings_that_cannot_be_read(cli: Cli) -> None:
    Path("folkmoot.toml").write_text("keystor = 1")
    found = findings(cli)
    assert found["settings"]["message"] == "there is no setting 'keystor'"
    assert {f["state"] for name, f in found.items() if name != "settings"} == {"skipped"}


def test_for_people(cli: Cli) -> None:
    shown = cli.run("doctor").stdout
    assert "WRONG" in shown
    assert "make one: folkmoot account new" in shown
