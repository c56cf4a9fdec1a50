"""A kind of lie that a node tells, and what an audit has to say of it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from random import Random
from typing import Any

from folkmoot.audit.checkpoint import Checkpoint
from folkmoot.chain import Event
from folkmoot.testing.rpc_faults import Rule
from tests.manipulations.ground import Ground
from tests.manipulations.manipulation import Manipulation, Tried
from tests.support.alterations import another

Lie = Callable[[Ground, Random], tuple[Rule, str]]


@dataclass(frozen=True, slots=True)
class Liar:
    """A kind of lie, and whether a node that tells the truth is asked beside the one that lies.

    Who lies `later` has told the truth in an audit before, of which the checkpoint is kept.
    """

    kind: str
    lie: Lie
    beside_truth: bool = False
    later: bool = False
    family: str = "node"

    def attempt(self, ground: Ground, random: Random) -> Tried:
        rule, sentence = self.lie(ground, random)
        first, checkpoint = random.random() < 0.5, Checkpoint()
        if self.later:
            ground.town.audit(checkpoint=checkpoint)
        report = ground.told_by(rule, beside_truth=self.beside_truth, truth_first=first, checkpoint=checkpoint)
        return Tried(report, sentence)


def altered(event: Event, field: str, random: Random) -> Event:
    """Another value in one field, of a list in one of its entries."""
    value: Any = getattr(event, field)
    if isinstance(value, tuple):
        index = random.randrange(len(value))
        changed: Any = (*value[:index], another(value[index]), *value[index + 1 :])
    else:
        changed = another(value)
    return replace(event, **{field: changed})


def manipulations(liars: Sequence[Liar], ground: Ground) -> Iterator[Manipulation]:
    for liar in liars:
        yield Manipulation(liar.family, liar.kind, partial(liar.attempt, ground))
