"""Attackers of a simulation, who know each other and all models that honest members trained."""

# ruff: noqa: A002 - "round" is a word of the protocol

from dataclasses import dataclass, field

from folkmoot.learning import Weights
from folkmoot.simulation.attacks import Knowledge
from folkmoot.simulation.behaviours import Attacker
from folkmoot.simulation.participant import SimulatedMember
from folkmoot.simulation.view_cache import ViewCache
from folkmoot.worker.compute import TrainingProgress


@dataclass(frozen=True, slots=True)
class Coalition:
    """All members of a simulation, as the attackers among them know them."""

    attackers: tuple[str, ...]
    view_cache: ViewCache
    honest: list[SimulatedMember] = field(default_factory=list)

    @property
    def training(self) -> int:
        """How many attackers train in the running round."""
        return sum(self.view_cache.trains(account) for account in self.attackers)

    def honest_models(self, round: int) -> list[Weights]:
        """What the honest trained in this round: they act before the attackers."""
        trained = (one for one in self.honest if one.local.memory.round == round and one.local.memory.trained)
        return [one.compute.learner.weights() for one in trained]


@dataclass(frozen=True, kw_only=True)
class OmniscientAttacker(Attacker):
    """An attacker with full knowledge, as in Bift and Fang et al.; of its own model if no honest member trains."""

    coalition: Coalition

    def _knowledge(self, round: int, parent: bytes, progress: TrainingProgress) -> Knowledge:  # noqa: ARG002
        own = self.learner.weights()
        honest = self.coalition.honest_models(round) or [own]
        return Knowledge(
            parent=self.blobs.fetch_model(parent),
            own=own,
            honest=honest,
            n=len(honest) + self.coalition.training,
            f=self.coalition.training,
            rng=self._rng(round),
        )
