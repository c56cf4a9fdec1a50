"""What people see of the demonstration: progress, a table for each round and each member, a figure."""

import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from time import monotonic

from rich.box import SIMPLE_HEAD
from rich.console import Console, JustifyMethod
from rich.status import Status
from rich.table import Table
from rich.text import Text

from folkmoot.chain import Event, RoundState, TaskState, Update, Verdict
from folkmoot.chain.events.rounds import (
    AggregateAttested,
    RoundOpened,
    RoundRecovered,
    RoundSettled,
    ScoresCommitted,
    ScoresRevealed,
    UpdateBlockWritten,
    UpdateSubmitted,
)
from folkmoot.chain.events.tasks import MemberEnrolled, MemberStruck, MemberSuspended
from folkmoot.rules import ABSTAINED
from folkmoot.testing import Member
from scripts.demo_report import HONEST, MemberReport, RoundReport, Share, behaviour, rounds_of
from scripts.demo_verdicts import judged, votes

TOKEN = 10**18  # smallest units of the fee token in one
MILLION = 1_000_000

_VERDICTS = {
    Verdict.ACCEPTED: ("accepted", "green"),
    Verdict.PASSED: ("good, but others are better", "dim"),
    Verdict.REJECTED: ("rejected", "yellow"),
    Verdict.FAULT: ("rejected, a strike", "red"),
}


_STEPS: Mapping[type[Event], str] = {
    MemberEnrolled: "members enrol",
    UpdateSubmitted: "members train",
    ScoresCommitted: "the committee commits to its scores",
    ScoresRevealed: "the committee reveals its scores",
    AggregateAttested: "the committee attests the next model",
}


WIDTH = 120  # where there is no terminal to ask


def make_console() -> Console:
    """Where people read: the terminal, or lines of some width."""
    return Console(width=None if sys.stdout.isatty() else WIDTH)


class ProgressPrinter:
    """Says what happens, in the members' names."""

    def __init__(self, console: Console, status: Status) -> None:
        self._console, self._status = console, status
        self._names: dict[str, str] = {}
        self._authors: list[str] = []  # of the round's updates
        self._done: Counter[type[Event]] = Counter()
        self._doing, self._begun = "", monotonic()

    def name(self, members: Iterable[Member]) -> None:
        """Take note of the members' names."""
        self._names = {member.address: member.name for member in members}

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


def round_table(report: RoundReport, found: RoundState, state: TaskState, members: Mapping[str, Member]) -> Table:
    """What each seat gave to each update, their median, and what came of it; best first."""
    liars = [seat.account for seat in found.seats if behaviour(members[seat.account]) == "liar"]
    table = _table(f"Round {report.round}: {report.accuracy:.2%} on the test set", _costs(report))
    table.add_column("update of")
    for seat in found.seats:
        table.add_column(_named(members[seat.account]), justify="right")
    table.add_column("median", justify="right", style="bold")
    table.add_column("verdict")
    if liars:
        table.add_column("without the liar")
    alone = judged(found, state.parameters, without=liars)
    for index, update in sorted(enumerate(found.updates), key=lambda entry: -entry[1].score):
        also = ["accepted" if update.author in alone else "not accepted"] if liars else []
        table.add_row(_named(members[update.author]), *_scores(found, index), *_outcome(update), *also)
    return table


def member_table(report: MemberReport, member: Member, state: TaskState, shares: Mapping[int, Share]) -> Table:
    """What a member was, what its update scored, its strikes and its pay, round by round."""
    strikes = f"strikes {report.strikes}, " if report.strikes else ""
    table = _table(_named(member), f"{strikes}earned {report.earned / TOKEN:.2f} FED")
    table.add_column("round", justify="right")
    table.add_column("role")
    for name in ("score", "strikes", "earned"):
        table.add_column(name, justify="right")
    for found, role in zip(rounds_of(state), report.roles, strict=True):
        marks = _marks(shares[found.round.number], member.address)
        table.add_row(str(found.round.number), role, _score(found, member.address), *marks)
    return table


def _table(title: Text | str, caption: str) -> Table:
    left: JustifyMethod = "left"
    return Table(
        title=title,
        title_justify=left,
        title_style="bold",
        caption=caption,
        caption_justify=left,
        box=SIMPLE_HEAD,
        collapse_padding=True,
        pad_edge=False,
    )


def _costs(report: RoundReport) -> str:
    seconds = ", ".join(f"{phase} {time:.1f} s" for phase, time in report.seconds.items())
    return f"{report.gas_total / MILLION:.2f} million gas; {seconds}"


def _named(member: Member) -> Text:
    attack = behaviour(member)
    return Text(member.name) if attack == HONEST else Text(f"{member.name}, {attack}", "red")


def _scores(found: RoundState, index: int) -> list[str]:
    return ["" if vote == ABSTAINED else _percent(vote) for vote in votes(found, index, found.seats)]


def _outcome(update: Update) -> tuple[str, Text]:
    return _percent(update.score), Text(*_VERDICTS[update.verdict])


def _score(found: RoundState, address: str) -> str:
    return next((_percent(update.score) for update in found.updates if update.author == address), "")


def _marks(share: Share, address: str) -> tuple[str, str]:
    strikes, earned = "", ""
    for event in share.events:
        match event:
            case MemberStruck() if event.member == address:
                strikes = str(event.strikes)
            case UpdateBlockWritten() if event.author == address:
                earned = f"{event.amount / TOKEN:.2f}"
    return strikes, earned


def _percent(basis_points: int) -> str:
    return f"{basis_points / 100:.1f}"


def draw_accuracies(accuracies: Sequence[float], path: Path) -> None:
    """Draw the accuracies (0 to 1) of models 0, 1, … on the test set into a PNG file."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415 - no worker needs it
    from matplotlib.figure import Figure  # noqa: PLC0415
    from matplotlib.ticker import MaxNLocator, PercentFormatter  # noqa: PLC0415

    figure = Figure(figsize=(7, 4), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot(xlabel="model", ylabel="accuracy on the test set", ylim=(0, 1.02))
    axes.plot(accuracies, marker="o")
    axes.set_xlim(right=len(accuracies) - 0.4)  # the last label stands to the right of its point
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.yaxis.set_major_formatter(PercentFormatter(1))
    axes.grid(alpha=0.3)
    for number, accuracy in enumerate(accuracies):
        axes.annotate(f"{accuracy:.1%}", (number, accuracy), xytext=(4, -14), textcoords="offset points")
    figure.savefig(path, dpi=150)
