"""A node that tells otherwise what nothing follows from: another one tells the truth."""

from dataclasses import fields
from random import Random

from folkmoot.chain import Event
from folkmoot.chain.events import federation as f
from folkmoot.chain.events import rounds as r
from folkmoot.chain.events import tasks as t
from folkmoot.chain.events import treasury as y
from folkmoot.testing.rpc_faults import Rule
from tests.manipulations.ground import Ground
from tests.manipulations.liars import Liar, altered
from tests.manipulations.lies import log, place, telling, told


def quietly_left_out(ground: Ground, random: Random) -> tuple[Rule, str]:
    """What nothing follows from: only another node tells it."""
    kinds = [kind for kind in (f.ActionRevoked, t.KeysShared, r.AggregateAttested) if ground.all(kind)]
    event = ground.one(random.choice(kinds), random)
    return telling({place(event): []}), rf"leaves out {type(event).__name__}( \(.*\))?, which .* tells"


def told_differently(ground: Ground, random: Random) -> tuple[Rule, str]:
    event = random.choice([e for e in ground.chronicle.events if any(field.name != "origin" for field in fields(e))])
    names = [field.name for field in fields(event) if field.name != "origin" and getattr(event, field.name) != ()]
    changed = altered(event, random.choice([n for n in names if n not in _NOT_ANY]), random)
    return told(event, changed), rf"tell {type(event).__name__}( \(.*\))? differently"


_NOT_ANY = {"parameters", "milestone", "reason", "stalled", "reopened", "verdicts"}  # of few values


def invented(ground: Ground, random: Random) -> tuple[Rule, str]:
    """A log that another node does not tell."""
    kinds: list[type[Event]] = [r.UpdateSubmitted, r.AggregateAttested, y.FeeCollected]
    event = ground.one(random.choice(kinds), random)
    assert event.origin
    more = log(event, index=event.origin.index + 70)
    return telling({place(event): [log(event), more]}), rf"leaves out {type(event).__name__}( \(.*\))?, which .* tells"


LIARS = (
    Liar("a quiet log left out, beside the truth", quietly_left_out, beside_truth=True),
    Liar("any value, beside the truth", told_differently, beside_truth=True),
    Liar("an invented log, beside the truth", invented, beside_truth=True),
)
