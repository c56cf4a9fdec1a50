"""What people and other programs write is read, or refused in a sentence with a hint: nothing else happens."""

import json
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from folkmoot.chain import Client, create_account, deployments, load_account, read_password
from folkmoot.chain.accounts import keystores, stated_address
from folkmoot.cli.account import _imported
from folkmoot.cli.names import TEMPLATE, read_book
from folkmoot.config import load_config, template
from folkmoot.errors import FolkmootError
from folkmoot.settings import _toml
from folkmoot.task_config import leaves_out, load_task_config, task_template
from folkmoot.testing.memory import MemoryChain, MemoryNode
from scripts.federation import load_federation, named_keys
from scripts.federation import template as federation_template
from tests.support.views import address

pytestmark = pytest.mark.fuzz
PASSWORD = "correct horse"  # noqa: S105 - opens nothing but these tests' keystores
BOOK = f'{TEMPLATE}"General Hospital" = "{address(1)}"\n'
RECORD = {
    "chain_id": 7,
    "block_number": 0,
    "block_hash": f"0x{'12' * 32}",
    "deployed_at": 0,
    "version": "0.1.0",
    "federation": address(1),
    "treasury": address(2),
    "token": address(3),
    "task_implementation": address(4),
    "rules": {"MedianScore": address(5)},
    "libraries": {"Settling": address(6)},
}


class Kind(NamedTuple):
    """A file that Folkmoot reads: an intact one, and all that is read from its path."""

    intact: str
    readers: tuple[Callable[[Path], object], ...]


def keystore() -> str:
    """A keystore file that opens at once."""
    with TemporaryDirectory() as folder:
        create_account(Path(folder) / "keystore.json", lambda: PASSWORD, iterations=2)
        return (Path(folder) / "keystore.json").read_text()


def recorded(path: Path) -> object:
    """The deployment record, which bears its chain's number as its name."""
    return deployments.read(path.parent, Client(["node"], connect=lambda _: MemoryNode(MemoryChain())))


KEYSTORE = (
    lambda path: load_account(path, lambda: PASSWORD),
    stated_address,
    lambda path: keystores(path.parent),
    lambda path: _imported(path, path),
)
KINDS = {
    "settings": Kind(template(), (load_config,)),
    "task": Kind(task_template(), (load_task_config, leaves_out)),
    "federation": Kind(federation_template({"managers": [address(1)]}), (load_federation, named_keys)),
    "names": Kind(BOOK, (read_book,)),
    "keystore": Kind(keystore(), KEYSTORE),
    "record": Kind(json.dumps(RECORD), (recorded,)),
    "password": Kind(f"{PASSWORD}\n", (lambda path: read_password("keystore.json", path),)),
    "key": Kind(f"0x{'1' * 64}\n", (lambda path: _imported(path, None),)),
}
TOML, JSON = ("settings", "task", "federation", "names"), ("keystore", "record")

SCRAPS = st.sampled_from([text.encode("latin-1") for text in (
    *("", "\0", "\xff", "\xef\xbb\xbf", "\xff\xfe", "\n", "=", "[", "]", "{", "}", "#", "~", '"', "'"),
    *("0", "-1", "9" * 30, "nan", "null", "true", "\\u0000", "\\ud800", "1979-05-27"),
)])  # fmt: skip
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=50) | st.just(address(1))
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
KIND = pytest.mark.parametrize("kind", KINDS)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("written") / "7.json"


def refusal(read: Callable[[Path], object], path: Path) -> FolkmootError | None:
    """Why a file is not read; None if it is."""
    try:
        read(path)
    except FolkmootError as error:
        return error
    return None


def check(kind: str, place: Path, content: bytes) -> None:
    """Read a file of this content in all ways: the only errors are those that say what to do."""
    place.write_bytes(content)
    refused = (refusal(read, place) for read in KINDS[kind].readers)
    assert all(error.message and error.hint for error in refused if error)


@KIND
def test_the_intact_file_is_read(kind: str, place: Path) -> None:
    place.write_text(KINDS[kind].intact)
    refused = refusal(KINDS[kind].readers[0], place)
    assert refused is None or "is gone" in refused.message, "no chain has the record's contracts"


@KIND
@given(content=st.binary(max_size=200) | st.text(max_size=200).map(str.encode) | st.lists(SCRAPS).map(b"".join))
def test_any_bytes(kind: str, place: Path, content: bytes) -> None:
    check(kind, place, content)


@KIND
@given(edits=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 20), SCRAPS | st.binary(max_size=5)), max_size=4))
def test_an_intact_file_with_damage(kind: str, place: Path, edits: list[tuple[float, int, bytes]]) -> None:
    content = KINDS[kind].intact.encode()
    for part, length, scrap in edits:
        start = int(part * len(content))
        content = content[:start] + scrap + content[start + length :]
    check(kind, place, content)


@pytest.mark.parametrize("kind", TOML)
@given(data=st.data())
def test_settings_of_any_value(kind: str, place: Path, data: st.DataObject) -> None:
    names = st.sampled_from(sorted(tomllib.loads(KINDS[kind].intact))) | st.text(max_size=8)
    values = data.draw(st.dictionaries(names, VALUES, max_size=4))
    lines = (f"{json.dumps(name)} = {_toml(value)}" for name, value in values.items())
    check(kind, place, "\n".join(lines).encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("kind", JSON)
@given(data=st.data())
def test_entries_of_any_value(kind: str, place: Path, data: st.DataObject) -> None:
    entries = json.loads(KINDS[kind].intact)
    holder, name = data.draw(st.sampled_from(list(_entries(entries))))
    if data.draw(st.booleans()):
        holder[name] = data.draw(VALUES)
    else:
        del holder[name]
    check(kind, place, json.dumps(entries).encode())


def _entries(entries: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    """Every entry of a tree, and what it is in."""
    for name, value in entries.items():
        yield entries, name
        if isinstance(value, dict):
            yield from _entries(value)
