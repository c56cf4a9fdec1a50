"""Who sits and who trains, found again.

Source: `contracts/rounds/Elections.sol`, `RoundOpening.sol`, `Recovery.sol` and `TrainerSampling.sol`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from folkmoot.audit.twins import Twins
from folkmoot.chain import FULL_PARTICIPATION, Milestone, Parameters, Participant, Phase, Seat, TaskState, Verdict
from folkmoot.chain.events.rounds import RoundOpened
from folkmoot.chain.phases import MIN_COMMITTEE
from folkmoot.rules import Candidate, Standing, vacancy_order
from folkmoot.rules.election import draw_word
from folkmoot.rules.sampling import MAX_DRAWS_PER_NUMBER

FULL_PRESENCE = 10
MAX_SINGLE_CALL = 250
"""With more participants an election takes a call of its own."""


@dataclass(frozen=True, slots=True)
class SeatPlan:
    """Who holds the seats of a round: `committee` judging ones first, then aggregators; `fillers` are vacancies."""

    accounts: tuple[str, ...]
    fillers: tuple[bool, ...]
    committee: int


@dataclass(frozen=True, slots=True)
class Slate:
    """Candidates and, in the same order, their accounts."""

    accounts: tuple[str, ...]
    candidates: tuple[Candidate, ...]

    @classmethod
    def of(cls, found: Iterable[tuple[str, Candidate]]) -> "Slate":
        """Of accounts and what is known of them."""
        both = tuple(found)
        return cls(tuple(account for account, _ in both), tuple(candidate for _, candidate in both))


# ------------------------------------------------------------------- the next round


def elected(s: TaskState, twins: Twins, *, has_failed: bool) -> SeatPlan | None:
    """The seats of the next round, by the seed in the state; None if the election rule has no twin here."""
    if has_failed:
        return _dutiful(s)
    if twins.election is None:
        return None
    p, slate = s.parameters, _slate(s)
    seats = seats_for(s, len(slate.accounts))
    chosen = twins.election(slate.candidates, seats, s.seed, int.from_bytes(p.election_parameters))
    fillers = (not p.redraw and slate.candidates[place].standing != Standing.PROVIDER for place in chosen)
    return SeatPlan(
        tuple(slate.accounts[place] for place in chosen), tuple(fillers), committee=min(len(chosen), p.committee)
    )


def named(p: Parameters, accounts: Sequence[str]) -> SeatPlan:
    """Seats for accounts that the managers named, or that were drawn."""
    return SeatPlan(tuple(accounts), (False,) * len(accounts), min(len(accounts), p.committee))


def drawn(s: TaskState, seed: bytes, is_member: Callable[[str], bool]) -> SeatPlan:
    """The first committee where the managers named none."""
    able = [(a, m) for a, m in s.participants.items() if is_active(m, 0) and is_member(a)]
    slate = Slate.of((account, _candidate(m, Standing.STRANGER)) for account, m in able)
    return named(s.parameters, _in_order(slate, seed, seats_for(s, len(able))))


def opened(s: TaskState, number: int, plan: SeatPlan) -> RoundOpened:
    """The event that opens round `number` with these seats."""
    p, active = s.parameters, s.active_in(number)
    seated = 0 if p.seats_train else len(plan.accounts)
    able = active - seated
    eligible = -(-active * p.active_share // FULL_PARTICIPATION)
    eligible = max(eligible - seated, p.min_updates)
    eligible = min(eligible, able, p.max_updates)
    return RoundOpened(number, plan.accounts, plan.committee, plan.fillers, eligible, sampled=eligible < able)


def recalled(s: TaskState, plan: SeatPlan) -> SeatPlan:
    """The seats of an earlier election, without those who were retired since."""
    following = s.running.round.number + 1
    kept = [place for place, a in enumerate(plan.accounts) if is_active(s.participants[a], following)]
    committee = sum(place < plan.committee for place in kept)
    if len(kept) < committee + MIN_COMMITTEE:
        kept = kept[:committee]
    return SeatPlan(tuple(plan.accounts[i] for i in kept), tuple(plan.fillers[i] for i in kept), committee)


def seats_for(s: TaskState, candidates: int) -> int:
    """How many seats are given to so many candidates, so that enough are left to train."""
    p = s.parameters
    seats = most_seats(p, candidates)
    active = s.active_in(s.running.round.number + 1)
    if p.seats_train or seats + p.min_updates <= active:
        return seats
    return min(seats, p.committee, max(active - p.min_updates, MIN_COMMITTEE))


def most_seats(p: Parameters, accounts: int) -> int:
    """Of all seats those that so many accounts can fill: of both roles none at all, or enough to decide."""
    seats = min(p.committee + p.aggregators, accounts)
    return min(seats, p.committee) if seats < p.committee + MIN_COMMITTEE else seats


def _slate(s: TaskState) -> Slate:
    """The providers alone if they can fill the seats, else all that took part and may act in the next round."""
    p, following = s.parameters, s.running.round.number + 1
    found = [*_providers(s, following)] if s.running.round.milestone == Milestone.AGREED else []
    if len(found) < p.committee + p.aggregators or p.redraw:
        found += _others(s, following)
    return Slate.of(found)


def _providers(s: TaskState, following: int) -> Iterator[tuple[str, Candidate]]:
    for update in s.running.updates:
        m = s.participants[update.author]
        if update.verdict == Verdict.ACCEPTED and _is_candidate(m, following):
            yield update.author, _candidate(m, Standing.PROVIDER, update.score, following)


def _others(s: TaskState, following: int) -> Iterator[tuple[str, Candidate]]:
    for account, m in s.participants.items():
        if m.accepted_in != following and _is_candidate(m, following):
            yield account, _candidate(m, _standing(s, m, following, following), 0, following)


def _candidate(m: Participant, standing: Standing, score: int = 0, following: int = 0) -> Candidate:
    presence = FULL_PRESENCE if m.absent_in == 0 else min(following - m.absent_in, FULL_PRESENCE)
    return Candidate(m.number, standing, score, m.stake, max(presence, 0), m.reputation)


def _is_candidate(m: Participant, following: int) -> bool:
    return not m.retired and m.since <= following - 1 and m.suspended_until <= following


def is_active(m: Participant, round_: int) -> bool:
    """Whether a participant may act in a round, by its record in the task."""
    return m.number > 0 and not m.retired and m.since <= round_ and m.suspended_until <= round_


def _standing(s: TaskState, m: Participant, mark: int, round_: int) -> Standing:
    """Of a participant without an accepted update in the running round, whose mark is `mark`, for a seat in a round."""
    is_sitting = m.seated_in == mark and _did_duty(s, m, mark)
    if not is_sitting and m.accepted_in == 0:
        return Standing.STRANGER
    if m.struck_in == mark or (m.filled_in == round_ and m.terms >= s.parameters.max_terms):
        return Standing.TIRED
    return Standing.SITTING if is_sitting else Standing.PROVEN


def _did_duty(s: TaskState, m: Participant, mark: int) -> bool:
    seat = s.running.seats[m.seat] if m.seat < len(s.running.seats) else None
    came_late = seat is not None and seat.seated_attempt == s.running.round.attempt + 1
    return m.struck_in != mark and (m.filled_in != mark or not came_late)


def _dutiful(s: TaskState) -> SeatPlan:
    """Where the election rule failed, the seats that did their duty stay."""
    p, now, following = s.parameters, s.running, s.running.round.number + 1
    kept: list[str] = []
    committee = 0
    for index, seat in enumerate(now.seats):
        m = s.participants[seat.account]
        if _did_duty(s, m, following) and _is_candidate(m, following):
            kept.append(seat.account)
        if index + 1 == now.round.seats:
            committee = len(kept)
    if committee < MIN_COMMITTEE or len(kept) < committee + MIN_COMMITTEE:
        committee = min(len(kept), p.committee)
        kept = kept[:committee]
    return SeatPlan(tuple(kept), (not p.redraw,) * len(kept), committee)


def _in_order(slate: Slate, seed: bytes, seats: int) -> list[str]:
    chosen = vacancy_order(slate.candidates, [0] * len(slate.candidates), seats, seed)
    return [slate.accounts[place] for place in chosen]


# ---------------------------------------------------------------------- vacancies


def attesting(s: TaskState) -> range:
    """The seats that attest, by their indices."""
    judges, every = s.running.round.seats, len(s.running.seats)
    return range(judges if every > judges else 0, every)


def is_sitting(s: TaskState, account: str, seats: Sequence[Seat]) -> bool:
    """Whether an account has a seat in the running round, and has not lost it."""
    m = s.participants[account]
    return m.seated_in == s.running.round.number + 1 and seats[m.seat].account == account


def successors(s: TaskState, stalled: Phase, seats: int) -> list[str]:
    """Who takes vacant seats: participants without an update first, while updates are missing authors first."""
    if seats == 0:
        return []
    authors = stalled == Phase.TRAINING
    first = _in_order(_vacancy_slate(s, authors=authors), s.seed, seats)
    if len(first) == seats:
        return first
    return [*first, *_in_order(_vacancy_slate(s, authors=not authors), s.seed, seats - len(first))]


def _vacancy_slate(s: TaskState, *, authors: bool) -> Slate:
    number = s.running.round.number
    return Slate.of(
        (account, Candidate(m.number, _standing(s, m, number + 1, number), 0, m.stake, 0, 0))
        for account, m in s.participants.items()
        if (m.submitted_in == number + 1) == authors
        and not is_sitting(s, account, s.running.seats)
        and is_active(m, number)
    )


# ----------------------------------------------------------------------- sampling


def next_trainers(s: TaskState, draws: int) -> Iterator[tuple[int, str]]:
    """Who is sampled next, each with the number of draws made by then; `draws` were made before."""
    p, number = s.parameters, s.running.round.number
    accounts = {m.number: account for account, m in s.participants.items()}
    taken: set[str] = set()
    for index in range(draws, MAX_DRAWS_PER_NUMBER * p.max_enrolled):
        account = accounts.get(draw_word(s.seed, index) % p.max_enrolled + 1)
        if account and account not in taken and _may_be_sampled(s.participants[account], p, number):
            taken.add(account)
            yield index + 1, account


def _may_be_sampled(m: Participant, p: Parameters, number: int) -> bool:
    is_free = m.sampled_in != number + 1 and (m.seated_in != number + 1 or p.seats_train)
    return is_free and is_active(m, number)
