"""Judges one task's events, in their order: each has to be allowed, and to say what follows from those before it."""

from collections.abc import Generator, Iterator, Sequence
from itertools import takewhile

from folkmoot.audit import round_acts
from folkmoot.audit.deadlines import Moment
from folkmoot.audit.findings import described, differences, missing, surplus
from folkmoot.audit.following import due_before, following
from folkmoot.audit.judging import settled
from folkmoot.audit.recovering import SEATS_PER_CALL, recovering
from folkmoot.audit.stage import Due, Stage, World
from folkmoot.audit.twins import Twins
from folkmoot.chain import Event, Parameters, Phase, TaskState, Verdict
from folkmoot.chain.events import rounds as r
from folkmoot.chain.events import tasks as t
from folkmoot.chain.events.treasury import Credited
from folkmoot.chain.replay.rounds import after

_BESIDE = (
    r.ModelScored,
    r.RuleFailed,
    t.EnrolmentClosed,
    t.KeysShared,
    t.MemberEnrolled,
    t.MemberRetired,
    t.TaskApproved,
    t.TaskCancelled,
    t.TaskExpired,
    t.TaskFunded,
    t.TaskPaused,
    t.TaskResumed,
)
"""Acts that may come while something is due, which still is after them."""

_ACTS = (
    r.AggregateAttested,
    r.RoundRolledBack,
    r.ScoresCommitted,
    r.ScoresRevealed,
    r.TrainersSampled,
    r.UpdateSubmitted,
    t.TaskStarted,
)
"""Acts before which nothing may be due any more; but seats may join the others while a round is being closed."""

_RECOVERY = (r.RoundCarried, r.RoundRecovered, r.SeatFilled, r.WindowReopened, t.MemberStruck, t.StrikeCleared)
"""Events with which a recovery may begin, which tells none of its own."""

_MISFITS = (ArithmeticError, AttributeError, LookupError, RuntimeError, StopIteration, TypeError, ValueError)
"""What the twins of the contracts raise where a record makes no sense."""


