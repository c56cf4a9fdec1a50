"""The doctor's check of the address at which a worker's metrics can be read."""

import errno
import socket

import requests

from folkmoot.cli.examination import Finding, doubt, fine
from folkmoot.cli.session import Session
from folkmoot.config import host_and_port, is_loopback
from folkmoot.errors import ConfigError, reason
from folkmoot.worker.metering import make_meter

ANSWER_S = 5.0
MOST = 1 << 20  # bytes of an answer that are looked at
OWN_PORT = "give each worker of a machine a port of its own in `metrics`"


def metrics(session: Session) -> Finding:
    """The library is there, and the address is free or this account's worker answers there."""
    address = session.config.metrics
    if address is None:
        return fine("off; the setting `metrics` turns them on")
    make_meter(session.config)
    place = host_and_port(address)
    if place is None:  # the settings have refused it
        raise ConfigError(f"{address!r} is no address", "HOST:PORT")
    fault = _taken(*place)
    if fault and fault.errno != errno.EADDRINUSE:
        raise ConfigError(f"metrics cannot be read at {address}: {reason(fault)}", "name an address of this machine")
    if fault:
        return _answering(session, address)
    if not is_loopback(place[0]):
        return doubt(f"anyone who reaches {address} can read metrics", "let a firewall admit your Prometheus alone")
    return fine(f"a worker will show them at http://{address}/metrics")


def _taken(host: str, port: int) -> OSError | None:
    """Why nobody can listen there."""
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as one:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            one.bind(place)
    except OSError as error:
        return error
    return None


def _answering(session: Session, address: str) -> Finding:
    """Who has the port."""
    try:
        with requests.get(f"http://{address}/metrics", timeout=ANSWER_S, stream=True) as answer:
            said = answer.raw.read(MOST, decode_content=True).decode("utf-8", "replace")
    except (requests.RequestException, OSError):
        said = ""
    if "folkmoot_" not in said:
        return doubt(f"something else listens at {address}", OWN_PORT)
    if "folkmoot_worker_info{" in said and f'account="{session.address}"' not in said:
        return doubt(f"the worker of another account listens at {address}", OWN_PORT)
    return fine(f"a worker shows them at http://{address}/metrics")
