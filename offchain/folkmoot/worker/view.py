"""What a worker decides by: the chain at one block, the blob store and its own journal."""

from dataclasses import dataclass

from folkmoot.chain import (
    Metric,
    Milestone,
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
    phase_end,
    stalled_phase,
)
from folkmoot.chain.phases import window_end
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
    """All that `step` decides by. Times are the chain's, in seconds since 1970; pointers and digests are 32 bytes."""

    # The chain
    now: int
    block: int  # the latest one's number
    since: int  # when this worker first saw the task as it stands now
    account: str  # the worker's own
    admitted: bool  # whether it is a member of the federation
    parameters: Parameters
    metric: Metric = Metric.ACCURACY  # what the score rule asks of scores
    round: Round
    roster: Roster
    progress: RoundProgress
    participant: Participant  # what the task records of the account
    seats: tuple[Seat, ...]
    updates: tuple[Submission, ...]
    digest: bytes  # of the updates
    model: bytes  # pointer of the round's model
    startable: bool = False  # while Enrolling: the task can start, once enough are enrolled or the window has passed
    agreed: bytes | None = None  # while Closing, to a seat: the pointer that a majority attested
    seed: bytes = bytes(32)  # while Aggregating: what the aggregation may draw from
    last_update: int = 0  # while Aggregating: the block time of the round's last update
    paid_until: int = 0  # when the account's membership becomes past due; 0: it does not expire
    departed: tuple[str, ...] = ()  # enrolled accounts that have left the federation

    # Bytes
    model_found: bool = True  # whether the store has the round's model

    # The worker itself
    turn: int  # head start of each committee position, in seconds
    trained: Trained | None = None  # the update that the journal holds for this round
    guard: UpdateGuard | None = None  # checks others' updates, once its reference is trained
    lacking: tuple[str, ...] = ()  # who lacks keys of blobs that the worker could hand on
    opening: Opening | None = None  # the journal's, for these updates in this attempt
    aggregate: bytes | None = None  # pointer of the next model, once computed and published

    @property
    def phase(self) -> Phase:
        """The task's phase now."""
        return phase_at(self.round, self.parameters, time=self.now, block=self.block)

    @property
    def past_due(self) -> bool:
        """Whether the account's membership is past due, so that anyone may end it."""
        return self.admitted and 0 < self.paid_until <= self.now

    @property
    def stalled(self) -> Phase | None:
        """Which phase stalled, if one did."""
        if self.phase != Phase.STALLED:
            return None
        return stalled_phase(self.round, min_updates=self.parameters.min_updates)

    @property
    def deadline(self) -> int | None:
        """When the phase ends by time; None if it does not, or if it is open for some more blocks."""
        end = phase_end(self.round, self.parameters, self.phase, start_by=self.roster.start_by)
        return None if end is not None and end <= self.now else end

    @property
    def patience(self) -> int:
        """Until when a judge waits for blobs and for a store that fails: half of the window is left to score in."""
        ends = window_end(self.round, self.parameters, Phase.COMMITTING)
        return ends - self.parameters.committing_window // 2

    @property
    def is_patient(self) -> bool:
        """Whether a judge still waits: after a halt of the chain, half of the window's blocks are left to score in."""
        if self.now < self.patience:
            return True
        left = self.parameters.min_blocks // 2 if self.round.milestone == Milestone.SUBMITTED else 0
        return self.round.milestone <= Milestone.SUBMITTED and self.block < self.round.end_block - left

    @property
    def seat(self) -> Seat | None:
        """The account's own seat, if it has one."""
        return next((seat for seat in self.seats if seat.account == self.account), None)

    @property
    def judges(self) -> tuple[Seat, ...]:
        """The committee's seats, which score updates."""
        return self.seats[: self.round.seats]

    @property
    def aggregators(self) -> tuple[Seat, ...]:
        """The seats that attest: those after the committee's, or the committee's if there are none."""
        return self.seats[self.round.seats :] or self.seats

    @property
    def owes_score(self) -> bool:
        """Whether the account's seat judged in the last round of a finished task and has not scored the final model."""
        seat = self.seat
        return self.phase == Phase.FINISHED and self.admitted and seat in self.judges and not seat.scored

    @property
    def is_sampled(self) -> bool:
        """Whether the account is among the round's trainers, where only some are sampled."""
        return not self.round.sampled or self.participant.sampled_in == self.round.number + 1

    @property
    def own(self) -> Submission | None:
        """The account's own update, if it submitted one in this round."""
        return next((entry for entry in self.updates if entry.update.author == self.account), None)

    @property
    def accepted(self) -> tuple[Submission, ...]:
        """The updates that are aggregated to the next model."""
        return tuple(entry for entry in self.updates if entry.update.verdict == Verdict.ACCEPTED)

    @property
    def position(self) -> int:
        """The account's place in the order in which accounts act: the seats, then others by enrolment number."""
        for index, seat in enumerate(self.seats):
            if seat.account == self.account:
                return index
        return len(self.seats) + (self.participant.number or self.roster.enrolled + 1) - 1
