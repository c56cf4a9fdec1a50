from dataclasses import replace

from folkmoot.audit.findings import Finding, Kind, Unseen
from folkmoot.audit.report import Outcome, Report, task_report
from tests.support.past import SUBMITTED, TASK, after

WRONG = Finding(text="wrong", task=TASK, round=0)
UNSEEN = Unseen(text="unseen", task=TASK, round=0)


def told(findings: list[Finding], unseen: list[Unseen], rounds: range = range(9), *, lacking: bool = False) -> Report:
    state = after(SUBMITTED)
    task = task_report(0, "digits", state, findings, unseen, rounds, readers={}, lacking_models=lacking, is_over=False)
    return Report(
        chain_id=1,
        federation=TASK,
        block=7,
        time=100,
        nodes=("one",),
        rounds=(0, 8),
        models=True,
        version="1",
        tasks=(task,),
    )


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
    assert [one.text for one in report.all_unseen] == ["1 finding in rounds that were not asked for"]


def test_a_store_or_another_node_does_not_make_a_record_unsound() -> None:
    assert told([], []).is_sound
    beside = [replace(WRONG, kind=kind) for kind in (Kind.STORE, Kind.NODE)]
    assert told(beside, []).is_sound
    assert told(beside, []).outcome == Outcome.FINDING
    assert not any(told([replace(WRONG, kind=kind)], []).is_sound for kind in (Kind.RECORD, Kind.CODE, Kind.STATE))


def test_a_round_is_whole_if_all_of_it_was_seen() -> None:
    whole = [told([], []), told([], [UNSEEN]), told([], [], lacking=True)]
    assert [report.tasks[0].rounds[0].is_whole for report in whole] == [True, False, False]
