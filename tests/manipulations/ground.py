"""A federation in which much has happened, and what its node tells of it: what is told otherwise is drawn from it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TypeVar

from folkmoot.audit import Chronicle, read_chronicle
from folkmoot.audit.checkpoint import Checkpoint
from folkmoot.audit.report import Report
from folkmoot.chain import Event, Phase
from folkmoot.chain.logbook import Logbook
from folkmoot.testing import Anvil, LocalChain
from folkmoot.testing.rpc_faults import Rule
from folkmoot.testing.rpc_proxy import rpc_proxy
from tests.manipulations import scripts
from tests.manipulations.game import refused
from tests.manipulations.lives import Life
from tests.manipulations.town import Town, town
from tests.support.network import new_account

E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True)
class Ground:
    """The federation, and its record as it is."""

    town: Town
    chronicle: Chronicle

    @property
    def anvil(self) -> Anvil:
        chain = self.town.network.chain
        assert isinstance(chain, LocalChain)
        return chain.anvil

    def all(self, kind: type[E]) -> list[E]:
        return [event for event in self.chronicle.events if isinstance(event, kind)]

    def one(self, kind: type[E], random: Random, fits: Callable[[E], bool] = lambda _: True) -> E:
        """An event of a kind, as drawn."""
        return random.choice([event for event in self.all(kind) if fits(event)])

    def told_by(
        self,
        *rules: Rule,
        beside_truth: bool = False,
        truth_first: bool = False,
        checkpoint: Checkpoint | None = None,
    ) -> Report:
        """What an audit says of a node that answers by these rules, alone or beside one that tells the truth."""
        with rpc_proxy(self.anvil.connect("")) as liar:
            liar.rules = rules
            urls = [liar.url, *([self.anvil.url] if beside_truth else [])]
            return self.town.audit(*(urls[::-1] if truth_first else urls), checkpoint=checkpoint)


@contextmanager
def ground(folder: Path, seed: int) -> Iterator[Ground]:
    """One with three tasks: all that the script has, aggregators and sampled trainers, and a random life."""
    with town(folder, members=12) as here:
        random, network = Random(seed), here.network
        scripts.eventful(here.propose("bflc", seed, max_strikes=2, suspension_rounds=1), random)
        scripts.eventful(here.propose("pos-bfl", seed, aggregators=3, active_share=8_000), random)
        game = here.propose("bflc", seed + 1, total_rounds=9)
        Life(scripts.begin(game, random), random, calm=0.9).play(40)
        _manage(here, random)
        for one in here.members:
            refused(network.send, one, network.treasury.withdraw())
        game = here.propose("peers", seed, committee=8, max_updates=8, updates_per_round=8)
        scripts.begin(game, random).to(Phase.COMMITTING)
        client, record = network.client, network.deployment
        yield Ground(here, read_chronicle(client, Logbook(client, None), record))


def _manage(here: Town, random: Random) -> None:
    """What managers decide, an application that is withdrawn, and one that is open."""
    network, federation = here.network, here.network.federation
    network.decide(federation.add_manager(new_account().address))
    network.decide(federation.set_fee(random.randint(1, 99)))
    network.send(network.managers[0], federation.set_quorum(3))
    network.send(network.managers[0], federation.revoke(federation.action_of(federation.set_quorum(3))))
    sender, _ = network.apply()
    network.send(sender, federation.withdraw_application())
    network.apply()
