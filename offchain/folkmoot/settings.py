"""Settings: a frozen dataclass whose fields are `Annotated[type, "what it is for"] = default`, read from a TOML file.

Every setting has a default, all in one block; an unknown key raises; the file to start from is made
from the same block. Types are kept exactly: `true` is no number, and a number is no text. Paths are relative to the
folder of the file; `~` is the user's home.
"""

import json
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, fields
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, TypeVar, get_args, get_type_hints

from folkmoot.errors import ConfigError, reason
from folkmoot.files import at_home, read_text
from folkmoot.store import Place, read_place

T = TypeVar("T")
_BRIEF = 100  # characters of a value that are worth repeating


def load(kind: type[T], path: str | Path, base: Mapping[str, Any] = MappingProxyType({})) -> T:
    """Read a TOML file; what it leaves out is as in `base`, else the default.

    Raises `ConfigError` for an unreadable file and for a wrong key or value.
    """
    return make(kind, {**base, **read(path)}, folder=Path(path).resolve().parent)


def read(path: str | Path) -> dict[str, Any]:
    """The values in a TOML file. Raises `ConfigError` for an unreadable file."""
    file = Path(path)
    try:
        return tomllib.loads(read_text(file))
    except OSError as error:
        raise ConfigError(f"cannot read {file}: {reason(error)}", hint="give the path of a TOML file") from error
    except (RecursionError, ValueError) as error:
        raise ConfigError(f"{file} is not valid TOML: {error}", hint='a line reads: key = "value"') from error


def make(kind: type[T], values: Mapping[str, Any], *, folder: Path) -> T:
    """Settings from values as TOML gives them; relative paths start at `folder`. Raises `ConfigError`."""
    check_known(kind, values)
    settings = _defaults(kind) | {name: _read(kind, name, value) for name, value in values.items()}
    return kind(**{name: _below(folder, value) for name, value in settings.items()})


def from_text(kind: type, name: str, text: str) -> Any:
    """A list among the settings as an option or a variable gives it: separated by commas, or as TOML has it.

    Raises `ConfigError`.
    """
    if not text.lstrip().startswith("["):
        return _read(kind, name, [entry for part in text.split(",") if (entry := part.strip())] or [text])
    try:
        value = tomllib.loads(f"value = {text}")["value"]
    except (RecursionError, ValueError) as error:
        raise _refused(kind, name, text) from error
    return _read(kind, name, value)


def render(kind: type, title: str, given: Mapping[str, object]) -> str:
    """A TOML file with every setting, what it is for, and the value given here or its default.

    Settings that are not given and may be left out stand there as comments. Raises `ConfigError` for an unknown one.
    """
    check_known(kind, given)
    return "\n".join([f"# {title}", *_lines(kind, given)]) + "\n"


def check_known(kind: type, names: Mapping[str, object]) -> None:
    """Raise `ConfigError`, naming the nearest setting, unless all of these are settings."""
    for name in names:
        if name not in _about(kind):
            nearest = get_close_matches(name, _about(kind), n=1, cutoff=0)[0]
            raise ConfigError(f"there is no setting {name!r}", hint=f"the nearest one is {nearest!r}")


def brief(value: object) -> str:
    """What a setting is, the beginning of it where that is long."""
    text = repr(value)
    return text if len(text) <= _BRIEF else f"{text[:_BRIEF]}…"


def _below(folder: Path, value: Any) -> Any:
    """A value with its relative paths below the folder."""
    if isinstance(value, tuple):
        return tuple(_below(folder, entry) for entry in value)
    return folder / value if isinstance(value, Path) else value


def _lines(kind: type, given: Mapping[str, object]) -> Iterator[str]:
    for name, value in (_defaults(kind) | dict(given)).items():
        of, about = _about(kind)[name]
        shown = f"# {name} = {_toml(_BLANK[of])}" if value is None else f"{name} = {_toml(value)}"
        yield from ("", f"# {about}", shown)


def _toml(value: object) -> str:
    """A value as TOML, which agrees with JSON on texts, numbers, booleans and lists of these."""
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{name} = {_toml(entry)}" for name, entry in value.items()) + " }"
    if isinstance(value, tuple) and len(value) == 1 and isinstance(value[0], Path):
        (value,) = value
    return json.dumps(value, default=str, ensure_ascii=False)


def _read(kind: type, name: str, value: Any) -> Any:
    of, _ = _about(kind)[name]
    try:
        return _READERS[of](value)
    except (OverflowError, TypeError, ValueError):
        raise _refused(kind, name, value) from None


def _refused(kind: type, name: str, value: object) -> ConfigError:
    default, (_, about) = _defaults(kind)[name], _about(kind)[name]
    example = "" if default is None else f"; for example: {name} = {_toml(default)}"
    return ConfigError(f"{name} cannot be {brief(value)}", hint=f"{about}{example}")


@cache
def _about(kind: type) -> Mapping[str, tuple[Any, str]]:
    """The type of each setting, and what it is for."""
    return {name: get_args(hint) for name, hint in get_type_hints(kind, include_extras=True).items()}


def _defaults(kind: Any) -> dict[str, Any]:
    return {f.name: f.default if f.default_factory is MISSING else f.default_factory() for f in fields(kind)}


def _exactly(*kinds: type) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if type(value) not in kinds:
            raise TypeError
        return value

    return read


def _each(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: tuple(map(read, _exactly(list)(value)))


_text, _integer = _exactly(str), _exactly(int)


def _path(value: Any) -> Path:
    if "\0" in _text(value):
        raise ValueError  # no file system has such a name
    return at_home(value)


def _texts(value: Any) -> tuple[str, ...]:
    """One text, or a list of them."""
    return (value,) if isinstance(value, str) else tuple(map(_text, _exactly(list)(value)))


def _places(value: Any) -> tuple[Place, ...]:
    """One store, or a list of them."""
    places = tuple(read_place(_text(entry)) for entry in ([value] if isinstance(value, str) else _exactly(list)(value)))
    if not places or any("\0" in str(place) for place in places):
        raise ValueError
    return places


_BLANK: Mapping[Any, object] = {bool | None: True, int | None: 0, str | None: "", Path | None: ""}
"""What a template shows of a setting that has no value."""

_READERS: Mapping[Any, Callable[[Any], Any]] = {
    bool: _exactly(bool),
    int: _integer,
    bool | None: _exactly(bool),
    int | None: _integer,
    str: _text,
    str | None: _text,
    int | str: _exactly(int, str),
    float: lambda value: float(_exactly(int, float)(value)),
    Path: _path,
    Path | None: _path,
    tuple[int, ...]: _each(_integer),
    tuple[str, ...]: _texts,
    tuple[Place, ...]: _places,
    dict[str, Any]: _exactly(dict),
}
