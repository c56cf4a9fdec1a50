"""Where metrics can be read: an HTTP server of the worker's process, as long as it runs."""

from contextlib import ExitStack
from threading import Lock, Thread
from typing import Self
from wsgiref.simple_server import WSGIServer

from prometheus_client import CollectorRegistry, start_http_server

from folkmoot.config import host_and_port, is_loopback
from folkmoot.errors import ConfigError, reason
from folkmoot.worker.background import Background
from folkmoot.worker.reporting import Reporter

PAUSE_S = 30.0  # until a port that was taken is tried again


class MetricsServer:
    """Answers at one address while its context lasts; afterwards its thread has ended and the port is free."""

    def __init__(self, address: str, registry: CollectorRegistry) -> None:
        """`address` is HOST:PORT. Raises `ConfigError` for what is none."""
        if (place := host_and_port(address)) is None:
            raise ConfigError(f"{address!r} is no address of metrics", "HOST:PORT, such as 127.0.0.1:9100")
        self._address, self._place, self._registry = address, place, registry
        self._lock, self._is_over = Lock(), False
        self._running: tuple[WSGIServer, Thread] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._is_over, running, self._running = True, self._running, None
        if running:
            server, thread = running
            server.shutdown()
            server.server_close()
            thread.join()

    @property
    def is_private(self) -> bool:
        """Whether no other machine can read them."""
        return is_loopback(self._place[0])

    def open(self) -> None:
        """Answer from now on. Raises `ConfigError` where that cannot be."""
        host, port = self._place
        with self._lock:
            if self._running or self._is_over:
                return
            try:
                self._running = start_http_server(port, host, self._registry)
            except (OSError, UnicodeError) as error:
                why = reason(error) if isinstance(error, OSError) else str(error)
                message = f"metrics cannot be read at {self._address}: {why}; the work goes on without them"
                raise ConfigError(message, "give each worker of a machine a port of its own: metrics") from error


def serve(address: str, registry: CollectorRegistry, reporter: Reporter, stack: ExitStack) -> None:
    """Let metrics be read while the stack lasts, beside the work: where the port is taken, the work goes on.

    That is reported once, and the port tried again, as another process may let go of it.
    """
    server = stack.enter_context(MetricsServer(address, registry))
    if not server.is_private:
        hint = "let a firewall admit your Prometheus alone, or use 127.0.0.1"
        reporter.problem(ConfigError(f"anyone who reaches {address} can read this worker's metrics", hint))
    again = f"metrics can be read at http://{address}/metrics"
    background = stack.enter_context(Background("metrics", server.open, reporter, PAUSE_S, again=again))
    background.ask()
