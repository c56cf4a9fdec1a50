"""A blob's bytes on their way: all at once, or piece by piece."""

from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass

from folkmoot.store.pointer import CHUNK, PointerHash

Bytes = bytes | bytearray | memoryview

Content = Bytes | Iterable[Bytes]
"""A blob's bytes, or pieces of any sizes: a list, or what begins anew whenever it is iterated. They do not change."""


@dataclass(frozen=True, slots=True)
class Anew:
    """Pieces that begin anew whenever they are iterated."""

    begin: Callable[[], Iterator[Bytes]]

    def __iter__(self) -> Iterator[Bytes]:
        return self.begin()


def pieces(content: Content) -> Iterable[Bytes]:
    """The pieces, which may be one."""
    return [content] if isinstance(content, bytes | bytearray | memoryview) else content


def chunked(content: Content, size: int = CHUNK) -> Generator[bytes]:
    """The same bytes in pieces of `size` bytes, but for the last one; none where there are no bytes."""
    chunk = bytearray()
    for piece in pieces(content):
        rest = memoryview(piece).cast("B")
        if len(rest) == size and not chunk and isinstance(piece, bytes):
            yield piece
            continue
        while rest:
            taken = size - len(chunk)
            chunk += rest[:taken]
            rest = rest[taken:]
            if len(chunk) == size:
                yield bytes(chunk)
                chunk.clear()
    if chunk:
        yield bytes(chunk)


def hashed(content: Content, found: PointerHash) -> Iterator[bytes]:
    """The same bytes in chunks, each of which `found` has taken."""
    for chunk in chunked(content):
        found.add(chunk)
        yield chunk


def pointer(content: Content) -> bytes:
    """The pointer (32 bytes) of a blob."""
    return measured(content)[0]


def measured(content: Content) -> tuple[bytes, int]:
    """The pointer of a blob (32 bytes), and its size in bytes."""
    found = PointerHash()
    for _ in hashed(content, found):
        pass
    return found.digest(), found.size
