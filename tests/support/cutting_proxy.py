"""A TCP proxy on loopback that cuts connections, holds answers up, and counts what goes through.

It counts before it sends: whoever has read something finds it counted.
"""

import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import Lock, Thread


@dataclass(slots=True)
class CuttingProxy:
    """Between a client and the server at `target`, a port on loopback."""

    target: int
    cuts: list[int] = field(default_factory=list)  # of the next answers: the bytes after which each ends
    delay: float = 0.0  # seconds before each piece of an answer
    sent: int = 0  # bytes from the server to the client
    connections: int = 0
    port: int = 0
    _listener: socket.socket = field(default_factory=socket.socket, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)  # connections share `cuts` and `sent`

    def __post_init__(self) -> None:
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen()
        self.port = self._listener.getsockname()[1]

    def run(self) -> None:
        """Until the listener is closed."""
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            with suppress(OSError):
                server = socket.create_connection(("127.0.0.1", self.target))
                Thread(target=_copy, args=(client, server), daemon=True).start()
                Thread(target=self._answer, args=(server, client), daemon=True).start()

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _answer(self, server: socket.socket, client: socket.socket) -> None:
        passed = 0
        with suppress(OSError):
            while data := server.recv(1 << 16):
                time.sleep(self.delay)
                piece, is_last = self._next(data, passed)
                client.sendall(piece)
                passed += len(piece)
                if is_last:
                    break
        _end(client, server)

    def _next(self, data: bytes, passed: int) -> tuple[bytes, bool]:
        """What of `data` is sent after so many bytes, counted as sent, and whether the connection ends with it."""
        with self._lock:
            is_last = bool(self.cuts) and passed + len(data) >= self.cuts[0]
            piece = data[: max(0, self.cuts.pop(0) - passed)] if is_last else data
            self.sent += len(piece)
        return piece, is_last


@contextmanager
def cutting_proxy(target: int) -> Iterator[CuttingProxy]:
    proxy = CuttingProxy(target)
    thread = Thread(target=proxy.run, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.close()
        thread.join()


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(1 << 16):
            target.sendall(data)
    _end(source, target)


def _end(*sockets: socket.socket) -> None:
    for end in sockets:
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)
        end.close()
