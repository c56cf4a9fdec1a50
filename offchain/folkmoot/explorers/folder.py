"""Files for others to read: written whole, and again only where they change."""

from pathlib import Path

from folkmoot.errors import ConfigError, reason


def renew(path: Path, text: str) -> bool:
    """Let a file hold this text; whether that is new. Raises `ConfigError` where it cannot be written."""
    try:
        if path.exists() and path.read_bytes() == text.encode():
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        unfinished = path.with_name(f".{path.name}.part")
        unfinished.write_text(text, "utf-8", newline="\n")
        unfinished.replace(path)
    except OSError as error:
        raise ConfigError(f"cannot write {path}: {reason(error)}", "choose a folder of your own") from error
    return True
