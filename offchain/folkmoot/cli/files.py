"""Files that commands write: never over one that is there."""

from pathlib import Path

from folkmoot.errors import ConfigError


def write_new(path: Path, content: str | bytes) -> None:
    """Write a file that is not there yet. Raises `ConfigError`."""
    if path.exists():
        raise ConfigError(f"{path} exists already", "give another name, or move it away")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(content.encode() if isinstance(content, str) else content)
    except OSError as error:
        raise ConfigError(f"cannot write {path}: {error.strerror}", "choose a folder of your own") from error
