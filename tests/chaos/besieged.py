"""A federation of real workers on a real chain, each of which reaches it through nodes of its own, which can fail."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from requests import Session

from folkmoot.chain import Client, TaskContract
from folkmoot.chain.connection import HttpConnection
from folkmoot.presets import preset
from folkmoot.testing import FREE_GAS, Anvil, Consortium, LocalChain, Member, account_of, found, run_anvil
from folkmoot.testing.consortium import MANAGERS
from folkmoot.testing.rpc_proxy import RpcProxy, rpc_proxy
from tests.chaos.stores import STORES, Stores

PLUGIN = Path(__file__).with_name("tiny.py")
WINDOW_S = 90  # of each phase: many times what a worker needs, with all faults that it has in this time
SIZES: dict[str, dict[str, Any]] = {
    "bflc": {"committee": 3, "updates_per_round": 3, "min_updates": 2, "max_updates": 5, "max_enrolled": 5},
    "peers": {"committee": 5, "updates_per_round": 5, "max_updates": 5, "max_enrolled": 5, "min_enrolled": 5},
}
MEMBERS = 5


@dataclass(slots=True)
class Besieged:
    """The parts of a federation that faults reach.

    `proxies` are the nodes of each member. If `blocks_come`, it is by time. Threads use `node` and `watched`, the task
    as that node shows it, and leave `client` to the siege. `outsider` is an account whose calls need no signature.
    Faults count the `kills` and note who was made `unable` to act.
    """

    anvil: Anvil
    client: Client
    consortium: Consortium
    proxies: list[list[RpcProxy]]
    task: TaskContract
    first_block: int
    blocks_come: bool
    system: str
    node: HttpConnection
    watched: TaskContract
    outsider: str
    stores: Stores
    kills: int = 0
    restarts: int = 0
    unable: set[str] = field(default_factory=set)

    @property
    def members(self) -> list[Member]:
        return self.consortium.members

    @property
    def folder(self) -> Path:
        return self.consortium.folder

    @property
    def blobs(self) -> Path:
        """The folder that is the store of all, if one is."""
        return self.folder / "blobs"

    def pointers(self) -> tuple[bytes, ...]:
        """Those of the round's updates."""
        return self.watched.updates(0, 100)[1]

    def resume_blocks(self) -> None:
        """Make blocks as this chain does: one a second, or one with each transaction."""
        if self.blocks_come:
            self.anvil.ask("evm_setIntervalMining", 1)
        else:
            self.anvil.automine(enabled=True)

    def halt_blocks(self) -> None:
        if self.blocks_come:
            self.anvil.ask("evm_setIntervalMining", 0)
        else:
            self.anvil.automine(enabled=False)


@contextmanager
def besieged(folder: Path, seed: int, rounds: int, store: str, window: int = WINDOW_S) -> Iterator[Besieged]:
    """A federation that has a task, each of whose windows has so many seconds, and whose workers do not run yet."""
    random = Random(seed)
    system, blocks_come, encrypted = random.choice([*SIZES]), random.random() < 0.5, random.random() < 0.4
    folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        anvil = stack.enter_context(run_anvil(*FREE_GAS))
        client = stack.enter_context(Client([anvil.url], connect=anvil.connect))
        federation = found(LocalChain(anvil, client), [account_of(name) for name in MANAGERS])
        session = stack.enter_context(Session())
        common = {"poll_seconds": 0.2, "turn_seconds": 2, "plugin": PLUGIN}
        consortium = stack.enter_context(Consortium(federation, [anvil.url], folder, common))
        stores = stack.enter_context(STORES[store](consortium.folder, MEMBERS))
        proxies: list[list[RpcProxy]] = []
        for number in range(MEMBERS):
            count = random.choice([1, 2, 2])
            own = [stack.enter_context(rpc_proxy(HttpConnection(anvil.url, 30.0, session))) for _ in range(count)]
            settings = {"rpc": [proxy.url for proxy in own], "store": stores.settings[number]}
            consortium.join(f"member-{number}", account_of(f"{seed} {number}"), **settings)
            proxies.append(own)
        task = consortium.propose(
            _config(system, rounds, window, encrypted=encrypted), consortium.members[:3] if system == "bflc" else []
        )
        before = client.head().number
        outsider = anvil.fund(account_of("outsider")).address
        anvil.ask("anvil_impersonateAccount", outsider)
        node = HttpConnection(anvil.url, 30.0, session)
        watched = TaskContract(stack.enter_context(Client([anvil.url])), task.address)
        made = Besieged(
            anvil=anvil,
            client=client,
            consortium=consortium,
            proxies=proxies,
            task=task,
            first_block=before,
            blocks_come=blocks_come,
            system=system,
            node=node,
            watched=watched,
            outsider=outsider,
            stores=stores,
        )
        if blocks_come:
            anvil.automine(enabled=False)
            made.resume_blocks()
        yield made


def _config(system: str, rounds: int, window: int, *, encrypted: bool) -> Any:
    windows = {f"{name}_window": window for name in ("training", "committing", "revealing", "aggregating")}
    own = {"model": "tests.chaos.tiny:model", "arguments": {"numbers": 8}, "norm_multiple": "0"}
    return preset(
        system, total_rounds=rounds, encrypted=encrypted, enrolling_window=600, **windows, **own, **SIZES[system]
    )
