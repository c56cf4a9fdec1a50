"""How the nodes of a private swarm find each other: a worker connects its own to those that members announce."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack, suppress
from typing import cast

from folkmoot.chain import Client, Event, EventFeed, FederationContract, deployments
from folkmoot.chain.events.federation import PeersAnnounced
from folkmoot.chain.peers import announced, peer_of
from folkmoot.chain.watching import UNWATCHED, ChainWatch
from folkmoot.config import WorkerConfig
from folkmoot.errors import FolkmootError, StoreError
from folkmoot.store import open_store
from folkmoot.store.blobs import Peering
from folkmoot.store.opening import is_node
from folkmoot.worker.background import Background
from folkmoot.worker.reporting import Reporter

RENEWED = 10  # looks after which a connection is made anew over which still no blob goes
NEIGHBOURS = 20  # nodes that a worker connects its own to: in a large swarm these find the others
PAUSE_S = 30.0  # between two looks at who announced something, and whether all are still connected


class Acquaintance:
    """Connects the member's own node to the others, again where a connection was lost.

    `news` gives the federation's events since it was last called; `is_member` tells who still belongs to it. What is
    in the way is reported once, until the connection is there.
    """

    def __init__(
        self, node: Peering, news: Callable[[], Iterable[Event]], is_member: Callable[[str], bool], reporter: Reporter
    ) -> None:
        self._node, self._news, self._is_member, self._reporter = node, news, is_member, reporter
        self._addresses: dict[str, tuple[str, ...]] = {}
        self._told: dict[str, str] = {}  # by member
        self._silent: Counter[str] = Counter()  # looks in a row at which no blob was exchanged, by peer

    def meet(self) -> None:
        """Connect to all. Raises `StoreError` for one's own node, and `ConnectionFailed`."""
        self._addresses |= announced(self._news())
        own, neighbours, connected = self._node.peer(), self._node.neighbours(), 0
        for member, addresses in self._addresses.items():
            others = [address for address in addresses if peer_of(address) != own]
            if connected < NEIGHBOURS and others and self._is_member(member):
                self._part_if_silent(own, {peer_of(address) for address in others} & neighbours.keys(), neighbours)
                fault = self._connect(others)
                self._tell(member, fault)
                connected += fault is None
        self._silent = Counter({peer: looks for peer, looks in self._silent.items() if peer in neighbours})

    def _part_if_silent(self, own: str, peers: Iterable[str], neighbours: Mapping[str, bool]) -> None:
        """End connections over which no blob goes, so that they are made anew: they may be broken without a sign.

        Of two nodes that with the smaller id does so first, now and then: an idle one looks the same.
        """
        for peer in peers:
            self._silent[peer] = 0 if neighbours[peer] else self._silent[peer] + 1
            if self._silent[peer] % RENEWED == (1 if own < peer else 2):
                with suppress(StoreError):  # it may have ended by itself
                    self._node.disconnect(peer)

    def _connect(self, addresses: list[str]) -> StoreError | None:
        """To the first address that answers; the last error if none does."""
        fault = None
        for address in addresses:
            try:
                self._node.connect(address)
            except StoreError as error:
                fault = error
            else:
                return None
        return fault

    def _tell(self, member: str, fault: StoreError | None) -> None:
        said = str(fault or "")
        if self._told.get(member) == said:
            return
        self._told[member] = said
        if fault:
            self._reporter.problem(StoreError(f"no connection to the node of {member}: {fault.message}", fault.hint))
        else:
            self._reporter.fact(f"connected to the node of {member}")


def start_meeting(config: WorkerConfig, reporter: Reporter, stack: ExitStack, watch: ChainWatch = UNWATCHED) -> None:
    """Connect the member's own node to the others from now on, if its first store is one.

    The task's descriptor may be on theirs alone, so this begins before a worker can. `watch` is told of requests.
    """
    if not is_node(config.store[0]):
        return
    client = stack.enter_context(Client(config.rpc, watch=watch))
    made: list[Acquaintance] = []

    def meet() -> None:
        if not made:
            with suppress(FolkmootError):  # the worker reports what is in its own way, too
                made.append(_acquaintance(config, client, reporter))
        if made:
            made[0].meet()

    background = stack.enter_context(Background("connecting to peers", meet, reporter, PAUSE_S))
    background.ask()


def _acquaintance(config: WorkerConfig, client: Client, reporter: Reporter) -> Acquaintance:
    record = deployments.read(config.deployments, client)
    federation = FederationContract(client, record.federation)
    news = EventFeed(client, record.federation, record.first_block, [PeersAnnounced])
    node = cast("Peering", open_store(config.store).node)
    return Acquaintance(node, news, federation.is_member, reporter)
