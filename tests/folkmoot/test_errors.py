import re
from collections.abc import Callable
from pathlib import Path

import pytest

from folkmoot import errors


def drawn() -> dict[str, str]:
    """Each error's name and its parent's, as the module's docstring draws them."""
    path: list[str] = []
    parents = {}
    for line in (errors.__doc__ or "").splitlines():
        if found := re.match(r" {4}((?:│ {3}| {4})*(?:[├└]── )?)([A-Z]\w+)\b", line):
            depth = len(found[1]) // 4
            path[depth:] = [found[2]]
            parents[found[2]] = path[depth - 1] if depth else "Exception"
    return parents


def classes() -> list[type]:
    return [value for value in vars(errors).values() if isinstance(value, type) and value.__module__ == errors.__name__]


def defined() -> dict[str, str]:
    return {error.__name__: error.__base__.__name__ for error in classes() if error.__base__}


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    assert drawn() == defined()
    assert [name for name, parent in drawn().items() if parent == "Exception"] == ["FolkmootError"]


def test_every_error_says_what_it_means() -> None:
    assert [error.__name__ for error in classes() if not error.__doc__] == []


@pytest.mark.parametrize(("hint", "text"), [("", "no blob"), ("ask again later", "no blob (ask again later)")])
def test_str_shows_message_and_hint(hint: str, text: str) -> None:
    error = errors.BlobMissing("no blob", hint=hint)
    assert (error.message, error.hint, str(error)) == ("no blob", hint, text)
    assert isinstance(error, errors.StoreError)


@pytest.mark.parametrize(
    ("name", "use", "told"),
    [
        ("nothing", Path.read_text, "there is no such file"),
        ("folder", Path.read_text, "it is a folder"),
        ("bytes/inside", Path.read_text, "a part of its path is a file"),
        ("bytes", lambda file: file.mkdir(exist_ok=True), "a part of its path is a file"),
        ("x" * 300, Path.read_text, "File name too long"),
    ],
)
def test_why_a_file_cannot_be_used_is_said_without_a_number(
    tmp_path: Path, name: str, use: Callable[[Path], object], told: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "bytes").write_bytes(b"\xff")
    with pytest.raises((OSError, ValueError)) as raised:
        use(tmp_path / name)
    assert errors.reason(raised.value) == told
