"""The past of a task, put together by hand."""

from dataclasses import replace

from folkmoot.chain import FULL_PARTICIPATION, Event, Milestone, Parameters, TaskState, replay
from folkmoot.chain.events import rounds as r
from folkmoot.chain.events import tasks as t

TASK, A, B, C, D = ("0x" + digit * 40 for digit in "12345")
RULES = TASK, TASK, TASK, bytes(32), bytes(32), bytes(32)
PARAMETERS = Parameters(
    b"\1" * 32, b"\2" * 32, *RULES, 1, 3, 0, False, False, False, FULL_PARTICIPATION, *range(3, 13), 0, *range(13, 19)
)
ENROLLED = [t.MemberEnrolled(member, number, 0) for number, member in enumerate((A, B, C, D), start=1)]
STARTED: list[Event] = [
    t.TaskApproved(budget=900, committee=(A, B, C), start_by=50),
    *ENROLLED,
    t.TaskStarted(seed=b"\7" * 32),
    r.ModelBlockWritten(0, 0, b"\2" * 32),
    r.RoundOpened(0, (A, B, C), committee=3, fillers=(False, False, False), eligible=1, sampled=False),
    r.DeadlineSet(0, 0, Milestone.OPEN, 300, 0),
]
SUBMITTED = r.UpdateSubmitted(0, D, 0, b"\3" * 32, 600)


def after(*events: Event) -> TaskState:
    """The state of a task that started and in which these events happened."""
    return replay(
        [*STARTED, *events],
        task=TASK,
        parameters=replace(PARAMETERS, min_updates=1, committing_window=100, revealing_window=100),
    )
