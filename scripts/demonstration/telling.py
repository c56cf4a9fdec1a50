"""Live progress: facts as lines that stay and, on a terminal, one moving line below them."""

import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from time import monotonic

from rich.console import Console
from rich.status import Status

from folkmoot.chain import Event, Verdict
from folkmoot.chain.events.rounds import (
    AggregateAttested,
    RoundOpened,
    RoundRecovered,
    RoundSettled,
    ScoresCommitted,
    ScoresRevealed,
    UpdateSubmitted,
)
from folkmoot.chain.events.tasks import MemberEnrolled, MemberStruck, MemberSuspended
from scripts.demonstration.cast import Person

_STEPS: Mapping[type[Event], str] = {
    MemberEnrolled: "members enrol",
    UpdateSubmitted: "members train",
    ScoresCommitted: "the committee seals its scores",
    ScoresRevealed: "the committee opens its scores",
    AggregateAttested: "the committee attests the next model",
}


WIDTH = 120  # where there is no terminal to ask


def make_console() -> Console:
    """Where people read: the terminal, or lines of some width."""
    return Console(width=None if sys.stdout.isatty() else WIDTH)


class ProgressPrinter:
    """Says what happens, in the members' names."""

    def __init__(self, console: Console, status: Status, people: Iterable[Person]) -> None:
        self._console, self._status = console, status
        self._names = {person.address: person.name for person in people}
        self._authors: list[str] = []  # of the round's updates
        self._done: Counter[type[Event]] = Counter()
        self._doing, self._begun = "", monotonic()

    @property
    def seconds(self) -> float:
        """Since the beginning."""
        return monotonic() - self._begun

    def doing(self, what: str) -> None:
        """What is going on from now on."""
        self._doing = what
        self.tick()

    def tick(self) -> None:
        """Time passes."""
        self._status.update(f"{self._doing}, {self.seconds:.0f} s")

    def fact(self, text: str) -> None:
        """Something that stays."""
        self._console.print(f"{self.seconds:6.1f} s  {text}", highlight=False, markup=False)

    def tell(self, event: Event) -> None:
        """Something happened to the task."""
        if step := _STEPS.get(type(event)):
            self._done[type(event)] += 1
            self.doing(f"{step}: {self._done[type(event)]} did")
        match event:
            case RoundOpened():
                self._open(event)
            case UpdateSubmitted():
                self._authors.append(event.author)
            case RoundSettled():
                self._settle(event)
            case RoundRecovered():
                self._done.clear()
                self.fact(f"round {event.round}: {event.stalled.name.lower()} stalled, attempt {event.attempt + 1}")
            case MemberStruck():
                self.fact(f"round {event.round}: a strike for {self._names[event.member]}: {event.reason.name.lower()}")
            case MemberSuspended():
                self.fact(f"round {event.round}: {self._names[event.member]} is suspended until round {event.until}")

    def _open(self, event: RoundOpened) -> None:
        self._authors.clear()
        self._done.clear()
        self.fact(f"round {event.round}: committee {self._listed(event.seats)}")
        self.doing(f"members train: none of {event.eligible} is ready")

    def _settle(self, event: RoundSettled) -> None:
        accepted = [self._authors[index] for index in event.ranking]
        left = [a for a, verdict in zip(self._authors, event.verdicts, strict=True) if verdict != Verdict.ACCEPTED]
        self.fact(f"round {event.round}: accepted {self._listed(accepted)}; not {self._listed(left)}")

    def _listed(self, accounts: Iterable[str]) -> str:
        return ", ".join(self._names[account] for account in accounts) or "nobody"
