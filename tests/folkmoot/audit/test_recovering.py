from folkmoot.audit.recovering import recovering
from folkmoot.chain import Milestone, Phase, StrikeReason, Verdict
from folkmoot.chain.events import rounds as r
from folkmoot.chain.events import tasks as t
from tests.folkmoot.audit.test_consequences import played
from tests.support.past import SUBMITTED, A, B, C, D
from tests.support.staging import stage

COMMITTED = [SUBMITTED, r.ScoresCommitted(0, A, 0, b"c"), r.DeadlineSet(0, 0, Milestone.SUBMITTED, 300, 0)]
TWO_COMMITTED = [
    *COMMITTED,
    r.ScoresCommitted(0, B, 0, b"c"),
    r.DeadlineSet(0, 0, Milestone.COMMITTED, 300, 0),
    *(r.ScoresRevealed(0, seat, 0, 6_000, (0,), b"s" * 32) for seat in (A, B)),
]


def test_who_did_not_commit_is_struck_and_replaced() -> None:
    where = stage(*TWO_COMMITTED, time=500, block=90, max_attempts=3, total_rounds=9)
    *struck, filled, recovered, deadline = played(where, recovering(where))
    assert struck == [t.MemberStruck(0, C, StrikeReason.ABSENCE, 1)]
    assert filled == r.SeatFilled(0, 2, D, C)
    assert recovered == r.RoundRecovered(0, 1, Phase.REVEALING)
    assert isinstance(deadline, r.DeadlineSet)
    assert deadline.milestone == Milestone.SUBMITTED


def test_two_seats_cannot_decide() -> None:
    where = stage(*COMMITTED, time=500, block=90, max_attempts=3, total_rounds=9, max_empty_rounds=3)
    struck, other, carried, *_ = played(where, recovering(where))
    assert [struck, other] == [t.MemberStruck(0, seat, StrikeReason.ABSENCE, 1) for seat in (B, C)]
    assert carried == r.RoundCarried(0, 1)


def test_a_window_in_which_no_transaction_came_is_opened_again() -> None:
    where = stage(SUBMITTED, time=500, block=90, min_blocks=2)
    reopened, deadline = played(where, recovering(where))
    assert reopened == r.WindowReopened(0, 0, Phase.COMMITTING)
    assert isinstance(deadline, r.DeadlineSet)
    assert deadline.end_block == 93


def test_too_few_updates_start_the_training_again_without_a_strike() -> None:
    where = stage(time=500, block=90, min_blocks=0, max_attempts=3)
    recovered, deadline = played(where, recovering(where))
    assert recovered == r.RoundRecovered(0, 1, Phase.TRAINING)
    assert isinstance(deadline, r.DeadlineSet)
    assert deadline.milestone == Milestone.OPEN


def test_after_the_last_attempt_the_old_model_is_carried() -> None:
    where = stage(time=500, block=90, min_blocks=0, max_attempts=1, total_rounds=9, max_empty_rounds=3)
    assert played(where, recovering(where))[0] == r.RoundCarried(0, 1)


def test_with_nothing_to_aggregate_verdicts_still_have_their_consequences() -> None:
    settled = r.RoundSettled(0, 6_000, (D,), (0,), (Verdict.FAULT,), (), (0, 0))
    reveals = [r.ScoresRevealed(0, seat, 0, 6_000, (0,), b"s" * 32) for seat in (A, B)]
    where = stage(SUBMITTED, *reveals, settled, time=900, block=90, max_attempts=3, total_rounds=9, max_empty_rounds=3)
    events = played(where, recovering(where))
    assert events[:2] == [
        t.MemberStruck(0, D, StrikeReason.UPDATE, 1),
        t.MemberStruck(0, C, StrikeReason.ABSENCE, 1),
    ]
    assert r.RoundCarried(0, 1) in events
