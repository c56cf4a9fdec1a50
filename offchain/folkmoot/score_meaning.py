"""What a task's scores measure, and why one does not suffice: as words for a person."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple, Self

from folkmoot.chain import Parameters, Seat
from folkmoot.rule_settings import unpack
from folkmoot.rules.score import MAX_SCORE

_SHARES = {"MajorityVote": "share of votes", "Availability": "share of seats"}


class ScoreMeaning(NamedTuple):
    """A task's score rule by its name, its settings, and the descriptor's metric; each is empty if it is unknown."""

    rule: str = ""
    settings: tuple[int, ...] = ()
    metric: str = ""

    @classmethod
    def of(cls, parameters: Parameters, rules: Mapping[str, str], metric: str) -> Self:
        """The meaning of a task's scores; `rules` maps the names of deployed rules to their addresses."""
        name = next((name for name, address in rules.items() if address == parameters.score_rule), "")
        return cls(name, unpack(parameters.score_parameters), metric)

    @property
    def of_updates(self) -> str:
        """What an update's score on the chain is: the metric or, by the rules that count, a share."""
        return _SHARES.get(self.rule, self.metric)

    @property
    def of_models(self) -> str:
        """What a baseline is: by `MajorityVote` still the metric, in which the seats compare."""
        return self.metric if self.rule == "MajorityVote" else self.of_updates

    def is_fault(self, score: int, baseline: int) -> bool:
        """Whether an update of this score is a fault, unless too few seats could score it. Both in basis points."""
        match self.rule:
            case "MedianScore":
                return 2 * score < baseline
            case "MajorityVote":
                return 2 * score < MAX_SCORE
        return self.rule == "Availability" and 2 * score <= MAX_SCORE

    def shortfall(self, score: int, baseline: int | None, best: int) -> str:
        """Why an update of this score does not pass; empty if it does, or for a rule of another's. All basis points.

        The `baseline` is None where too few seats could measure the model.
        """
        match self.rule:
            case "MedianScore":
                return self._below(score, baseline, best)
            case "MajorityVote" if 2 * score < MAX_SCORE:
                return "fewer than half of the seats voted for it"
            case "Availability" if 2 * score <= MAX_SCORE:
                return "no more than half of the seats could read it"
        return ""

    def _below(self, score: int, baseline: int | None, best: int) -> str:
        """As `median_score_judge` decides."""
        ratio, tolerance, *_ = *self.settings, 0, 0
        if baseline is not None and 2 * score < baseline:
            return f"below half of the current model's {percent(baseline)}"
        if score * MAX_SCORE < best * ratio:
            return f"below {percent(ratio)} of the best update's {percent(best)}"
        if baseline is None:
            return "too few seats could measure the current model"
        if score + tolerance < baseline:
            return f"more than {percent(tolerance)} below the current model's {percent(baseline)}"
        return "" if score else "the judges could not use it"


UNKNOWN = ScoreMeaning()


def measured(baseline: int, seats: Iterable[Seat]) -> int | None:
    """A settled round's baseline in basis points; None if too few of its seats could measure the model.

    A seat that abstained, or did not reveal, counts as if it had said the highest.
    """
    was_said = any(seat.excused or (seat.revealed and seat.baseline == MAX_SCORE) for seat in seats)
    return baseline if baseline < MAX_SCORE or was_said else None


def shown(basis_points: int | None, *, settled: bool = True) -> str | None:
    """A score for a table: "93.40 %", or "not scored" where too few seats could; None before the round is settled."""
    if basis_points is None:
        return "not scored" if settled else None
    return percent(basis_points)


def percent(basis_points: int, what: str = "") -> str:
    """Basis points as "93.40 %", and of what: "93.40 % (accuracy)"."""
    return f"{basis_points / 100:.2f} %" + titled("", what)


def titled(title: str, what: str) -> str:
    """A title and what it measures, if that is known: "score (accuracy)"."""
    return f"{title} ({what})" if what else title
