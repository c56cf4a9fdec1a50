from dataclasses import replace

from folkmoot.chain import Phase
from folkmoot.cli.output import timestamp
from folkmoot.cli.status import describe, start_time
from folkmoot.cli.task_status import task_status
from tests.folkmoot.cli.task_events import COMMITTED, OPENED, REVEALED, SETTLED, SUBMITTED, A, B, D, after


def test_a_status_for_machines() -> None:
    events = [*OPENED, SUBMITTED, *COMMITTED, *REVEALED, *SETTLED]
    state = after(*events)
    found = describe(state, events, 350, task_status(state, 350, block=0))
    assert {name: found[name] for name in ("phase", "stalled", "deadline", "seconds_left", "attempt", "enrolled")} == {
        "phase": "aggregating", "stalled": None, "deadline": 400, "seconds_left": 50, "attempt": 0, "enrolled": 5,
    }  # fmt: skip
    assert [seat["revealed"] for seat in found["committee"]] == [True, True, False]
    assert [seat["baseline"] for seat in found["committee"]] == [2_000, 2_000, None]
    assert found["last_scores"]["by_member"] == {A: [7_000], B: [7_000]}
    assert (
        found["last_scores"]["updates"][0] | {"score": 7_000, "verdict": "accepted", "rank": 1, "author": D}
        == (found["last_scores"]["updates"][0])
    )
    assert found["rounds"][0]["baseline"] == 2_500


def test_when_workers_start_a_task_in_words() -> None:
    stand = replace(task_status(after(), 0, block=0), phase=Phase.ENROLLING, starts=100)
    assert start_time(stand, 10) == {
        "workers start it": f"in 1 min 30 s, at {timestamp(100)}, so that other members can still enrol"
    }
    assert start_time(stand, 100) == {"workers start it": "now"}
    assert start_time(replace(stand, starts=None), 10) == {}
