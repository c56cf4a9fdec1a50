"""Events put together by hand; that the contract's own lead to its own state is tested on a real chain."""

from dataclasses import replace

from folkmoot.chain import Milestone, Phase, Verdict, extend_digest, replay
from folkmoot.chain.events import rounds as r
from folkmoot.chain.events import tasks as t
from tests.support.past import PARAMETERS, STARTED, SUBMITTED, TASK, A, B, C, D, after


def test_an_update_is_rebuilt() -> None:
    state = after(SUBMITTED)
    assert state.digest == extend_digest(bytes(32), D, b"\3" * 32, 600)
    assert (state.running.round.submitted, state.participants[D].submitted_in) == (1, 1)
    assert state.running.updates[0].verdict == Verdict.NONE
    assert [state.phase_at(time, block=0) for time in (100, 200)] == [Phase.COMMITTING, Phase.STALLED]


def test_scores_and_verdicts_are_rebuilt() -> None:
    state = after(
        SUBMITTED,
        *(r.ScoresCommitted(0, seat, 0, b"\4" * 32) for seat in (A, B)),
        *(r.ScoresRevealed(0, seat, 0, 2_000, (7_000,), salt=bytes([n]) * 32) for n, seat in enumerate((A, B))),
        r.RoundSettled(0, 10_000, (D,), (7_000,), (Verdict.ACCEPTED,), ranking=(0,), weights=(5, 0, 0)),
    )
    assert state.running.round.milestone == Milestone.SETTLED
    assert state.running.commitments == {A: b"\4" * 32, B: b"\4" * 32}
    assert state.running.scores == {A: (7_000,), B: (7_000,)}
    update = state.running.updates[0]
    assert (update.score, update.rank, update.weight, update.verdict) == (7_000, 1, 5, Verdict.ACCEPTED)


def test_a_tally_counts_the_votes_for_one_pointer() -> None:
    votes = [r.AggregateAttested(0, seat, 0, bytes([pointer]) * 32) for seat, pointer in ((A, 8), (B, 9), (C, 8))]
    state = after(SUBMITTED, *votes, r.AggregateAgreed(0, b"\x08" * 32, 2))
    assert [(tally.pointer[0], tally.votes) for tally in state.running.tallies] == [(8, 2), (9, 1)]
    assert [seat.tally for seat in state.running.seats] == [0, 1, 0]
    assert state.phase_at(10**9, block=0) == Phase.CLOSING


def test_blocks_and_seats_pay_and_raise_the_stake() -> None:
    settled = r.RoundSettled(0, 10_000, (D,), (7_000,), (Verdict.ACCEPTED,), ranking=(0,), weights=(5, 2, 1))
    block = r.UpdateBlockWritten(0, D, 1, b"\3" * 32, 7_000, 10)
    state = after(SUBMITTED, settled, block, r.SeatPaid(0, A, 3, 6))
    assert (state.earned, state.participants[D].stake, state.participants[D].accepted_in) == ({D: 10, A: 6}, 6, 1)
    assert (state.participants[D].reputation, state.participants[A].reputation) == (5_500, 5_000)
    assert state.participants[A].stake == 4
    assert state.ledger == {0: b"\2" * 32}


def test_the_last_sampled_trainer_opens_training() -> None:
    parameters = replace(PARAMETERS, min_updates=1, active_share=8_000, committee=2)
    opened = [*STARTED[:-2], r.RoundOpened(0, (A, B), committee=2, fillers=(False, False), eligible=2, sampled=True)]
    drawn = [r.TrainersSampled(0, (D,), 1), r.TrainersSampled(0, (C,), 0)]
    states = [replay([*opened, *drawn[:n]], task=TASK, parameters=parameters) for n in range(3)]
    milestones = [state.running.round.milestone for state in states]
    assert milestones == [Milestone.SEATED, Milestone.SEATED, Milestone.OPEN]
    assert [state.phase_at(0, block=0) for state in states[:2]] == [Phase.SAMPLING] * 2
    assert [states[2].participants[member].sampled_in for member in (A, B, C, D)] == [0, 0, 1, 1]


def test_who_did_not_reveal_was_absent_unless_it_could_not() -> None:
    settled = r.RoundSettled(0, 0, (), (), (), (), (0, 0))
    state = after(settled, r.SeatFilled(0, 0, D, A), r.RoundClosed(0, 1, b"\5" * 32, 10, b"\6" * 32))
    assert [state.participants[member].absent_in for member in (A, B, C, D)] == [0, 1, 1, 0]
    assert state.seed == b"\6" * 32


def test_recovering_asks_only_seats_that_did_not_reveal() -> None:
    reveal = r.ScoresRevealed(0, A, 0, 2_000, (7_000,), bytes(32))
    commits = [r.ScoresCommitted(0, seat, 0, b"\4" * 32) for seat in (A, B)]
    state = after(SUBMITTED, *commits, reveal, r.RoundRecovered(0, 1, Phase.REVEALING))
    assert (state.running.round.attempt, state.running.round.committed, state.running.round.revealed) == (1, 1, 1)


def test_rounds_are_kept() -> None:
    state = after(SUBMITTED, r.RoundCarried(0, 1), r.RoundOpened(1, (A, B), 2, (True, False), 2, sampled=False))
    assert [(past.round.number, len(past.updates)) for past in state.past] == [(0, 1)]
    assert (state.running.round.number, state.running.updates, state.empty_rounds) == (1, (), 1)


def test_scores_of_the_final_model_are_kept_by_seat() -> None:
    """Those of a round that was carried, too."""
    over = [SUBMITTED, r.RoundCarried(0, 1), r.ModelBlockWritten(0, 1, b"\2" * 32), t.TaskFinished(0, 10)]
    assert after(*over).final_scores == {}
    state = after(*over, r.ModelScored(0, 1, B, 9_526), r.ModelScored(0, 1, A, 0))
    assert state.final_scores == {B: 9_526, A: 0}
    assert [seat.scored for seat in state.running.seats] == [True, True, False]
    assert state.phase_at(10**9, block=0) == Phase.FINISHED


def test_only_a_failing_score_rule_fails_the_scores() -> None:
    assert after(r.RuleFailed(0, TASK)).running.score_rule_failed
    assert not after(r.RuleFailed(0, A)).running.score_rule_failed
