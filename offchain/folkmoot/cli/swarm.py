"""Two commands of `store`, `announce` and `connect`: how the Kubo nodes of a private swarm find each other."""

from typing import Annotated

import typer

from folkmoot.chain.peers import announced, announcement, peer_of
from folkmoot.cli.command import command
from folkmoot.cli.session import Session
from folkmoot.cli.store import app
from folkmoot.cli.tables import table
from folkmoot.errors import ConfigError, StoreError
from folkmoot.exit_codes import FAILED
from folkmoot.store.blobs import Peering
from folkmoot.store.node import LOOPBACK

Addresses = Annotated[
    list[str] | None,
    typer.Argument(metavar="MULTIADDRESS...", help="Default: those at which your node listens.", show_default=False),
]
Peer = Annotated[
    str | None,
    typer.Argument(metavar="PEER", help="A multiaddress. Default: all that members announced.", show_default=False),
]


@command(app)
def announce(
    session: Session,
    addresses: Addresses = None,
    *,
    withdraw: Annotated[bool, typer.Option("--withdraw", help="Announce no address any more.")] = False,
) -> None:
    """Tell the members, on the chain, at which multiaddresses they reach your store's Kubo node."""
    if withdraw and addresses:
        raise ConfigError("addresses are announced or withdrawn, not both", "leave out one of them")
    chosen = [] if withdraw else addresses or _own_addresses(_node(session))
    text = announcement(chosen)
    if chosen:
        _require_own(chosen, _node(session).peer())
    receipt = session.send(session.federation.announce_peers(text))
    said = [f"announced: {address}" for address in chosen] or ["no address is announced any more"]
    if any(address.startswith(LOOPBACK) for address in chosen):
        said.append("members on other machines do not reach your node at an address of this machine alone")
    session.output.show({"addresses": chosen, "transaction": receipt.hash}, *said)


@command(app)
def connect(session: Session, peer: Peer = None) -> None:
    """Connect your Kubo node to another one, or to all that members have announced.

    Exit code 1 if a member's node cannot be reached at any address.
    """
    node = _node(session)
    if peer:
        already = _is_neighbour(node, peer)
        node.connect(peer)
        said = f"the node of {peer} is connected already, by whatever address" if already else f"connected to {peer}"
        session.output.show({"address": peer, "connected": True, "already": already}, said)
        return
    own = node.peer()
    found = [
        (member, address, _is_neighbour(node, address), _tried(node, address))
        for member, addresses in announced_peers(session).items()
        for address in addresses
        if peer_of(address) != own
    ]
    document = [
        {"member": member, "address": address, "connected": not fault, "already": already, "error": fault}
        for member, address, already, fault in found
    ]
    rows = [
        (member, address, fault or ("is connected already" if already else "connected"))
        for member, address, already, fault in found
    ]
    grid = table("Nodes", ("member", "address", "result"), rows) if rows else "no other member has announced a node"
    session.output.show(document, grid)
    if {member for member, *_ in found} - {member for member, *_, fault in found if not fault}:
        raise typer.Exit(FAILED)


def announced_peers(session: Session) -> dict[str, tuple[str, ...]]:
    """The multiaddresses that members have announced, by member; who has announced none is left out."""
    found = announced(session.history).items()
    return {member: peers for member, peers in found if peers and session.federation.is_member(member)}


def _node(session: Session) -> Peering:
    node = session.store.node
    if node is None:
        hint = "name yours first in `store`, as ipfs+http://127.0.0.1:5001"
        raise ConfigError("you have no node of your own: your first store is no Kubo node", hint)
    return node


def _own_addresses(node: Peering) -> list[str]:
    found = [*node.addresses()]
    if not found:
        hint = "let Addresses.Swarm in its configuration name an address that others reach, or name one here"
        raise StoreError("your node listens on its own machine alone", hint)
    return found


def _require_own(addresses: list[str], peer: str) -> None:
    for address in addresses:
        if peer_of(address) != peer:
            raise ConfigError(f"{address} is not of your node", f"announce your own, which end with /p2p/{peer}")


def _is_neighbour(node: Peering, address: str) -> bool:
    """Whether one's own node is connected to that at an address, at whatever address."""
    return peer_of(address) in node.neighbours()


def _tried(node: Peering, address: str) -> str:
    """What is in the way of a connection; empty if nothing is."""
    try:
        node.connect(address)
    except StoreError as error:
        return str(error)
    return ""
