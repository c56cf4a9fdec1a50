"""What an audit says: for each task a line a round, what is wrong, what could not be seen, and a verdict."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from folkmoot.audit.findings import Finding, Kind, Unseen
from folkmoot.audit.readers import RoundReaders
from folkmoot.chain import RoundState, TaskState, Verdict
from folkmoot.plurals import counted


class Outcome(Enum):
    """Of an audit: whether everything holds, something does not, or not everything could be checked."""

    HOLDS = "holds"
    FINDING = "finding"
    UNSEEN = "unseen"


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundReport:
    """One round: what was checked, what is wrong, and what could not be seen.

    `readers` are None for a round without a new model, and where nothing is encrypted. `is_whole`: all of it was seen.
    """

    round: int
    checked: str
    is_whole: bool
    readers: RoundReaders | None
    findings: tuple[Finding, ...]
    unseen: tuple[Unseen, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskReport:
    """One task: its rounds, and beside them what belongs to none."""

    number: int
    task: str
    name: str
    is_over: bool
    rounds: tuple[RoundReport, ...]
    findings: tuple[Finding, ...]
    unseen: tuple[Unseen, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A federation up to a block, whose `time` is in seconds since 1970, by the nodes at some URLs.

    `rounds` are the first and the last one that were asked for, `models` tells whether they were. `notes` change
    nothing.
    """

    chain_id: int
    federation: str
    block: int
    time: int
    nodes: tuple[str, ...]
    rounds: tuple[int, int]
    models: bool
    version: str
    tasks: tuple[TaskReport, ...]
    findings: tuple[Finding, ...] = ()
    unseen: tuple[Unseen, ...] = ()
    notes: tuple[str, ...] = field(default=())

    @property
    def all_findings(self) -> list[Finding]:
        """Of the federation, of its tasks and of their rounds."""
        of_tasks = (finding for task in self.tasks for finding in (*task.findings, *_of_rounds(task)))
        return [*self.findings, *of_tasks]

    @property
    def all_unseen(self) -> list[Unseen]:
        """What could not be seen, anywhere."""
        of_tasks = (one for task in self.tasks for one in (*task.unseen, *(u for r in task.rounds for u in r.unseen)))
        return [*self.unseen, *of_tasks]

    @property
    def is_sound(self) -> bool:
        """Whether the record itself holds, whatever is wrong with a store or with another node."""
        return all(finding.kind in {Kind.NODE, Kind.STORE} for finding in self.all_findings)

    @property
    def outcome(self) -> Outcome:
        """What all of it comes to."""
        if self.all_findings:
            return Outcome.FINDING
        return Outcome.UNSEEN if self.all_unseen else Outcome.HOLDS


def _of_rounds(task: TaskReport) -> Iterator[Finding]:
    return (finding for one in task.rounds for finding in one.findings)


def task_report(
    number: int,
    name: str,
    state: TaskState,
    findings: Iterable[Finding],
    unseen: Iterable[Unseen],
    rounds: range,
    *,
    readers: Mapping[int, RoundReaders],
    lacking_models: bool,
    is_over: bool,
) -> TaskReport:
    """A task's report, of the rounds in a range; what belongs to none is told with the task.

    `lacking_models`: none of them could be seen.
    """
    found, lacking = [*findings], [*unseen]
    opened = [one for one in (*state.past, state.running) if one.seats]
    played = [one for one in opened if one.round.number in rounds]
    known = {one.round.number for one in played}
    outside = {one.round.number for one in (*state.past, state.running) if one.seats} - known
    hidden = sum(one.round in outside for one in found)
    if hidden:
        lacking.append(
            Unseen(text=f"{counted(hidden, 'finding')} in rounds that were not asked for", task=state.address)
        )
    return TaskReport(
        number=number,
        task=state.address,
        name=name,
        is_over=is_over,
        rounds=tuple(
            _round_report(one, found, lacking, readers.get(one.round.number), lacks_model=lacking_models)
            for one in played
        ),
        findings=tuple(one for one in found if one.round not in known | outside),
        unseen=tuple(one for one in lacking if one.round not in known | outside),
    )


def _round_report(
    played: RoundState,
    findings: Iterable[Finding],
    unseen: Iterable[Unseen],
    readers: RoundReaders | None,
    *,
    lacks_model: bool,
) -> RoundReport:
    number = played.round.number
    lacking = tuple(one for one in unseen if one.round == number)
    return RoundReport(
        round=number,
        checked=_checked(played),
        is_whole=not lacking and not lacks_model,
        readers=readers,
        findings=tuple(one for one in findings if one.round == number),
        unseen=lacking,
    )


def _checked(played: RoundState) -> str:
    """What a round had to check, in words."""
    accepted = sum(update.verdict == Verdict.ACCEPTED for update in played.updates)
    said = f"{accepted} of {counted(len(played.updates), 'update')} accepted"
    return f"{said}, {counted(len(played.scores), 'reveal')} by {counted(played.round.seats, 'seat')}"
