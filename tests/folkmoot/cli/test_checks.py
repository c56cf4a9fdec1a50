"""What the checks of this machine find; those of the chain and the task are tested on a real one."""

from pathlib import Path

from tests.support.cli import Cli, findings


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
