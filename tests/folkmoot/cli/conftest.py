from functools import partial
from pathlib import Path

import pytest

from folkmoot.chain import nodes
from folkmoot.chain.accounts import create_account, save_account
from folkmoot.cli import account
from folkmoot.testing import free_port
from tests.support.cli import Cli

PASSWORD = "correct horse battery staple"  # noqa: S105 - opens nothing but these tests' keystores


@pytest.fixture(autouse=True)
def quick_keystores(monkeypatch: pytest.MonkeyPatch) -> None:
    """Commands make keystores that open at once; how slow they are to open for who guesses is eth-account's choice."""
    monkeypatch.setattr(account, "create_account", partial(create_account, iterations=2))
    monkeypatch.setattr(account, "save_account", partial(save_account, iterations=2))


@pytest.fixture(autouse=True)
def brief_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """A node that does not answer is asked as often as ever, but nobody waits for one that does not run to come up."""
    monkeypatch.setattr(nodes, "PAUSES_S", [pause / 50 for pause in nodes.PAUSES_S])


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """In an empty folder; no node runs where it looks for one."""
    monkeypatch.chdir(tmp_path)
    return Cli(tmp_path, environment={"RPC": f"http://127.0.0.1:{free_port()}"})


@pytest.fixture
def keystore(cli: Cli) -> str:
    """The address of an account in the folder's keystore.json; `password` holds its password."""
    (cli.folder / "password").write_text(f"{PASSWORD}\n")
    (cli.folder / "password").chmod(0o600)
    return create_account(cli.folder / "keystore.json", lambda: PASSWORD, iterations=2).address
