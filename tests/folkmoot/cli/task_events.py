"""A task's first round as events put together by hand; what a real chain's make of it is tested with one."""

from dataclasses import replace

from folkmoot.chain import FULL_PARTICIPATION, Event, Milestone, Parameters, TaskState, Verdict, replay
from folkmoot.chain.events import rounds as r
from folkmoot.chain.events import tasks as t

TASK, A, B, C, D, E = ("0x" + digit * 40 for digit in "123456")
RULES = TASK, TASK, TASK, bytes(32), bytes(32), bytes(32)
PARAMETERS = Parameters(
    b"\1" * 32,
    b"\2" * 32,
    *RULES,
    1,
    3,
    0,
    False,
    False,
    False,
    FULL_PARTICIPATION,
    *(3, 4, 5, 4),
    *range(7, 13),
    0,
    *range(13, 19),
)
APPROVED = t.TaskApproved(budget=900, committee=(A, B, C), start_by=50)
OPENED: list[Event] = [
    APPROVED,
    *(t.MemberEnrolled(member, number, 0) for number, member in enumerate((A, B, C, D, E), start=1)),
    t.TaskStarted(seed=b"\7" * 32),
    r.ModelBlockWritten(0, 0, b"\2" * 32),
    r.RoundOpened(0, (A, B, C), committee=3, fillers=(False, False, False), eligible=2, sampled=False),
    r.DeadlineSet(0, 0, Milestone.OPEN, 300, 0),
]
SUBMITTED = r.UpdateSubmitted(0, D, 0, b"\3" * 32, 600)
COMMITTED = [r.ScoresCommitted(0, seat, 0, b"\4" * 32) for seat in (A, B)]
REVEALED = [r.ScoresRevealed(0, seat, 0, 2_000, (7_000,), salt=bytes([1]) * 32) for seat in (A, B)]
SETTLED = [
    r.RoundSettled(0, 2_500, (D,), (7_000,), (Verdict.ACCEPTED,), ranking=(0,), weights=(5, 0, 0)),
    r.DeadlineSet(0, 0, Milestone.SETTLED, 400, 0),
]
AGREED = [r.AggregateAttested(0, A, 0, b"\5" * 32), r.AggregateAgreed(0, b"\5" * 32, 2)]
CLOSED: list[Event] = [
    r.ModelBlockWritten(0, 1, b"\5" * 32),
    r.RoundClosed(0, 1, b"\5" * 32, 0, b"\6" * 32),
    r.RoundOpened(1, (D, A, B), committee=3, fillers=(False, True, True), eligible=2, sampled=False),
    r.DeadlineSet(1, 0, Milestone.OPEN, 700, 0),
]


def after(*events: Event) -> TaskState:
    return replay(
        events, task=TASK, parameters=replace(PARAMETERS, min_updates=1, committing_window=100, revealing_window=100)
    )
