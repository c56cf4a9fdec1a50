"""A worker's configuration: one TOML file, every setting with its default in one block.

An unknown key raises. Paths are relative to the folder of the file. A private key is no setting: it stays in the
encrypted keystore file, whose password comes from another file or from a prompt.
"""

import json
import tomllib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, get_args, get_type_hints

from offchain.errors import ConfigError

DIGITS = "digits"
DRILLS = ("none", "noise", "liar", "silent")
LONGEST_POLL = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerConfig:
    """What one participant's process needs to know. Raises `ConfigError` for a value out of range."""

    # The chain
    rpc: Annotated[tuple[str, ...], "URLs of nodes of one chain, the best first"] = ("http://127.0.0.1:8545",)
    deployments: Annotated[Path, "folder with the federation's deployment records"] = Path("deployments")
    task: Annotated[int | str, 'number of the task in the federation, or its address "0x…"'] = 0
    keystore: Annotated[Path, "encrypted keystore file of the account"] = Path("keystore.json")
    password_file: Annotated[Path | None, "file with the keystore's password; without it a prompt asks"] = None

    # Bytes
    store: Annotated[Path, "folder of the blob store that the members share"] = Path("blobs")
    state: Annotated[Path, "this worker's own folder, for its journal; keep it private"] = Path("state")

    # Model and data
    data: Annotated[str, '"digits", an .npz file with arrays x and y, or a folder of LEAF JSON'] = DIGITS
    score_fraction: Annotated[float, "part of the data that scores others and is never trained on"] = 0.25
    score_limit: Annotated[int, "at most so many samples score others"] = 2048
    plugin: Annotated[Path | None, "Python file of your own that defines learner(descriptor), in place of data"] = None
    allowed_models: Annotated[tuple[str, ...], 'models that may run beside Witan\'s own: "package.module:factory"'] = ()
    threads: Annotated[int, "PyTorch threads"] = 1

    # Experiments: one data set, shared out among several members
    partition: Annotated[str | None, '"dirichlet", "iid", "shards", "site" or "writer"; without it all data'] = None
    members: Annotated[int, "so many members share the data"] = 1
    member: Annotated[int, "which of them this one is, from 0"] = 0
    alpha: Annotated[float, "for dirichlet: the smaller, the fewer classes a member has"] = 0.5
    shards: Annotated[int, "for shards: pieces a member"] = 2
    test_fraction: Annotated[float, "part of the data that is set apart and that no member gets"] = 0.0
    seed: Annotated[int, "of these splits, the same for all members of an experiment"] = 0

    # Pace
    poll_seconds: Annotated[float, "pause between two looks at the chain"] = 1.0
    turn_seconds: Annotated[int, "head start of each committee position where anyone may act: two blocks or more"] = 3

    # Demonstrations
    drill: Annotated[str, '"noise", "liar" or "silent" misbehaves on purpose, to show what the others do'] = "none"

    def __post_init__(self) -> None:
        for name, (valid, hint) in _RANGES.items():
            if not valid(getattr(self, name)):
                raise ConfigError(f"{name} cannot be {getattr(self, name)!r}", hint=hint)
        if not self.member < self.members:
            raise ConfigError(f"there is no member {self.member} of {self.members}", hint="members count from 0")


_RANGES: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "rpc": (bool, "give at least one URL"),
    "task": (lambda task: isinstance(task, str) or task >= 0, "tasks count from 0"),
    "score_fraction": (lambda part: 0 < part < 1, "a fraction between 0 and 1"),
    "score_limit": (lambda count: count >= 1, "at least 1"),
    "threads": (lambda count: count >= 1, "at least 1"),
    "member": (lambda index: index >= 0, "members count from 0"),
    "test_fraction": (lambda part: 0 <= part < 1, "a fraction from 0 to below 1"),
    "seed": (lambda seed: seed >= 0, "0 or more"),
    "poll_seconds": (lambda pause: 0 < pause <= LONGEST_POLL, f"seconds above 0, at most {LONGEST_POLL}"),
    "turn_seconds": (lambda turn: turn >= 1, "whole seconds, at least 1"),
    "drill": (lambda drill: drill in DRILLS, f"one of {', '.join(DRILLS)}; leave it out to take part in earnest"),
}


