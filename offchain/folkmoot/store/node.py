"""The calls of a Kubo node's RPC for what the node keeps, and for the nodes that it is connected to."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from folkmoot.errors import StoreError
from folkmoot.store.kubo import Declined, Kubo

T = TypeVar("T")

ANSWER_S = 60.0  # for what is about the node's own disk
COLLECT_S = 600.0
DIAL_S = 10.0  # for connecting to another node
LATE_S = 5.0  # for saying that the time is over

_EXCHANGE = "/ipfs/bitswap"
_NOT_PINNED = "not pinned"  # in what Kubo says
LOOPBACK = ("/ip4/127.", "/ip6/::1/")
_SECURITY = "failed to negotiate security protocol"
_OTHER_PEER = "peer id mismatch"
_NO_ANSWER = ("connection refused", "timeout", "deadline exceeded", "no route to host", "unreachable", "dial backoff")


class Node(Kubo):
    """A `Kubo` node that keeps blobs and finds others.

    A token has to allow the calls that are made here, too: below /api/v0 these are id, pin/add, pin/ls, pin/rm,
    repo/gc, repo/stat, swarm/connect, swarm/disconnect and swarm/peers.
    """

    def pin(self, name: str) -> None:
        """Keep a blob with all of its blocks."""
        self._ask("/pin/add", name)

    def unpin(self, name: str) -> bool:
        """Keep a blob no longer; False if it was not pinned."""
        try:
            self._ask("/pin/rm", name)
        except Declined as error:
            if _NOT_PINNED in error.said:
                return False
            raise
        return True

    def pins(self) -> tuple[str, ...]:
        """The CIDs of everything that is pinned as a whole."""
        return self._ask("/pin/ls", options={"type": "recursive"}, read=lambda found: tuple({**found.get("Keys", {})}))

    def collect(self) -> None:
        """Remove from the node's disk whatever is not pinned."""
        self._ask("/repo/gc", seconds=COLLECT_S, options={"silent": "true"})

    def size(self) -> int:
        """Bytes of the node's repository, whatever is in it."""
        return self._ask("/repo/stat", options={"size-only": "true"}, read=lambda found: int(found["RepoSize"]))

    def addresses(self) -> tuple[str, ...]:
        """The multiaddresses at which the node listens, without those that only its own machine reaches."""
        found = self._ask("/id", read=lambda found: tuple(map(str, found["Addresses"] or ())))
        return tuple(address for address in found if not address.startswith(LOOPBACK))

    def peer(self) -> str:
        """The node's own peer id."""
        return self._ask("/id", read=lambda found: str(found["ID"]))

    def connect(self, address: str) -> None:
        """Connect to the node at a multiaddress. Raises `StoreError` with what is in the way."""
        try:
            self._ask("/swarm/connect", address, seconds=DIAL_S)
        except Declined as error:
            raise _unconnected(address, error) from error

    def disconnect(self, peer: str) -> None:
        """End all connections to a node, by its peer id."""
        self._ask("/swarm/disconnect", f"/p2p/{peer}", seconds=DIAL_S)

    def neighbours(self) -> dict[str, bool]:
        """Whether blobs are exchanged with the nodes that it is connected to, by their peer ids."""
        found: dict[str, bool] = {}
        for peer in self._ask("/swarm/peers", options={"streams": "true"}, read=lambda told: told.get("Peers") or ()):
            streams = {str(stream.get("Protocol", "")) for stream in peer.get("Streams") or ()}
            exchanges = any(name.startswith(_EXCHANGE) for name in streams)
            found[str(peer["Peer"])] = exchanges or found.get(str(peer["Peer"]), False)
        return found

    def _ask(
        self,
        call: str,
        *arguments: str,
        read: Callable[[dict[str, Any]], T] = lambda _: None,  # type: ignore[assignment,return-value]
        seconds: float = ANSWER_S,
        options: Mapping[str, str] = MappingProxyType({}),
    ) -> T:
        """What `read` makes of the answer: one document, or an empty one for none."""
        with self._telling():
            answer = self._client._client.request(  # noqa: SLF001 - its own `connect` takes an address apart
                call,
                arguments,
                opts={"timeout": f"{seconds:.0f}s", **options},
                timeout=seconds + LATE_S,
                decoder="json",
            )
            (found,) = answer or [{}]
            return read(found)


def _unconnected(address: str, error: Declined) -> StoreError:
    """What Kubo says of one address; it tries all others that it knows of the same node, too."""
    place = f"[{address.partition('/p2p/')[0]}]"
    said = next((line for line in error.said.split("* ") if line.startswith(place)), error.said)
    if _OTHER_PEER in said:
        return StoreError(f"another node is at {address}", "ask its owner to announce its present address")
    if _SECURITY in said:
        hint = "let both nodes have the same swarm.key in their repositories, and start them again"
        return StoreError(f"the node at {address} has another swarm key than yours", hint)
    if any(words in said for words in _NO_ANSWER):
        hint = "it may be down or have another swarm key, or a firewall between you may not let its swarm port through"
        return StoreError(f"no node answers at {address}", hint)
    return StoreError(f"your node cannot connect to {address}: {said}", "see that this is the multiaddress of a node")
