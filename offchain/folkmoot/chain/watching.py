"""What passes between a process and its nodes, told to whoever counts it. Who counts nothing pays nothing for it."""

from collections.abc import Callable
from time import monotonic
from typing import Any

from web3.types import TxReceipt

from folkmoot.chain.connection import Connection


class ChainWatch:
    """Is told of requests to nodes and of executed transactions, in any thread. This one does nothing with it.

    URLs come without their passwords. No method may raise.
    """

    def asked(self, url: str, seconds: float) -> None:
        """A request to a node took so long, whether an answer came or not."""

    def failed(self, url: str, kind: str) -> None:
        """A node gave no answer that counts; `kind` is one of `rpc_errors.Fault`."""

    def executed(self, name: str, receipt: TxReceipt) -> None:
        """A transaction that calls a contract's function `name` is in a block, whether it succeeded or not."""


UNWATCHED = ChainWatch()


class WatchedConnection:
    """A `Connection` whose requests are told to `watch`."""

    def __init__(self, url: str, inner: Connection, watch: ChainWatch) -> None:
        self._url, self._inner, self._watch = url, inner, watch

    def make_request(self, method: Any, params: Any) -> Any:
        """As `Connection.make_request`."""
        return self._timed(lambda: self._inner.make_request(method, params))

    def make_batch_request(self, requests: Any) -> Any:
        """As `Connection.make_batch_request`."""
        return self._timed(lambda: self._inner.make_batch_request(requests))

    def _timed(self, ask: Callable[[], Any]) -> Any:
        began = monotonic()
        try:
            return ask()
        finally:
            self._watch.asked(self._url, monotonic() - began)


def watched(url: str, connection: Connection, watch: ChainWatch) -> Connection:
    """A connection whose requests are told; the same one where nobody counts them."""
    return connection if watch is UNWATCHED else WatchedConnection(url, connection, watch)
