"""The rebuilt state of a task, and the small changes that events make to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from eth_abi.abi import encode
from web3 import Web3

from folkmoot.chain.enums import Milestone, Phase
from folkmoot.chain.phases import phase_at
from folkmoot.chain.structs import Parameters, Participant, PointerTally, Round, Seat, Update

NO_ROUND = Round(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Milestone.PROPOSED, sampled=False, salts=0)
_NO_PARTICIPANT = Participant(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, retired=False, stake=1, reputation=5_000)
_MOST_TERMS = 255
_MOST_STAKE = 2**40 - 1
MEDIAN_WEIGHT = 1_000
"""Of an attestation with the median stake."""


@dataclass(frozen=True, slots=True)
class RoundState:
    """One round. `pointers` are in the order of the updates, `commitments` and `scores` by participant."""

    round: Round = NO_ROUND
    seats: tuple[Seat, ...] = ()
    updates: tuple[Update, ...] = ()
    pointers: tuple[bytes, ...] = ()
    commitments: Mapping[str, bytes] = field(default_factory=dict)
    scores: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    tallies: tuple[PointerTally, ...] = ()
    baseline: int = 0  # the median, basis points
    score_rule_failed: bool = False


@dataclass(frozen=True, slots=True)
class TaskState:
    """A task: its running round, the rounds before it, its participants by address and its models by number (`ledger`).

    `budget` is the whole budget and `earned` what each participant got of it, in the fee token's smallest unit.
    """

    address: str
    parameters: Parameters
    running: RoundState = field(default_factory=RoundState)
    past: tuple[RoundState, ...] = ()
    participants: Mapping[str, Participant] = field(default_factory=dict)
    ledger: Mapping[int, bytes] = field(default_factory=dict)
    earned: Mapping[str, int] = field(default_factory=dict)
    budget: int = 0
    start_by: int = 0
    digest: bytes = bytes(32)  # of all updates so far
    seed: bytes = bytes(32)
    empty_rounds: int = 0
    final_scores: Mapping[str, int] = field(default_factory=dict)  # of the final model, basis points by seat's holder

    def phase_at(self, time: int, block: int) -> Phase:
        """The phase at a time (seconds since 1970) and a block after the last event."""
        return phase_at(self.running.round, self.parameters, time=time, block=block)

    @property
    def active(self) -> int:
        """Members enrolled, neither suspended nor retired."""
        return self.active_in(self.running.round.number)

    def active_in(self, number: int) -> int:
        """Of these, who will not be suspended in round `number`, if nothing changes until then."""
        return sum(not m.retired and m.suspended_until <= number for m in self.participants.values())


# Small changes


def with_running(s: TaskState, **changes: Any) -> TaskState:
    """The running round with changes."""
    return replace(s, running=replace(s.running, **changes))


def with_round(s: TaskState, **changes: Any) -> TaskState:
    """The running round's packed facts with changes."""
    return with_running(s, round=replace(s.running.round, **changes))


def with_participant(s: TaskState, account: str, **changes: Any) -> TaskState:
    """What is recorded of an account, with changes."""
    participant = replace(s.participants.get(account, _NO_PARTICIPANT), **changes)
    return replace(s, participants={**s.participants, account: participant})


def with_seat(s: TaskState, account: str, **changes: Any) -> TaskState:
    """A member's seat with changes."""
    seats = s.running.seats
    return with_running(s, seats=tuple(replace(x, **changes) if x.account == account else x for x in seats))


def with_pay(s: TaskState, account: str, weight: int, amount: int) -> TaskState:
    """A member's stake and earnings with what it earned."""
    s = with_participant(s, account, stake=min(s.participants[account].stake + weight, _MOST_STAKE))
    return replace(s, earned={**s.earned, account: s.earned.get(account, 0) + amount})


def seated(s: TaskState, index: int, seat: Seat, *, filler: bool) -> TaskState:
    """The running round's seat `index` taken by another account; a `filler` of a vacancy serves one more term."""
    number, account = s.running.round.number, seat.account
    if filler:
        s = with_participant(s, account, terms=_terms(s.participants[account], number), filled_in=number + 1)
    seats = list(s.running.seats)
    seats[index] = seat
    return with_participant(with_running(s, seats=tuple(seats)), account, seated_in=number + 1, seat=index)


def _terms(participant: Participant, number: int) -> int:
    """Consecutive rounds as a vacancy filler, up to round `number`; two seats in one round are one term."""
    if participant.filled_in == number:
        return min(participant.terms + 1, _MOST_TERMS)
    return participant.terms if participant.filled_in == number + 1 else 1


def fresh_seat(account: str) -> Seat:
    """A seat that has done nothing yet."""
    return Seat(
        account,
        baseline=0,
        tally=0,
        committed_in=0,
        attested_in=0,
        revealed=False,
        excused=False,
        seated_attempt=0,
        weight=0,
        scored=False,
    )


def averaged(participant: Participant, score: int) -> int:
    """The reputation after one more score, which counts for a quarter."""
    return (3 * participant.reputation + score) // 4


def weighed(s: TaskState) -> TaskState:
    """The seats that attest with the weights of their stakes: relative to the lower median, and at most twice that."""
    seats, judges = s.running.seats, s.running.round.seats
    first = judges if len(seats) > judges else 0
    stakes = [s.participants[seat.account].stake for seat in seats]
    median = sorted(stakes[first:])[(len(seats) - first - 1) // 2]
    weights = [min(stake * MEDIAN_WEIGHT // median, 2 * MEDIAN_WEIGHT) for stake in stakes]
    after = (replace(seat, weight=weight) for seat, weight in zip(seats[first:], weights[first:], strict=True))
    return with_running(s, seats=(*seats[:first], *after))


def next_seed(s: TaskState) -> bytes:
    """The seed of the next election, made of the revealed salts."""
    now = s.running.round
    kinds = ["uint256", "address", "uint256", "bytes32"]
    values = [now.salts, s.address, now.number, s.seed]
    return bytes(Web3.keccak(encode(kinds, values)))
