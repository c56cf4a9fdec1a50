"""What a worker sees when it decides: the chain at one block, the store and its own journal."""

from dataclasses import dataclass

from folkmoot.chain import (
    FULL_PARTICIPATION,
    Metric,
    Parameters,
    Participant,
    Phase,
    Roster,
    Round,
    RoundProgress,
    Seat,
    Update,
    Verdict,
    phase_at,
    stalled_phase,
)
from folkmoot.learning.update_guard import UpdateGuard
from folkmoot.worker.journal import Opening, Trained


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """One update of the running round with its pointer. `found` tells whether the store has its blob."""

    update: Update
    pointer: bytes
    found: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """Everything that `step` needs, and nothing else. Times are the chain's, in seconds since 1970."""

    # The chain
    now: int
    since: int  # when this worker first saw the task as it stands now
    account: str  # the worker's own
    admitted: bool  # whether it is a member of the federation
    parameters: Parameters
    metric: Metric = Metric.ACCURACY  # what the score rule has seats measure
    round: Round
    roster: Roster
    progress: RoundProgress
    participant: Participant  # the account's marks in the task
    seats: tuple[Seat, ...]
    updates: tuple[Submission, ...]
    digest: bytes  # of the updates
    model: bytes  # pointer of the round's model
    startable: bool = False  # while Enrolling: the committee and enough trainers are enrolled
    seed: bytes = bytes(32)  # while Aggregating: what the aggregation may draw from
    last_update: int = 0  # while Aggregating: the block time of the round's last update
    paid_until: int = 0  # when the account's membership is past due; 0 is never
    departed: tuple[str, ...] = ()  # enrolled accounts that are no members of the federation any more

    # Bytes
    model_found: bool = True  # whether the store has the round's model

    # The worker itself
    turn: int  # head start of each committee position, in seconds
    trained: Trained | None = None  # the update that the journal holds for this round
    guard: UpdateGuard | None = None  # what others' updates are held against, once known
    opening: Opening | None = None  # the journal's, for these updates in this attempt
    aggregate: bytes | None = None  # pointer of the next model, once computed and published

    @property
    def phase(self) -> Phase:
        """The task's phase now."""
        return phase_at(self.round, min_updates=self.parameters.min_updates, time=self.now)

    @property
    def past_due(self) -> bool:
        """Whether anyone may end the account's membership."""
        return self.admitted and 0 < self.paid_until <= self.now

    @property
    def stalled(self) -> Phase | None:
        """Which phase stalled, if one did."""
        if self.phase != Phase.STALLED:
            return None
        return stalled_phase(self.round, min_updates=self.parameters.min_updates)

    @property
    def deadline(self) -> int | None:
        """When the phase ends by time, if it does."""
        ends = {
            Phase.ENROLLING: self.roster.start_by,
            Phase.TRAINING: self.round.training_ends,
            Phase.COMMITTING: self.round.committing_ends,
            Phase.REVEALING: self.round.revealing_ends,
            Phase.AGGREGATING: self.round.aggregating_ends,
            Phase.PAUSED: self.round.paused_until,
        }
        return ends.get(self.phase)

    @property
    def seat(self) -> Seat | None:
        """The account's own seat, if it has one."""
        return next((seat for seat in self.seats if seat.account == self.account), None)

    @property
    def judges(self) -> tuple[Seat, ...]:
        """The seats that judge."""
        return self.seats[: self.round.seats]

    @property
    def aggregators(self) -> tuple[Seat, ...]:
        """The seats that attest: those after the committee's, or the committee's if there are none."""
        return self.seats[self.round.seats :] or self.seats

    @property
    def is_sampled(self) -> bool:
        """Whether the account may train, where not everybody does."""
        return (
            self.parameters.active_share == FULL_PARTICIPATION or self.participant.sampled_in == self.round.number + 1
        )

    @property
    def own(self) -> Submission | None:
        """The account's own update, if it submitted one in this round."""
        return next((entry for entry in self.updates if entry.update.author == self.account), None)

    @property
    def accepted(self) -> tuple[Submission, ...]:
        """The updates that make the next model."""
        return tuple(entry for entry in self.updates if entry.update.verdict == Verdict.ACCEPTED)

    @property
    def position(self) -> int:
        """The account's place in the order of those who may act: the seats, then others as they enrolled."""
        for index, seat in enumerate(self.seats):
            if seat.account == self.account:
                return index
        return len(self.seats) + (self.participant.number or self.roster.enrolled + 1) - 1
