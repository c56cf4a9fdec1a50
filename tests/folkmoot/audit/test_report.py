from folkmoot.audit.findings import Finding, Unseen
from folkmoot.audit.report import Outcome, Report, task_report
from tests.support.past import SUBMITTED, TASK, after

WRONG = Finding(text="wrong", task=TASK, round=0)
UNSEEN = Unseen(text="unseen", task=TASK, round=0)


def told(findings: list[Finding], unseen: list[Unseen], rounds: range = range(9)) -> Report:
    state = after(SUBMITTED)
    task = task_report(0, "digits", state, findings, unseen, rounds, readers={}, is_over=False)
    return Report(federation=TASK, block=7, tasks=(task,))


def test_what_belongs_to_a_round_is_told_there_and_all_else_with_the_task() -> None:
    beside = Finding(text="beside", task=TASK)
    report = told([WRONG, beside], [UNSEEN])
    (task,) = report.tasks
    assert [(one.round, one.findings, one.unseen) for one in task.rounds] == [(0, (WRONG,), (UNSEEN,))]
    assert task.findings == (beside,)
    assert task.rounds[0].checked == "0 of 1 update accepted, 0 reveals by 3 seats"
    assert report.all_findings == [beside, WRONG]


def test_an_outcome_is_the_worst_of_all() -> None:
    assert told([], []).outcome == Outcome.HOLDS
    assert told([], [UNSEEN]).outcome == Outcome.UNSEEN
    assert told([WRONG], [UNSEEN]).outcome == Outcome.FINDING


def test_rounds_that_are_not_asked_for_are_left_out() -> None:
    report = told([WRONG], [], range(1, 5))
    assert report.tasks[0].rounds == ()
    assert report.outcome == Outcome.HOLDS
