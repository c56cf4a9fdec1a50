"""What an audit has checked and need not check again: results that depend on nothing but what makes their keys."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

_DIGITS = 64


@dataclass(slots=True)
class Checkpoint:
    """Keys, SHA-256 in hexadecimal, one a line of a file; in memory alone without one.

    A file that cannot be read or written is done without: then all is checked again.
    """

    file: Path | None = None
    _keys: set[str] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        with contextlib.suppress(OSError, UnicodeDecodeError):
            lines = self.file.read_text("ascii").splitlines() if self.file else []
            self._keys.update(line for line in lines if len(line) == _DIGITS)

    def __contains__(self, key: str) -> bool:
        return key in self._keys

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def add(self, key: str) -> None:
        """Keep a key, at once on disk, so that an audit that is stopped goes on from there."""
        with self._lock, contextlib.suppress(OSError):
            self._keys.add(key)
            if self.file:
                self.file.parent.mkdir(parents=True, exist_ok=True)
                with self.file.open("a", encoding="ascii") as lines:
                    lines.write(f"{key}\n")
