import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any

import pytest

from folkmoot import settings
from folkmoot.errors import ConfigError


@dataclass(frozen=True, slots=True, kw_only=True)
class Oven:
    heat: Annotated[int, "degrees"] = 180
    name: Annotated[str, "what it is called"] = 'old \\ "faithful"\n'
    fan: Annotated[float, "turns a second"] = 2.0
    book: Annotated[Path, "folder of recipes"] = Path("recipes")
    log: Annotated[Path | None, "where it writes; nowhere if left out"] = None
    limit: Annotated[int | None, "most that go in; without it all"] = None
    tray: Annotated[int | str, "number or name"] = 1
    guests: Annotated[tuple[str, ...], "who eats"] = ()
    times: Annotated[tuple[int, ...], "minutes"] = (10, 20)
    notes: Annotated[dict[str, Any], "anything"] = field(default_factory=dict)


def made(**values: Any) -> Oven:
    return settings.make(Oven, values, folder=Path("/home/me"))


def test_defaults_hold_where_nothing_is_said() -> None:
    assert made() == Oven(book=Path("/home/me/recipes"))


def test_values_take_their_place() -> None:
    assert made(guests="ann").guests == ("ann",), "one may be given without a list"
    oven = made(heat=200, fan=1, tray="top", guests=["ann"], times=[5], notes={"a": 1}, log="/var/log/oven")
    assert (oven.heat, oven.fan, oven.tray, oven.guests, oven.times) == (200, 1.0, "top", ("ann",), (5,))
    assert oven.notes == {"a": 1}
    assert oven.log == Path("/var/log/oven")


@pytest.mark.parametrize(
    ("wrong", "nearest"), [("heats", "heat"), ("Name", "name"), ("recipe", "times"), ("guest", "guests")]
)
def test_an_unknown_setting_is_named_with_the_nearest_one(wrong: str, nearest: str) -> None:
    with pytest.raises(ConfigError, match=wrong) as caught:
        made(**{wrong: 1})
    assert nearest in caught.value.hint


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("heat", "180"),
        ("heat", 180.0),
        ("heat", True),
        ("name", 7),
        ("fan", "2"),
        ("fan", False),
        ("book", 1),
        ("log", ["x"]),
        ("tray", 1.5),
        ("guests", [1]),
        ("times", [1, "2"]),
        ("notes", []),
        ("fan", 10**400),
        ("book", "a\0b"),
        ("log", "\0"),
    ],
)
def test_a_value_that_is_none_of_its_type_is_refused(name: str, value: object) -> None:
    with pytest.raises(ConfigError, match=f"{name} cannot be") as caught:
        made(**{name: value})
    assert caught.value.hint


def test_paths_start_at_the_files_folder(tmp_path: Path) -> None:
    file = tmp_path / "kitchen" / "oven.toml"
    file.parent.mkdir()
    file.write_text('book = "../books"')
    assert settings.load(Oven, file).book == tmp_path / "kitchen" / "../books"


def test_a_long_value_that_cannot_be_is_not_repeated_whole() -> None:
    with pytest.raises(ConfigError) as caught:
        made(guests=[*("x" * 40,) * 50, 5])
    assert caught.value.message.startswith("guests cannot be ['xxxx")
    assert len(caught.value.message) < 150


def test_a_tilde_is_the_users_home(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/you")
    assert made(book="~/books", log="~").book == Path("/home/you/books")
    assert made(book="./~/books").book == Path("/home/me/~/books")
    assert made(book="~nobody-here/books").book == Path("/home/me/~nobody-here/books")


def test_a_file_that_is_not_there_or_no_toml(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot read"):
        settings.load(Oven, tmp_path / "none.toml")
    for content, told in ((b"heat = ", "not valid TOML"), (b"\xff\xfe", "in UTF-16"), (b"\xff", "not text in UTF-8")):
        (tmp_path / "bad.toml").write_bytes(content)
        with pytest.raises(ConfigError, match=told):
            settings.load(Oven, tmp_path / "bad.toml")


def test_a_file_of_nothing_but_depth_is_told(tmp_path: Path) -> None:
    (tmp_path / "deep.toml").write_text(f"times = {'[' * 100_000}")
    with pytest.raises(ConfigError, match=r"deep\.toml is not valid TOML"):
        settings.read(tmp_path / "deep.toml")


def test_a_mark_of_utf_8_is_no_part_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "marked.toml").write_bytes(b"\xef\xbb\xbfheat = 90\n")
    assert settings.read(tmp_path / "marked.toml") == {"heat": 90}


def test_the_rendered_file_gives_the_defaults_again() -> None:
    text = settings.render(Oven, "An oven.", {})
    assert settings.make(Oven, tomllib.loads(text), folder=Path()) == Oven()


def test_the_rendered_file_explains_every_setting_and_hides_what_may_be_left_out() -> None:
    lines = settings.render(Oven, "An oven.", {}).splitlines()
    assert lines[0] == "# An oven."
    assert lines[lines.index("# degrees") :][:2] == ["# degrees", "heat = 180"]
    assert '# log = ""' in lines
    assert "# limit = 0" in lines


def test_given_values_are_rendered() -> None:
    given = {"log": Path("/var/log"), "times": [1, 2], "notes": {"deep": [1, 2], "is": True}, "guests": ("ann", "bo")}
    values = tomllib.loads(settings.render(Oven, "An oven.", given))
    oven = settings.make(Oven, values, folder=Path())
    assert (oven.log, oven.times, oven.guests) == (Path("/var/log"), (1, 2), ("ann", "bo"))
    assert oven.notes == {"deep": [1, 2], "is": True}


def test_an_unknown_given_value_is_refused() -> None:
    with pytest.raises(ConfigError, match="heit"):
        settings.render(Oven, "An oven.", {"heit": 1})
