"""Where a task stands while an audit reads its events."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from folkmoot.audit.deadlines import BEGINNING, Moment
from folkmoot.audit.twins import Twins
from folkmoot.chain import Event, PointerTally, TaskState
from folkmoot.rules import pay

Due = Iterator[Event]
"""Events that have to follow, each made only once the one before it is known."""


class World(Protocol):
    """What a task's contracts ask beyond the task, at the moment of the event that is looked at."""

    @property
    def chain_id(self) -> int:
        """The chain's."""

    def is_member(self, account: str) -> bool:
        """Whether an account is a member of the federation."""

    def changed_at(self, account: str) -> tuple[int, int]:
        """Block and log index at which an account last became a member, or stopped being one; zeros if never."""

    def hash_of(self, block: int) -> bytes | None:
        """A block's hash; None if it is not known."""


@dataclass(slots=True)
class Stage:
    """The state so far, and the one before the last event; and what the running round told that no state keeps.

    `told` is the event that is looked at and `rest` those behind it in its transaction. `failed` are the addresses of
    rules that did, `weights` what settling gave (of the accepted updates together, of a seat that revealed, of one that
    attested), `agreed` the pointer that a majority attested, `paid` what was paid so far, `draws` how many were made
    and `lately` who was retired.
    """

    state: TaskState
    twins: Twins
    world: World
    before: TaskState
    at: Moment = BEGINNING
    told: Event | None = None
    rest: Sequence[Event] = ()
    failed: set[str] = field(default_factory=set)
    weights: tuple[int, int, int] = (0, 0, 0)
    agreed: bytes = b""
    paid: int = 0
    draws: int = 0
    lately: set[str] = field(default_factory=set)

    def begin_round(self) -> None:
        """Forget what the last round told."""
        self.failed, self.lately = set(), set()
        self.weights, self.agreed, self.paid, self.draws = (0, 0, 0), b"", 0, 0

    def is_member(self, account: str) -> bool:
        """Whether an account is a member of the federation at this moment."""
        return self.world.is_member(account)

    @property
    def has_election_failed(self) -> bool:
        """Whether the election rule did."""
        return self.state.parameters.election_rule in self.failed

    @property
    def tally(self) -> PointerTally:
        """Of the pointer that was agreed. Raises `LookupError` if nobody attested it."""
        found = [tally for tally in self.state.running.tallies if tally.pointer == self.agreed]
        if not found:
            raise LookupError("nobody attested what was agreed")
        return found[0]

    def amount(self, weight: int) -> int:
        """What a weight earns in the running round."""
        s, (updates, judging, attesting) = self.state, self.weights
        total = updates + judging * s.running.round.revealed + attesting * self.tally.votes
        return pay([weight, total - weight], s.budget, s.parameters.total_rounds)[0]