def load_config(path: str | Path) -> WorkerConfig:
    """Read a TOML file. Raises `ConfigError` for an unreadable file and for a wrong key or value."""
    file = Path(path)
    hint = "`python -m offchain worker init` writes one to start from"
    try:
        settings = tomllib.loads(file.read_text("utf-8"))
    except OSError as error:
        raise ConfigError(f"cannot read {file}: {error.strerror}", hint) from error
    except ValueError as error:
        raise ConfigError(f"{file} is not valid TOML: {error}", hint) from error
    return make_config(settings, folder=file.resolve().parent)


def make_config(settings: Mapping[str, Any], *, folder: Path) -> WorkerConfig:
    """The configuration that these settings give; relative paths start at `folder`. Raises `ConfigError`."""
    values = {f.name: f.default for f in fields(WorkerConfig)}
    for name, value in settings.items():
        values[name] = _read(name, value)
    if values["data"] != DIGITS:
        values["data"] = str(folder / str(values["data"]))
    located: dict[str, Any] = {
        name: folder / value if isinstance(value, Path) else value for name, value in values.items()
    }
    return WorkerConfig(**located)


def template(settings: Mapping[str, object] | None = None) -> str:
    """A TOML file with every setting, what it is for, and its default or the value given here.

    Settings that may be left out, and are not given, stand there as comments. Raises `ConfigError` for an unknown one.
    """
    for name in settings or {}:
        _check_known(name)
    return (
        "\n".join(["# A worker's settings. Paths are relative to this file's folder.", *_lines(settings or {})]) + "\n"
    )


def _lines(given: Mapping[str, object]) -> Iterator[str]:
    for f in fields(WorkerConfig):
        mark = "# " if f.name not in given and f.default in (None, "none") else ""
        yield from ("", f"# {_SETTINGS[f.name][1]}", f"{mark}{f.name} = {_toml(given.get(f.name, f.default))}")


def _toml(value: object) -> str:
    """A value as TOML, which agrees with JSON on texts, numbers and lists of texts."""
    return json.dumps("" if value is None else str(value) if isinstance(value, Path) else value, ensure_ascii=False)


def _read(name: str, value: Any) -> Any:
    """A TOML value in the setting's own type, exactly: `true` is no number here, and a number is no text."""
    _check_known(name)
    kind, about = _SETTINGS[name]
    try:
        return _READERS[kind](value)
    except TypeError:
        raise ConfigError(f"{name} cannot be {value!r}", hint=about) from None


def _check_known(name: str) -> None:
    if name not in _SETTINGS:
        nearest = get_close_matches(name, _SETTINGS, n=1, cutoff=0)[0]
        raise ConfigError(f"there is no setting {name!r}", hint=f"the nearest one is {nearest!r}")


def _exactly(*kinds: type) -> Callable[[Any], Any]:
    def read(value: Any) -> Any:
        if type(value) not in kinds:
            raise TypeError
        return value

    return read


_text = _exactly(str)

_READERS: Mapping[Any, Callable[[Any], Any]] = {
    int: _exactly(int),
    str: _text,
    int | str: _exactly(int, str),
    str | None: _text,
    float: lambda value: float(_exactly(int, float)(value)),
    Path: lambda value: Path(_text(value)),
    Path | None: lambda value: Path(_text(value)),
    tuple[str, ...]: lambda value: tuple(map(_text, _exactly(list)(value))),
}

_SETTINGS: Mapping[str, tuple[Any, str]] = {
    name: get_args(hint) for name, hint in get_type_hints(WorkerConfig, include_extras=True).items()
}
"""The type of each setting, and what it is for."""
