"""The blob store in IPFS: whatever the members' nodes hold between them."""

from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256

from folkmoot.errors import BlobMissing, StoreError
from folkmoot.store.blobs import Usage, corrupt
from folkmoot.store.content import Content, chunked, measured
from folkmoot.store.kubo import Declined, Silent
from folkmoot.store.node import Node
from folkmoot.store.pointer import cid
from folkmoot.store.remote import Broken, RemoteStore, Stamp

LOOKUP_S = 5.0  # for finding out who has a blob
SILENCE_S = 60.0  # without a byte, of a node that reads or writes

_PIECE = 8 << 20  # bytes that one call reads
_NOT_FOUND = ("deadline exceeded", "not find", "not found")  # in what Kubo says of a blob that no node has


class KuboStore(RemoteStore):
    """A `BlobStore` in the private swarm of the members' Kubo nodes; the pointer of a blob is its CID.

    The member's own node stores and pins what is put, and gets what it has not from the nodes that have it. It keeps
    what it read, unpinned, until it collects its garbage.
    """

    def __init__(self, url: str, *, token: str = "", lookup_s: float = LOOKUP_S, silence_s: float = SILENCE_S) -> None:
        """Use the node at `ipfs+http://host:5001` or `ipfs+https://…`, with a bearer token if it asks for one.

        What nobody has is missing after `lookup_s` seconds, and a part of a blob after `silence_s` without a byte.
        Raises `ConfigError` for what is no address or token, and `StoreError` where ipfshttpclient is not installed.
        """
        super().__init__()
        self._node = Node(url, token, lookup_s, silence_s)

    def put(self, content: Content) -> bytes:
        """As `BlobStore.put`. Nothing is looked for first: what the others have is to be pinned here, too.

        A node trusts the blocks on its disk, and replaces none that is damaged: so what it stored is verified.
        """
        name, size = measured(content)
        self._write(cid(name), content, size)
        if not self.has(name, limit=size):
            raise StoreError(
                f"the Kubo node at {self._node.place} has a damaged copy of {cid(name)}",
                hint="stop the node, remove the copy by `ipfs repo verify --drop`, and start the node again",
            )
        return name

    def _stamp(self, name: str) -> Stamp:
        try:
            kind, size = self._node.stat(name)
        except Declined as error:
            raise self._fault(name, error) from error
        if kind != "file":
            raise corrupt(name, "is a folder, no file")
        return Stamp(size, name)

    def _read(self, name: str, start: int, size: int) -> Iterator[bytes]:
        while start < size:
            came = 0
            try:
                for part in self._node.cat(name, start, min(_PIECE, size - start)):
                    came += len(part)
                    yield part
            except Silent as error:
                self._stamp(name)  # it is silent because nobody has the next part, unless it does not answer at all
                if not came:
                    raise _absent(name) from error
                raise Broken(error.message, error.hint) from error
            except Declined as error:
                raise self._fault(name, error) from error
            if not came:
                self._stamp(name)  # the blob ends here, unless the node does
                return
            start += came

    def _write(self, name: str, content: Content, _size: int) -> None:
        try:
            found = self._node.add(chunked(content))
        except Broken:
            with suppress(Declined):
                self._node.stat(name)  # who hangs up during an upload may say why when asked a short question
            raise
        if found != name:
            raise StoreError(
                f"the Kubo node at {self._node.place} stored {name} under another name, {found[:64]!r}",
                hint="use a Kubo that takes the import settings of its call `add`, 0.35 or newer",
            )

    # ------------------------------------------------------------------- keeping

    is_shared = False  # the other members' nodes have copies of their own

    @property
    def node(self) -> Node:
        """The node itself."""
        return self._node

    def pin(self, pointer: bytes, *, limit: int) -> None:
        """As `KeepingStore.pin`: the node fetches what it has not, and pins what is verified."""
        super().pin(pointer, limit=limit)
        self._node.pin(cid(pointer))

    def collect(self) -> None:
        """As `KeepingStore.collect`: everything that is not pinned leaves the node's disk, whoever put it there."""
        self._node.collect()

    def usage(self) -> Usage:
        """As `KeepingStore.usage`; the bytes are those of the node's whole repository."""
        return Usage(super().usage().blobs, self._node.size())

    def _entries(self) -> Iterator[tuple[str, int]]:
        return ((name, 0) for name in self._node.pins())

    def _erase(self, name: str) -> bool:
        return self._node.unpin(name)

    def _fault(self, name: str, error: Declined) -> StoreError:
        """Whose fault it is that the node cannot read a blob: nobody has it, it is no file, or the node fails."""
        if any(words in error.said for words in _NOT_FOUND):
            return _absent(name)
        try:
            block = self._node.block(name)
        except Declined:
            return error
        return corrupt(name, f"is no file: {error.said}") if cid(sha256(block).digest()) == name else error


def _absent(name: str) -> BlobMissing:
    hint = "its author may not have published it yet, or no node that has it is connected to yours"
    return BlobMissing(f"{name} is missing, or a part of it: no node sends it", hint)
