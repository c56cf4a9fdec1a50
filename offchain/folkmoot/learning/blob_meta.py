"""What a blob says about itself, and what its reader expects of that."""

import re
from dataclasses import dataclass

from folkmoot.errors import CodecError

MAX_ROUND = 2**64 - 1
POINTER = 32  # bytes

_ADDRESS = re.compile("0x[0-9a-f]{40}")


@dataclass(frozen=True, slots=True, kw_only=True)
class BlobMeta:
    """What a blob says about itself. Raises `CodecError` for values that no blob may hold.

    `task` and `author` are addresses in lower-case hex ("0x" and 40 digits); a model's author is the task. `round` is
    the round that an update was trained in, or that a model starts. `parent` is the pointer (32 bytes) of the model
    that it was made from, zeros for a task's first model.
    """

    task: str
    round: int
    author: str
    parent: bytes

    def __post_init__(self) -> None:
        for name, address in (("task", self.task), ("author", self.author)):
            if not _ADDRESS.fullmatch(address):
                raise CodecError(f"{name} {address!r} is not an address in lower-case hex")
        if not 0 <= self.round <= MAX_ROUND:
            raise CodecError(f"round {self.round} is not in 0..{MAX_ROUND}")
        if len(self.parent) != POINTER:
            raise CodecError(f"the parent pointer has {len(self.parent)} bytes, not {POINTER}")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedMeta:
    """What a reader knows of a blob's metadata beforehand; `None` where it does not matter."""

    task: str | None = None
    round: int | None = None
    author: str | None = None
    parent: bytes | None = None
