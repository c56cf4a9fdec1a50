from dataclasses import replace

from folkmoot.chain import Phase, Verdict
from folkmoot.chain.events import rounds as r
from folkmoot.cli.output import timestamp
from folkmoot.cli.status import _round_table, _score_table, describe, start_time
from folkmoot.cli.task_status import task_status
from folkmoot.rules import ABSTAINED
from folkmoot.rules.score import MAX_SCORE
from folkmoot.score_meaning import UNKNOWN
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


def test_what_nobody_could_score_is_not_0() -> None:
    nothing = [r.ScoresRevealed(0, seat, 0, ABSTAINED, (ABSTAINED,), salt=bytes([1]) * 32) for seat in (A, B)]
    settled = r.RoundSettled(0, MAX_SCORE, (D,), (0,), (Verdict.REJECTED,), ranking=(), weights=(0, 0))
    state = after(*OPENED, SUBMITTED, *COMMITTED, *nothing, settled)
    found = describe(state, [], 350, task_status(state, 350, block=0))
    assert [update["scored"] for update in found["last_scores"]["updates"]] == [False]
    assert _score_table(found["last_scores"], UNKNOWN).rows == ((D, "not scored", "rejected", None),)
    assert _round_table(found["rounds"], UNKNOWN).rows == ((0, "not scored", "not scored", "0 of 1", ""),)


def test_when_workers_start_a_task_in_words() -> None:
    stand = replace(task_status(after(), 0, block=0), phase=Phase.ENROLLING, starts=100)
    assert start_time(stand, 10) == {
        "workers start it": f"in 1 min 30 s, at {timestamp(100)}, so that other members can still enrol"
    }
    assert start_time(stand, 100) == {"workers start it": "now"}
    assert start_time(replace(stand, starts=None), 10) == {}
