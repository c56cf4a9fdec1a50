"""Faults of the servers behind a store that crosses the network."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

from tests.chaos.besieged import Besieged
from tests.chaos.plan import Stroke
from tests.chaos.store_faults import ticking
from tests.chaos.stores import Server

SLOW_S = 3.0
LONGEST = 2_000  # bytes of an answer that comes before the line is cut


@contextmanager
def dead(siege: Besieged, stroke: Stroke) -> Iterator[None]:
    server = _server(siege, stroke)
    server.kill()
    yield
    server.start()


@contextmanager
def hanging(siege: Besieged, stroke: Stroke) -> Iterator[None]:
    """It takes calls and does not answer."""
    process = _server(siege, stroke).process
    if process:
        process.send_signal(signal.SIGSTOP)
    yield
    if process:
        process.send_signal(signal.SIGCONT)


@contextmanager
def cutting(siege: Besieged, stroke: Stroke) -> Iterator[None]:
    """Its answers break off."""
    random, proxies = Random(stroke.seed), siege.stores.proxies
    proxy = proxies[stroke.seed % len(proxies)]

    def act() -> None:
        if not proxy.cuts:
            proxy.cuts.append(random.randrange(1, LONGEST))

    with ticking(act):
        yield
    proxy.cuts.clear()


@contextmanager
def slow(siege: Besieged, stroke: Stroke) -> Iterator[None]:
    """Each piece of its answers takes up to some seconds."""
    proxy = siege.stores.proxies[stroke.seed % len(siege.stores.proxies)]
    proxy.delay = Random(stroke.seed).uniform(0.1, SLOW_S)
    yield
    proxy.delay = 0.0


def _server(siege: Besieged, stroke: Stroke) -> Server:
    return siege.stores.servers[stroke.seed % len(siege.stores.servers)]
