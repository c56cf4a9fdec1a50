"""A member's home."""

import stat
import subprocess
from pathlib import Path

import pytest

from folkmoot.cli.names import read_book
from folkmoot.config import WorkerConfig, load_config
from tests.support.cli import Cli
from tests.support.disk import full_disk


def test_a_home_has_everything_and_its_keys_are_its_owners(cli: Cli) -> None:
    said = cli.json("init", "home")
    assert said["home"] == "home"
    assert {path.name for path in Path("home").iterdir()} == {
        "folkmoot.toml", "names.toml", ".gitignore", "keys", "deployments",
    }  # fmt: skip
    assert stat.S_IMODE(Path("home/keys").stat().st_mode) == 0o700
    text = Path("home/folkmoot.toml").read_text()
    assert [name for name in WorkerConfig.__dataclass_fields__ if f"{name} = " not in text] == []
    assert read_book(Path("home/names.toml")).addresses == {}


def test_its_settings_hold_below_it(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    cli.ok("init", "home")
    below = cli.folder / "home" / "runs"
    below.mkdir()
    monkeypatch.chdir(below)
    made = Path(cli.json("account", "new", "--password-file", str(_password(cli)))["keystore"])
    assert made == cli.folder / "home" / "keys" / "account.json"
    assert cli.json("account", "list")[0]["used"]


def test_options_are_written_as_the_home_needs_them(cli: Cli) -> None:
    cli.ok("init", "some/home", "--store", "shared", "--rpc", "http://a", "--keystore", "mine.json", "--task", "3")
    written = load_config("some/home/folkmoot.toml")
    assert (written.rpc, written.task) == (("http://a",), 3)
    assert [path.resolve() for path in (Path(written.store[0]), written.keystore)] == [
        cli.folder / "shared", cli.folder / "mine.json",
    ]  # fmt: skip


def test_git_sees_no_key_and_no_password(cli: Cli) -> None:
    cli.ok("init", "home")
    home = cli.folder / "home"
    for name in ("keys/account.json", "password", "alice.password", "keystore.json", "exported.key", "state/journal"):
        (home / name).parent.mkdir(exist_ok=True)
        (home / name).write_text("secret")
    subprocess.run(["git", "init", "-q"], cwd=home, check=True)
    seen = subprocess.run(
        ["git", "status", "--porcelain", "-uall"], cwd=home, check=True, capture_output=True, text=True
    )
    assert {line.split()[1] for line in seen.stdout.splitlines()} == {".gitignore", "folkmoot.toml", "names.toml"}


def test_a_file_in_the_place_of_the_home_is_told(cli: Cli) -> None:
    Path("home").write_text("mine")
    assert cli.refused("init", "home").startswith("error: cannot write home/.gitignore: a part of its path is a file")
    assert Path("home").read_text() == "mine"


def test_a_home_is_not_made_again_and_told_how_to_use_it(cli: Cli) -> None:
    cli.ok("init", "home")
    Path("home/folkmoot.toml").write_text("task = 3\n")
    told = cli.refused("init", "home")
    assert told.startswith("error: home is a home already: it has a folkmoot.toml\nhint: nothing was changed.")
    assert "cd home; folkmoot doctor" in told
    assert Path("home/folkmoot.toml").read_text() == "task = 3\n"


@pytest.mark.parametrize("name", ["names.toml", ".gitignore", "keys", "deployments"])
def test_nothing_is_replaced_and_nothing_half_made(cli: Cli, name: str) -> None:
    Path("home").mkdir()
    Path("home", name).write_text("mine")
    told = cli.refused("init", "home")
    assert told == f"error: home/{name} exists already\nhint: choose another folder, or move it away\n"
    assert [path.name for path in Path("home").iterdir()] == [name]
    assert Path("home", name).read_text() == "mine"


def test_an_empty_folder_becomes_a_home(cli: Cli) -> None:
    cli.ok("init", ".")
    assert Path("keys").is_dir()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("home", "--task", "abc"), "error: 'abc' is not an address"),
        (("home", "--task", ""), "error: '' is not an address"),
        (("home", "--rpc", ""), "error: rpc cannot be ('',)"),
        (("n" * 300,), "error: cannot make nnn"),
    ],
)
def test_a_home_that_cannot_work_is_not_made(cli: Cli, words: tuple[str, ...], told: str) -> None:
    assert cli.refused("init", *words).startswith(told)
    assert not list(cli.folder.iterdir())


@pytest.mark.parametrize("size", [10, 500])
def test_a_full_disk_leaves_nothing_that_blocks_the_next_try(cli: Cli, size: int) -> None:
    with full_disk(size):
        assert cli.refused("init", "home").startswith("error: cannot write home/")
    assert not list(Path("home").iterdir())
    cli.ok("init", "home")


def test_no_name_is_no_home(cli: Cli) -> None:
    assert "it is empty" in cli.refused("init", "", code=2)
    assert not list(cli.folder.iterdir())


def test_the_way_into_a_home_can_be_pasted(cli: Cli) -> None:
    assert "Next: cd 'my home/a'; folkmoot account new" in cli.ok("init", "my home/a")
    assert "Use it: cd 'my home/a'; folkmoot doctor" in cli.refused("init", "my home/a")


def _password(cli: Cli) -> Path:
    file = cli.folder / "password"
    file.write_text("correct horse\n")
    return file
