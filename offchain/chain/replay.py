"""A task rebuilt from its logs alone: nothing else on the chain is needed to know who did what, and what ends when.

What is rebuilt has the form in which the contract stores it, so that the two can be compared field by field. In no
log, and so not here: how far a settling or closing that is still under way has come, and when a pause was ended early.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import reduce, singledispatch

from web3 import Web3

from offchain.chain import round_events as r
from offchain.chain import task_events as t
from offchain.chain.event import Event
from offchain.chain.structs import Ballot, Fault, Milestone, Parameters, Update, Verdict
from offchain.chain.task import extend_digest
from offchain.chain.task_state import (
    NO_ROUND,
    RoundState,
    TaskState,
    fresh_seat,
    next_seed,
    seated,
    with_block,
    with_member,
    with_round,
    with_running,
    with_seat,
)


def replay(events: Iterable[Event], *, task: str, parameters: Parameters) -> TaskState:
    """The state of the task at address `task` after its events, in their order; other events change nothing.

    `TaskProposed`, an event of the federation, tells both the address and the parameters.
    """
    return reduce(lambda state, event: _after(event, state), events, TaskState(task, parameters))


@singledispatch
def _after(event: Event, s: TaskState) -> TaskState:  # noqa: ARG001 - an event that changes nothing here
    return s


# The task as a whole


@_after.register
def _(event: t.TaskApproved, s: TaskState) -> TaskState:
    s = with_round(s, milestone=Milestone.APPROVED, seats=len(event.committee))
    s = with_running(s, seats=tuple(fresh_seat(account) for account in event.committee))
    return replace(s, budget=event.budget, start_by=event.start_by)


@_after.register
def _(event: t.TaskFunded, s: TaskState) -> TaskState:
    return replace(s, budget=event.budget)


@_after.register
def _(event: t.TaskStarted, s: TaskState) -> TaskState:
    return replace(s, seed=event.seed)


@_after.register
def _(_event: t.TaskExpired, s: TaskState) -> TaskState:
    return with_round(s, milestone=Milestone.EXPIRED)


@_after.register
def _(_event: t.TaskCancelled, s: TaskState) -> TaskState:
    return with_round(s, milestone=Milestone.CANCELLED)


@_after.register
def _(_event: t.TaskFinished, s: TaskState) -> TaskState:
    return with_round(s, milestone=Milestone.FINISHED)


@_after.register
def _(event: t.TaskPaused, s: TaskState) -> TaskState:
    return with_round(s, paused_until=event.until)


@_after.register
def _(_event: t.TaskResumed, s: TaskState) -> TaskState:
    return with_round(s, paused_until=0)


# Its members


@_after.register
def _(event: t.MemberEnrolled, s: TaskState) -> TaskState:
    return with_member(s, event.member, number=event.number, since=event.since, retired=False)


@_after.register
def _(event: t.MemberRetired, s: TaskState) -> TaskState:
    return with_member(s, event.member, retired=True)


@_after.register
def _(event: t.MemberStruck, s: TaskState) -> TaskState:
    if event.fault == Fault.ABSENCE:
        s = with_member(s, event.member, absent_in=event.round + 1)
    return with_member(s, event.member, strikes=event.strikes, struck_in=event.round + 1)


@_after.register
def _(event: t.StrikeCleared, s: TaskState) -> TaskState:
    return with_member(s, event.member, strikes=event.strikes)


@_after.register
def _(event: t.MemberSuspended, s: TaskState) -> TaskState:
    return with_member(s, event.member, strikes=0, suspended_until=event.until)


# A round


@_after.register
def _(event: r.RoundOpened, s: TaskState) -> TaskState:
    before, seats = s.running.round, len(event.committee)
    opened = replace(NO_ROUND, number=event.round, seats=seats, milestone=Milestone.OPEN)
    past = (*s.past, s.running) if before.milestone > Milestone.APPROVED else s.past
    opened = replace(opened, paused_until=before.paused_until)
    running = RoundState(opened, seats=(fresh_seat(""),) * seats)
    s = replace(s, running=running, past=past, eligible=event.eligible)
    for index, (account, filler) in enumerate(zip(event.committee, event.fillers, strict=True)):
        s = seated(s, index, fresh_seat(account), filler=filler)
    return s


@_after.register
def _(event: r.DeadlinesSet, s: TaskState) -> TaskState:
    return with_round(
        s,
        training_ends=event.training_ends,
        committing_ends=event.committing_ends,
        revealing_ends=event.revealing_ends,
        aggregating_ends=event.aggregating_ends,
    )


@_after.register
def _(event: r.UpdateSubmitted, s: TaskState) -> TaskState:
    now = s.running
    update = Update(event.author, event.samples, weight=0, score=0, rank=0, verdict=Verdict.NONE)
    s = replace(s, digest=extend_digest(s.digest, event.author, event.pointer, event.samples))
    s = with_running(s, updates=(*now.updates, update), pointers=(*now.pointers, event.pointer))
    return with_member(with_round(s, submitted=event.index + 1), event.author, submitted_in=event.round + 1)


@_after.register
def _(event: r.ScoresCommitted, s: TaskState) -> TaskState:
    s = with_running(s, commitments={**s.running.commitments, event.member: event.commitment})
    return with_round(
        with_seat(s, event.member, committed_in=event.attempt + 1), committed=s.running.round.committed + 1
    )


@_after.register
def _(event: r.ScoresRevealed, s: TaskState) -> TaskState:
    s = replace(s, salts=s.salts ^ int.from_bytes(Web3.keccak(event.salt)))
    s = with_running(s, scores={**s.running.scores, event.member: event.scores})
    s = with_seat(s, event.member, revealed=True, baseline=event.baseline)
    return with_round(s, revealed=s.running.round.revealed + 1)


@_after.register
def _(event: r.RoundSettled, s: TaskState) -> TaskState:
    updates = [
        replace(update, score=score, verdict=verdict)
        for update, score, verdict in zip(s.running.updates, event.scores, event.verdicts, strict=True)
    ]
    for rank, (index, weight) in enumerate(zip(event.ranking, event.weights, strict=True), start=1):
        updates[index] = replace(updates[index], rank=rank, weight=weight)
    return with_round(with_running(s, updates=tuple(updates), baseline=event.baseline), milestone=Milestone.SETTLED)


@_after.register
def _(event: r.AggregateAttested, s: TaskState) -> TaskState:
    ballots = list(s.running.ballots)
    index = next((i for i, ballot in enumerate(ballots) if ballot.pointer == event.pointer), len(ballots))
    votes = ballots[index].votes + 1 if index < len(ballots) else 1
    ballots[index : index + 1] = [Ballot(event.pointer, votes, event.round, event.attempt)]
    return with_seat(with_running(s, ballots=tuple(ballots)), event.member, attested_in=event.attempt + 1, ballot=index)


@_after.register
def _(_event: r.AggregateAgreed, s: TaskState) -> TaskState:
    return with_round(s, milestone=Milestone.AGREED)


@_after.register
def _(event: r.UpdateBlockWritten, s: TaskState) -> TaskState:
    stake = s.members[event.author].stake + event.score
    s = with_member(s, event.author, stake=stake, accepted_in=s.running.round.number + 1)
    earned = s.earned.get(event.author, 0) + event.amount
    return replace(with_block(s, event.number, event.pointer), earned={**s.earned, event.author: earned})


@_after.register
def _(event: r.ModelBlockWritten, s: TaskState) -> TaskState:
    return with_block(s, event.number, event.pointer)


@_after.register
def _(event: r.RoundClosed, s: TaskState) -> TaskState:
    for seat in s.running.seats:  # absence is recorded even where another fault took the round's one strike
        if not (seat.revealed or seat.excused):
            s = with_member(s, seat.account, absent_in=event.round + 1)
    return replace(s, seed=event.seed, empty_rounds=0)


@_after.register
def _(event: r.RoundRecovered, s: TaskState) -> TaskState:
    return with_round(with_running(s, ballots=()), attempt=event.attempt, committed=s.running.round.revealed)


@_after.register
def _(event: r.SeatFilled, s: TaskState) -> TaskState:
    now = s.running.round
    seat = replace(fresh_seat(event.member), excused=now.milestone == Milestone.SETTLED, filled_in=now.attempt + 1)
    return seated(s, event.seat, seat, filler=True)


@_after.register
def _(event: r.RoundCarried, s: TaskState) -> TaskState:
    return replace(s, seed=next_seed(s), empty_rounds=event.empty_rounds)


@_after.register
def _(_event: r.RoundRolledBack, s: TaskState) -> TaskState:
    return replace(s, seed=next_seed(s), empty_rounds=0)


@_after.register
def _(event: r.RuleFailed, s: TaskState) -> TaskState:
    return with_running(s, score_rule_failed=True) if event.rule == s.parameters.score_rule else s
