"""The report for people: a table a round and a table a member."""

from collections.abc import Mapping

from rich.box import SIMPLE_HEAD
from rich.console import JustifyMethod
from rich.table import Table
from rich.text import Text

from folkmoot.chain import RoundState, TaskState, Update, Verdict
from folkmoot.chain.events.rounds import UpdateBlockWritten
from folkmoot.chain.events.tasks import MemberStruck
from scripts.demonstration.cast import Person
from scripts.demonstration.ledger import Share
from scripts.demonstration.report import MemberReport, RoundReport, rounds_of
from scripts.demonstration.verdicts import judged

TOKEN = 10**18  # smallest units of the fee token in one
MILLION = 1_000_000

_VERDICTS = {
    Verdict.ACCEPTED: ("accepted", "green"),
    Verdict.PASSED: ("good, but others are better", "dim"),
    Verdict.REJECTED: ("rejected", "yellow"),
    Verdict.FAULT: ("rejected, a strike", "red"),
}


def round_table(report: RoundReport, found: RoundState, state: TaskState, people: Mapping[str, Person]) -> Table:
    """What each seat gave to each update, their median, and what came of it; best first."""
    liars = [seat.account for seat in found.seats if people[seat.account].behaviour == "liar"]
    table = _table(f"Round {report.round}: {report.accuracy:.2%} on the test set", _costs(report))
    table.add_column("update of")
    for seat in found.seats:
        table.add_column(_named(people[seat.account]), justify="right")
    table.add_column("median", justify="right", style="bold")
    table.add_column("verdict")
    if liars:
        table.add_column("without the liar")
    alone = judged(found, state.parameters, without=liars)
    for index, update in sorted(enumerate(found.updates), key=lambda entry: -entry[1].score):
        also = ["accepted" if update.author in alone else "not accepted"] if liars else []
        table.add_row(_named(people[update.author]), *_scores(found, index), *_outcome(update), *also)
    return table


def member_table(report: MemberReport, person: Person, state: TaskState, shares: Mapping[int, Share]) -> Table:
    """What a member was, what its update scored, its strikes and its pay, round by round."""
    strikes = f"strikes {report.strikes}, " if report.strikes else ""
    table = _table(_named(person), f"{strikes}earned {report.earned / TOKEN:.2f} FED")
    table.add_column("round", justify="right")
    table.add_column("role")
    for name in ("score", "strikes", "earned"):
        table.add_column(name, justify="right")
    for found, role in zip(rounds_of(state), report.roles, strict=True):
        marks = _marks(shares[found.round.number], person.address)
        table.add_row(str(found.round.number), role, _score(found, person.address), *marks)
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


def _named(person: Person) -> Text:
    return Text(person.name) if person.honest else Text(f"{person.name}, {person.behaviour}", "red")


def _scores(found: RoundState, index: int) -> list[str]:
    return [_percent(found.scores[seat.account][index]) if seat.revealed else "" for seat in found.seats]


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
