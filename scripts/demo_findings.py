"""What the demonstration promises, and whether it came true."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from folkmoot.chain import RoundState, TaskState
from folkmoot.testing import Member
from scripts.demo_report import Report, behaviour, rounds_of
from scripts.demo_verdicts import accepted, judged


@dataclass(frozen=True, slots=True)
class Findings:
    """What was promised, and whether it came true. Rounds are those in which a liar sat."""

    noise_blocks: int
    noise_suspended: bool
    honest_suspended: tuple[str, ...]
    rounds_with_liar: tuple[int, ...]
    rounds_swayed: tuple[int, ...]  # whose accepted sets would be others without the liar

    @property
    def all_well(self) -> bool:
        """Whether misbehaviour led to nothing, and harmed only who misbehaved."""
        harm = self.noise_blocks or self.honest_suspended or self.rounds_swayed
        return self.noise_suspended and not harm


def findings(report: Report, state: TaskState, members: Sequence[Member]) -> Findings:
    """Look for what was promised."""
    liars = [member.address for member in members if behaviour(member) == "liar"]
    noise = [member.address for member in members if behaviour(member) == "noise"]
    lied_to = [found for found in rounds_of(state) if any(seat.account in liars for seat in found.seats)]
    return Findings(
        noise_blocks=sum(author in noise for entry in report.rounds for author in entry.accepted),
        noise_suspended=all(member.suspended for member in report.members if member.address in noise),
        honest_suspended=tuple(member.name for member in report.members if member.honest and member.suspended),
        rounds_with_liar=tuple(found.round.number for found in lied_to),
        rounds_swayed=tuple(found.round.number for found in lied_to if is_swayed(found, state, liars)),
    )


def is_swayed(found: RoundState, state: TaskState, liars: Sequence[str]) -> bool:
    """Whether the accepted set would be another one if the liars had not sat in the committee."""
    return set(accepted(found)) != set(judged(found, state.parameters, without=liars))


def sentences(found: Findings) -> Iterator[str]:
    """One for each promise."""
    suspended = "is suspended" if found.noise_suspended else "is NOT suspended"
    yield f"The noise maker got {found.noise_blocks or 'no'} block{'s' * (found.noise_blocks > 1)} and {suspended}."
    yield f"Honest members suspended: {', '.join(found.honest_suspended) or 'none'}."
    sat = ", ".join(map(str, found.rounds_with_liar)) or "none"
    swayed = ", ".join(map(str, found.rounds_swayed))
    effect = f"would differ in {swayed}" if swayed else "are the ones without it"
    yield f"The liar sat in these rounds: {sat}. The accepted sets {effect}."
