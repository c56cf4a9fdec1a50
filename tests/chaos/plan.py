"""What is done to a federation, when and to whom: drawn from a seed, so that the same seed gives the same plan."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random

PAUSE_S = 0.7  # between two strokes, on average, unless a plan has another
RESPITE_S = 3.0  # of a victim after a stroke of the same kind


@dataclass(frozen=True, slots=True)
class Stroke:
    """A fault: when it begins and how long it lasts, in seconds since the federation began to work.

    `victim` is a member's number; what happens to the chain or to all at once has the number 0. `both` says whether it
    reaches all nodes of its victim. `seed` is of what the fault draws itself.
    """

    at: float
    lasts: float
    group: str
    kind: str
    victim: int
    both: bool
    seed: int

    def __str__(self) -> str:
        return f"{self.at:7.1f} s, for {self.lasts:4.1f} s: {self.kind} ({self.group}, victim {self.victim})"


@dataclass(frozen=True, slots=True)
class Group:
    """Faults of one kind: their share of all, how long they last (seconds), and whether they have one victim each."""

    weight: float
    shortest: float
    longest: float
    kinds: tuple[str, ...]
    has_victim: bool = True


def plan(seed: int, members: int, groups: Mapping[str, Group], pause: float = PAUSE_S) -> Iterator[Stroke]:
    """Strokes without end, in their order; on average so many seconds apart as `pause` says.

    No two of one group hit one victim at a time.
    """
    random, at = Random(seed), 2.0
    free: dict[tuple[str, int], float] = {}
    names, weights = [*groups], [group.weight for group in groups.values()]
    while True:
        at += random.expovariate(1 / pause)
        (name,) = random.choices(names, weights)
        group = groups[name]
        stroke = Stroke(
            round(at, 3),
            round(random.uniform(group.shortest, group.longest), 3),
            name,
            random.choice(group.kinds),
            random.randrange(members) if group.has_victim else 0,
            random.random() < 0.5,
            random.randrange(2**32),
        )
        if free.get((name, stroke.victim), 0.0) <= at:
            free[name, stroke.victim] = at + stroke.lasts + RESPITE_S
            yield stroke
