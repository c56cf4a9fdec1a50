"""Where members say that the nodes of their blob stores are. An announcement is others' text: it is read here alone."""

import re
from collections.abc import Iterable

from folkmoot.chain.events.event import Event
from folkmoot.chain.events.federation import PeersAnnounced
from folkmoot.errors import ConfigError

MAX_ANNOUNCEMENT = 1_024  # bytes, as on the chain

_ADDRESS = re.compile(r"(?:/[A-Za-z0-9._:%-]+)+/p2p/[A-Za-z0-9]{32,128}")
_FORM = "write /ip4/203.0.113.7/tcp/4001/p2p/12D3…, or /dns/… for a name; `ipfs id` shows a node's own"


def announcement(addresses: Iterable[str]) -> str:
    """The text of an announcement, one multiaddress a line. Raises `ConfigError` for what is none, or for too many."""
    lines = list(addresses)
    for line in lines:
        if not _ADDRESS.fullmatch(line):
            raise ConfigError(f"{line!r} is not the multiaddress of a node", _FORM)
    text = "\n".join(lines)
    if len(text.encode()) > MAX_ANNOUNCEMENT:
        message = f"{len(lines)} addresses have {len(text.encode())} bytes, allowed are {MAX_ANNOUNCEMENT}"
        raise ConfigError(message, "announce only those at which other members reach your node")
    return text


def announced(events: Iterable[Event]) -> dict[str, tuple[str, ...]]:
    """The multiaddresses that each member announced last; lines that are none are left out.

    Who has left the federation may still be among them.
    """
    latest = {event.member: event.addresses for event in events if isinstance(event, PeersAnnounced)}
    return {member: tuple(filter(_ADDRESS.fullmatch, text.splitlines())) for member, text in latest.items()}


def peer_of(address: str) -> str:
    """The peer id with which a multiaddress ends."""
    return address.rpartition("/")[2]