class Referee:
    """One task's, in the world around it."""

    def __init__(self, task: str, parameters: Parameters, twins: Twins, world: World) -> None:
        state = TaskState(task, parameters)
        self.stage = Stage(state, twins, world, state)
        self._due: Due = iter(())
        self._next: Event | None = None  # of these, looked at already
        self._revealed = (0, 0)  # block and log index of the last reveal
        self._moved = False  # a deadline, for a pause
        self._credits: list[tuple[str, int]] = []  # that the treasury was not told of yet

    @property
    def state(self) -> TaskState:
        """The task's state after the events so far."""
        return self.stage.state

    def take(self, event: Event, at: Moment, rest: Sequence[Event]) -> Iterator[str]:
        """What is wrong with the next event, of a block; `rest` are those behind it in the same round."""
        stage = self.stage
        origin = event.origin.transaction if event.origin else ""
        stage.at, stage.told = at, event
        stage.rest = [*takewhile(lambda one: one.origin and one.origin.transaction == origin, rest)]
        try:
            yield from self._judged(event, rest)
            self._apply(event)
        except _MISFITS:
            yield f"{described(event)} does not fit to the events before it"

    def credit(self, event: Credited) -> Iterator[str]:
        """What is wrong with what the treasury credits for a round's work."""
        due = tuple(self._credits)
        self._credits.clear()
        if event.round != self.state.running.round.number:
            yield f"the treasury credits round {event.round}, and round {self.state.running.round.number} is running"
        if (event.accounts, event.amounts) != (tuple(a for a, _ in due), tuple(amount for _, amount in due)):
            owed = ", ".join(f"{amount} to {account}" for account, amount in due)
            paid = ", ".join(f"{a} to {account}" for account, a in zip(event.accounts, event.amounts, strict=False))
            yield f"the treasury credits {paid} on the chain; by the round's record {owed or 'nothing'}"

    def end(self) -> Iterator[str]:
        """What is wrong once the last event is read: what had to be in its transaction."""
        is_under_way = self.stage.agreed or len(self.state.running.seats) > SEATS_PER_CALL
        if not is_under_way:
            yield from self._missed()

    # -------------------------------------------------------------------- judging

    def _judged(self, event: Event, ahead: Sequence[Event]) -> Iterator[str]:
        if isinstance(event, r.RoundSettled):
            yield from self._missed()
            yield from self._resettled(event)
        elif isinstance(event, _BESIDE):
            yield from self._unmoved(event)
            yield from self._allowed(event)
        elif isinstance(event, _ACTS):
            if isinstance(event, r.RoundRolledBack):
                self._due, self._next = iter(()), None
            elif not self.stage.agreed or not isinstance(event, r.AggregateAttested):
                yield from self._missed()
            yield from self._allowed(event)
        else:
            yield from self._uncredited(event)
            yield from self._followed(event, ahead)

    def _unmoved(self, event: Event) -> Iterator[str]:
        """A pause, or its end, before which the deadline was not moved."""
        if isinstance(event, t.TaskPaused | t.TaskResumed):
            yield from map(missing, () if self._moved else due_before(event, self.stage))
            self._revealed = (0, 0)  # block and log index of the last reveal
        self._moved = False

    def _uncredited(self, event: Event) -> Iterator[str]:
        """A round's end before the treasury credited what was earned in it."""
        if isinstance(event, r.RoundClosed) and self._credits:
            total = sum(amount for _, amount in self._credits)
            self._credits.clear()
            yield f"{total} were earned in round {event.round}, and the treasury does not credit them"

    def _allowed(self, event: Event) -> Iterator[str]:
        return (f"{described(event)}: {why}" for why in round_acts.faults(event, self.stage))

    def _resettled(self, event: r.RoundSettled) -> Iterator[str]:
        stage = self.stage
        yield from (f"{described(event)}: {why}" for why in round_acts.faults(event, stage))
        gone = {
            update.author
            for update, verdict in zip(stage.state.running.updates, event.verdicts, strict=False)
            if self._is_gone(update.author, verdict)
        }
        yield from differences(event, settled(stage.state, event, stage.twins, gone=gone, failed=stage.failed))

    def _is_gone(self, author: str, verdict: Verdict) -> bool:
        """Whether an author was no member when its update was judged, which may be some calls before the verdicts."""
        if self.stage.world.changed_at(author) > self._revealed:
            return verdict == Verdict.REJECTED
        return not self.stage.is_member(author)

    def _followed(self, event: Event, ahead: Sequence[Event]) -> Iterator[str]:
        self._look_ahead(event)
        if (yield from self._aligned(event, ahead)):
            return
        if not self._may_begin_recovery(event):
            yield surplus(event)
        elif (phase := self.state.phase_at(*self.stage.at)) != Phase.STALLED:
            yield f"{described(event)}: the task is in {phase.name.capitalize()}, and not in Stalled"
        else:
            self._due = recovering(self.stage)
            if not (yield from self._aligned(event, ahead)):
                yield surplus(event)

    def _aligned(self, event: Event, ahead: Sequence[Event]) -> Generator[str, None, bool]:
        """Whether an event is a due one, or told in its place. What is due before it and comes no more is missing."""
        while (expected := self._peek()) is not None:
            if expected != event and expected in ahead:
                break
            self._next = None
            if expected == event or _identity(expected) == _identity(event):
                yield from differences(event, expected)
                return True
            yield missing(expected)
            self._apply(expected)
        return False

    def _look_ahead(self, event: Event) -> None:
        """Managers' acts are told behind what they bring about."""
        if isinstance(event, r.DeadlineSet) and self._peek() is None:
            for act in self.stage.rest:
                if isinstance(act, t.TaskPaused | t.TaskResumed):
                    self._due, self._moved = due_before(act, self.stage), True
                    return

    def _may_begin_recovery(self, event: Event) -> bool:
        return isinstance(event, _RECOVERY) and not self.stage.agreed and self._peek() is None

    def _peek(self) -> Event | None:
        if self._next is None:
            self._next = next(self._due, None)
        return self._next

    def _missed(self) -> Iterator[str]:
        while (expected := self._peek()) is not None:
            self._next = None
            yield missing(expected)
            self._apply(expected)

    # ------------------------------------------------------------------- applying

    def _apply(self, event: Event) -> None:
        stage = self.stage
        stage.before, stage.state = stage.state, after(event, stage.state)
        if isinstance(event, r.UpdateBlockWritten):
            self._credits.append((event.author, event.amount))
        elif isinstance(event, r.SeatPaid):
            self._credits.append((event.member, event.amount))
        elif isinstance(event, r.ScoresRevealed) and event.origin:
            self._revealed = event.origin.block, event.origin.index
        due = following(event, stage)
        if due is not None:
            self._due, self._next = due, None


def _identity(event: Event) -> tuple[object, ...]:
    """By which two events are the same one told differently."""
    marks = (getattr(event, name, None) for name in ("member", "author", "seat"))
    return type(event), *marks
