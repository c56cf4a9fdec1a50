"""How events of the task as a whole and of its members change its state."""

from dataclasses import replace
from functools import singledispatch

from folkmoot.chain.enums import Milestone, StrikeReason
from folkmoot.chain.events import tasks as t
from folkmoot.chain.events.event import Event
from folkmoot.chain.replay.state import TaskState, averaged, fresh_seat, with_participant, with_round, with_running


@singledispatch
def after(event: Event, s: TaskState) -> TaskState:  # noqa: ARG001 - an event that changes nothing here
    """The state after one more event."""
    return s


# The task as a whole


@after.register
def _(event: t.TaskApproved, s: TaskState) -> TaskState:
    s = with_round(s, milestone=Milestone.APPROVED, seats=len(event.committee))
    s = with_running(s, seats=tuple(fresh_seat(account) for account in event.committee))
    return replace(s, budget=event.budget, start_by=event.start_by)


@after.register
def _(event: t.TaskFunded, s: TaskState) -> TaskState:
    return replace(s, budget=event.budget)


@after.register
def _(event: t.EnrolmentClosed, s: TaskState) -> TaskState:
    return with_round(s, milestone=Milestone.ENROLLED, end_block=event.number)


@after.register
def _(event: t.TaskStarted, s: TaskState) -> TaskState:
    return replace(s, seed=event.seed)


@after.register
def _(_event: t.TaskExpired, s: TaskState) -> TaskState:
    return with_round(s, milestone=Milestone.EXPIRED)


@after.register
def _(_event: t.TaskCancelled, s: TaskState) -> TaskState:
    return with_round(s, milestone=Milestone.CANCELLED)


@after.register
def _(_event: t.TaskFinished, s: TaskState) -> TaskState:
    return with_round(s, milestone=Milestone.FINISHED)


@after.register
def _(event: t.TaskPaused, s: TaskState) -> TaskState:
    return with_round(s, paused_until=event.until)


@after.register
def _(_event: t.TaskResumed, s: TaskState) -> TaskState:
    return with_round(s, paused_until=0)


# Its members


@after.register
def _(event: t.MemberEnrolled, s: TaskState) -> TaskState:
    return with_participant(s, event.member, number=event.number, since=event.since, retired=False)


@after.register
def _(event: t.MemberRetired, s: TaskState) -> TaskState:
    return with_participant(s, event.member, retired=True)


@after.register
def _(event: t.MemberStruck, s: TaskState) -> TaskState:
    if event.reason == StrikeReason.ABSENCE:
        s = with_participant(s, event.member, absent_in=event.round + 1)
    reputation = averaged(s.participants[event.member], 0)
    return with_participant(s, event.member, strikes=event.strikes, struck_in=event.round + 1, reputation=reputation)


@after.register
def _(event: t.StrikeCleared, s: TaskState) -> TaskState:
    return with_participant(s, event.member, strikes=event.strikes)


@after.register
def _(event: t.MemberSuspended, s: TaskState) -> TaskState:
    return with_participant(s, event.member, strikes=0, suspended_until=event.until)
