"""Where a task's models come from: of which model and whose updates each was made, and what it scored."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from folkmoot.chain import Event, TaskState
from folkmoot.chain.events.rounds import RoundCarried, RoundRolledBack, UpdateBlockWritten
from folkmoot.cli.task_status import final_score, reports
from folkmoot.errors import ConfigError

LATEST, BEST = "latest", "best"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contributor:
    """The author of an accepted update, with its rank in the round, 1 for the best, and its score in basis points."""

    author: str
    rank: int
    score: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskModel:
    """A model of a task, which the `contributors`' updates of a `round` made of the model `parent`.

    `round`, `parent` and `contributors` are of the first model that is the same; `repeats` is the number of the one
    that was taken again, if any, after a round that was `carried` or was not (then it was rolled back). `score` is in
    basis points, None if too few seats could measure it; `measured` says whether a round has tried.
    """

    number: int
    pointer: bytes
    round: int | None = None
    parent: int | None = None
    contributors: tuple[Contributor, ...] = ()
    repeats: int | None = None
    carried: bool = False
    score: int | None = None
    measured: bool = False

    @property
    def origin(self) -> str:
        """In words."""
        if self.repeats is not None:
            return f"as model {self.repeats}, {'carried forward' if self.carried else 'rolled back'}"
        return "proposed" if self.parent is None else f"of model {self.parent}"


def task_models(state: TaskState, events: Sequence[Event]) -> list[TaskModel]:
    """All models so far of the task that these events led to this state.

    A model is measured by the round that starts from it, the final one by the last round's committee in the end.
    """
    scores = {report.round: report.baseline for report in reports(state, events) if report.settled} | final_score(state)
    repeats, contributors = _repeats(events), _contributors(events)
    found: dict[int, TaskModel] = {}
    for number, pointer in sorted({0: state.parameters.model, **state.ledger}.items()):
        source = repeats.get(number)
        if source is not None and source[0] in found:
            made = replace(found[source[0]], number=number, repeats=source[0], carried=source[1])
        elif number:
            by = tuple(sorted(contributors.get(number - 1, ()), key=lambda one: one.rank))
            made = TaskModel(number=number, pointer=pointer, round=number - 1, parent=number - 1, contributors=by)
        else:
            made = TaskModel(number=number, pointer=pointer)
        found[number] = replace(made, score=scores.get(number), measured=number in scores)
    return list(found.values())


def choose(models: Sequence[TaskModel], which: int | str) -> TaskModel:
    """The model of a number, the latest, or the best: of those with the highest score the newest.

    Raises `ConfigError` if there is none.
    """
    if which == LATEST:
        return models[-1]
    if which == BEST:
        scored = [(model.score, model.number, model) for model in models if model.score is not None]
        if not scored:
            raise ConfigError("no model has a score yet", "each round measures the model that it starts from")
        return max(scored)[2]
    found = next((model for model in models if model.number == which), None)
    if found is None:
        raise ConfigError(f"there is no model {which} yet", f"the task has models up to {models[-1].number}")
    return found


def _repeats(events: Iterable[Event]) -> Mapping[int, tuple[int, bool]]:
    """Models that are another one again: its number, and whether it was carried forward."""
    found = {}
    for event in events:
        match event:
            case RoundCarried():
                found[event.round + 1] = event.round, True
            case RoundRolledBack():
                found[event.round + 1] = event.model, False
    return found


def _contributors(events: Iterable[Event]) -> Mapping[int, list[Contributor]]:
    found: dict[int, list[Contributor]] = {}
    for event in events:
        if isinstance(event, UpdateBlockWritten):
            one = Contributor(author=event.author, rank=event.rank, score=event.score)
            found.setdefault(event.round, []).append(one)
    return found
