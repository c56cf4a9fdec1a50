"""What an audit has checked and need not check again, and what it has read of blocks that stay as they are."""

import re
from collections.abc import Container, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from folkmoot.chain import Block, Client

_DIGITS = 64
_BLOCK = 3  # words
_HASH = re.compile("0x[0-9a-f]{64}")
_MOST = 2**63


@dataclass(slots=True)
class Checkpoint(Container[str]):
    """Keys (SHA-256 in hexadecimal) of results that depend on nothing but what makes their keys, and blocks by number.

    Both stand in the lines of a file; in memory alone without one. What of it cannot be read or written is done
    without: then it is checked or read again.
    """

    file: Path | None = None
    blocks: dict[int, Block] = field(default_factory=dict)
    _keys: set[str] = field(default_factory=set)
    _lock: Lock = field(default_factory=Lock)

    def __post_init__(self) -> None:
        with suppress(OSError, UnicodeDecodeError):
            for line in self.file.read_text("ascii").splitlines() if self.file else ():
                self._take(line.split())

    def _take(self, words: list[str]) -> None:
        if len(words) == 1 and len(words[0]) == _DIGITS:
            self._keys.add(words[0])
        elif len(words) == _BLOCK:
            with suppress(ValueError):
                number, time, found = int(words[0]), int(words[1]), words[2]
                if 0 <= number <= _MOST and 0 <= time <= _MOST and _HASH.fullmatch(found):
                    self.blocks[number] = Block(number, found, time, gas_limit=0, base_fee=None)

    def __contains__(self, key: object) -> bool:
        return key in self._keys

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def add(self, *keys: str) -> None:
        """Keep keys, at once on disk, so that an audit that is stopped goes on from there."""
        new = [key for key in keys if key not in self._keys]
        self._keys.update(new)
        self._write(new)

    def keep(self, blocks: Iterable[Block]) -> None:
        """Keep blocks that no re-organisation reaches any more."""
        new = [block for block in blocks if block.number not in self.blocks]
        self.blocks.update((block.number, block) for block in new)
        self._write(f"{block.number} {block.time} {block.hash}" for block in new)

    def compare(self, client: Client) -> None:
        """Forget all blocks unless the last of them is still on the chain. Raises `ConnectionFailed`."""
        last = max(self.blocks.values(), key=lambda block: block.number, default=None)
        found = last and client.find_block(last.number)
        if last and (found is None or found.hash != last.hash):
            self.blocks.clear()
            with suppress(OSError):
                if self.file:
                    self.file.unlink()
            self._write(self._keys)

    def _write(self, new: Iterable[str]) -> None:
        with self._lock, suppress(OSError):
            if self.file and (text := "".join(f"{line}\n" for line in new)):
                self.file.parent.mkdir(parents=True, exist_ok=True)
                with self.file.open("a", encoding="ascii") as lines:
                    lines.write(text)
