"""Attackers of an experiment, who know each other and all that the honest trained."""

# ruff: noqa: A002 - "round" is a word of the protocol

from dataclasses import dataclass, field

from experiments.attacks import Knowledge
from experiments.drills import Attacker
from experiments.looking import Lookout
from experiments.participants import Participant
from folkmoot.learning import Weights
from folkmoot.worker.labour import TrainingProgress


@dataclass(frozen=True, slots=True)
class Company:
    """All members of an experiment, as the attackers among them know them."""

    attackers: tuple[str, ...]
    lookout: Lookout
    honest: list[Participant] = field(default_factory=list)

    @property
    def training(self) -> int:
        """How many attackers train in the running round."""
        return sum(self.lookout.trains(account) for account in self.attackers)

    def honest_models(self, round: int) -> list[Weights]:
        """What the honest trained in this round: they act before the attackers."""
        trained = (one for one in self.honest if one.memory.round == round and one.memory.trained)
        return [one.labour.learner.weights() for one in trained]


@dataclass(frozen=True, kw_only=True)
class Insider(Attacker):
    """An attacker with full knowledge, as Bift and Fang et al. grant it; its own where nobody honest trains."""

    company: Company

    def _knowledge(self, round: int, parent: bytes, progress: TrainingProgress) -> Knowledge:  # noqa: ARG002
        own = self.learner.weights()
        honest = self.company.honest_models(round) or [own]
        return Knowledge(
            parent=self.exchange.fetch_model(parent),
            own=own,
            honest=honest,
            n=len(honest) + self.company.training,
            f=self.company.training,
            rng=self._rng(round),
        )
