"""Events put together by hand; that the contract's own lead to its own state is tested on a real chain."""

from dataclasses import FrozenInstanceError, replace

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak

from folkmoot.chain import (
    FULL_PARTICIPATION,
    Event,
    Milestone,
    Parameters,
    Phase,
    StrikeReason,
    TaskState,
    Verdict,
    extend_digest,
    replay,
)
from folkmoot.chain.events import rounds as r
from folkmoot.chain.events import tasks as t
from folkmoot.chain.events.federation import FeeChanged

TASK, A, B, C, D = ("0x" + digit * 40 for digit in "12345")
RULES = TASK, TASK, TASK, bytes(32), bytes(32), bytes(32)
PARAMETERS = Parameters(b"\1" * 32, b"\2" * 32, *RULES, 1, 3, 0, False, False, FULL_PARTICIPATION, *range(3, 18))
ENROLLED = [t.MemberEnrolled(member, number, 0) for number, member in enumerate((A, B, C, D), start=1)]
STARTED: list[Event] = [
    t.TaskApproved(budget=900, committee=(A, B, C), start_by=50),
    *ENROLLED,
    t.TaskStarted(seed=b"\7" * 32),
    r.ModelBlockWritten(0, b"\2" * 32),
    r.RoundOpened(0, seats=(A, B, C), fillers=(False, False, False), eligible=1),
    r.DeadlinesSet(0, 0, 100, 200, 300, 0),
]
SUBMITTED = r.UpdateSubmitted(0, D, 0, b"\3" * 32, 600)


def after(*events: Event) -> TaskState:
    return replay([*STARTED, *events], task=TASK, parameters=replace(PARAMETERS, min_updates=1))


def test_nothing_happened_yet() -> None:
    state = replay([], task=TASK, parameters=PARAMETERS)
    assert state.phase_at(10**9) == Phase.PROPOSED
    assert (state.participants, state.ledger, state.past) == ({}, {}, ())


def test_a_start_is_rebuilt() -> None:
    state = after()
    assert [state.phase_at(time) for time in (99, 100)] == [Phase.TRAINING, Phase.STALLED]
    assert (state.budget, state.start_by, state.eligible, state.active) == (900, 50, 1, 4)
    assert state.ledger == {0: b"\2" * 32}
    assert [seat.account for seat in state.running.seats] == [A, B, C]
    assert state.participants[B].seat == 1


def test_other_contracts_events_change_nothing() -> None:
    assert after(FeeChanged(3)) == after()


def test_what_went_in_is_not_changed() -> None:
    before = after()
    snapshot = replace(before)
    assert after(SUBMITTED) != before
    assert before == snapshot
    with pytest.raises(FrozenInstanceError):
        before.budget = 1  # type: ignore[misc]


def test_an_update_is_rebuilt() -> None:
    state = after(SUBMITTED)
    assert state.digest == extend_digest(bytes(32), D, b"\3" * 32, 600)
    assert (state.running.round.submitted, state.participants[D].submitted_in) == (1, 1)
    assert state.running.updates[0].verdict == Verdict.NONE
    assert [state.phase_at(time) for time in (100, 200)] == [Phase.COMMITTING, Phase.STALLED]


def test_scores_and_verdicts_are_rebuilt() -> None:
    state = after(
        SUBMITTED,
        *(r.ScoresCommitted(0, seat, 0, b"\4" * 32) for seat in (A, B)),
        *(r.ScoresRevealed(0, seat, 0, 2_000, (7_000,), salt=bytes([n]) * 32) for n, seat in enumerate((A, B))),
        r.RoundSettled(0, 10_000, (7_000,), (Verdict.ACCEPTED,), ranking=(0,), weights=(5, 0, 0)),
    )
    assert state.running.round.milestone == Milestone.SETTLED
    assert state.running.commitments == {A: b"\4" * 32, B: b"\4" * 32}
    assert state.running.scores == {A: (7_000,), B: (7_000,)}
    update = state.running.updates[0]
    assert (update.score, update.rank, update.weight, update.verdict) == (7_000, 1, 5, Verdict.ACCEPTED)


def test_a_ballot_counts_the_votes_for_one_pointer() -> None:
    votes = [r.AggregateAttested(0, seat, 0, bytes([pointer]) * 32) for seat, pointer in ((A, 8), (B, 9), (C, 8))]
    state = after(SUBMITTED, *votes, r.AggregateAgreed(0, b"\x08" * 32, 2))
    assert [(tally.pointer[0], tally.votes) for tally in state.running.tallies] == [(8, 2), (9, 1)]
    assert [seat.tally for seat in state.running.seats] == [0, 1, 0]
    assert state.phase_at(10**9) == Phase.CLOSING


def test_blocks_and_seats_pay_and_raise_the_stake() -> None:
    settled = r.RoundSettled(0, 10_000, (7_000,), (Verdict.ACCEPTED,), ranking=(0,), weights=(5, 2, 1))
    block = r.UpdateBlockWritten(1, D, b"\3" * 32, 7_000, 10)
    state = after(SUBMITTED, settled, block, r.SeatPaid(0, A, 3, 6))
    assert (state.earned, state.participants[D].stake, state.participants[D].accepted_in) == ({D: 10, A: 6}, 6, 1)
    assert (state.participants[D].reputation, state.participants[A].reputation) == (5_500, 5_000)
    assert state.participants[A].stake == 4
    assert set(state.ledger) == {0, 1}


def test_the_last_draw_opens_training() -> None:
    parameters = replace(PARAMETERS, min_updates=1, active_share=8_000, committee=2)
    opened = [*STARTED[:-2], r.RoundOpened(0, seats=(A, B), fillers=(False, False), eligible=2)]
    drawn = [r.TrainersSampled(0, (D,), 1), r.TrainersSampled(0, (C,), 0)]
    states = [replay([*opened, *drawn[:n]], task=TASK, parameters=parameters) for n in range(3)]
    milestones = [state.running.round.milestone for state in states]
    assert milestones == [Milestone.SEATED, Milestone.SEATED, Milestone.OPEN]
    assert [state.phase_at(0) for state in states[:2]] == [Phase.SAMPLING] * 2
    assert [states[2].participants[member].sampled_in for member in (A, B, C, D)] == [0, 0, 1, 1]


def test_attestations_weigh_the_stake_relative_to_the_lower_median() -> None:
    parameters = replace(PARAMETERS, min_updates=1, committee=1, stake_weighted=True)
    rich = r.SeatPaid(0, A, 9, 0), r.SeatPaid(0, B, 3, 0)
    opened = r.RoundOpened(1, seats=(D, A, B, C), fillers=(False,) * 4, eligible=0)
    state = replay([*STARTED, *rich, opened], task=TASK, parameters=parameters)
    assert state.running.round.seats == 1
    assert [seat.weight for seat in state.running.seats] == [0, 2_000, 1_000, 250]
    voted = replay(
        [*STARTED, *rich, opened, *(r.AggregateAttested(1, m, 0, b"\4" * 32) for m in (A, C))],
        task=TASK,
        parameters=parameters,
    )
    assert [(tally.votes, tally.weight) for tally in voted.running.tallies] == [(2, 2_250)]


def test_the_most_strikes_suspend_and_start_again_from_none() -> None:
    struck = [t.MemberStruck(0, A, fault, 1) for fault in StrikeReason]
    assert (after(struck[0]).participants[A].absent_in, after(struck[1]).participants[A].absent_in) == (0, 1)
    state = after(struck[1], t.MemberSuspended(0, A, until=4))
    assert (state.participants[A].strikes, state.participants[A].suspended_until, state.active) == (0, 4, 3)


def test_who_did_not_reveal_was_absent_unless_it_could_not() -> None:
    settled = r.RoundSettled(0, 0, (), (), (), (0, 0))
    state = after(settled, r.SeatFilled(0, 0, D, A), r.RoundClosed(0, b"\6" * 32))
    assert [state.participants[member].absent_in for member in (A, B, C, D)] == [0, 1, 1, 0]
    assert state.seed == b"\6" * 32


@pytest.mark.parametrize(("rounds", "terms"), [((0,), 1), ((0, 0), 1), ((0, 1), 2), ((0, 0, 1), 2), ((0, 2), 1)])
def test_a_filler_serves_one_term_a_round(rounds: tuple[int, ...], terms: int) -> None:
    events: list[Event] = []
    for number in rounds:
        events += [r.RoundOpened(number, (A, B, C), (False,) * 3, 1), r.SeatFilled(number, 0, D, A)]
    assert after(*events).participants[D].terms == terms


def test_recovering_asks_only_seats_that_did_not_reveal() -> None:
    reveal = r.ScoresRevealed(0, A, 0, 2_000, (7_000,), bytes(32))
    commits = [r.ScoresCommitted(0, seat, 0, b"\4" * 32) for seat in (A, B)]
    state = after(SUBMITTED, *commits, reveal, r.RoundRecovered(0, 1, Phase.REVEALING))
    assert (state.running.round.attempt, state.running.round.committed, state.running.round.revealed) == (1, 1, 1)


def test_rounds_are_kept() -> None:
    state = after(SUBMITTED, r.RoundCarried(0, 1), r.RoundOpened(1, (A, B), (True, False), 2))
    assert [(past.round.number, len(past.updates)) for past in state.past] == [(0, 1)]
    assert (state.running.round.number, state.running.updates, state.empty_rounds) == (1, (), 1)


def test_a_round_that_ends_without_a_seed_in_its_log_has_one() -> None:
    salts = [bytes([n]) * 32 for n in (1, 2)]
    reveals = [r.ScoresRevealed(0, seat, 0, 0, (), salt) for seat, salt in zip((A, B), salts, strict=True)]
    mixed = bytes(x ^ y for x, y in zip(keccak(salts[0]), keccak(salts[1]), strict=True))
    words = encode(["bytes32", "address", "uint16", "uint8", "bytes32"], [mixed, TASK, 0, 0, b"\7" * 32])
    for end in (r.RoundCarried(0, 1), r.RoundRolledBack(0, 0, (A, B, C))):
        assert after(*reveals, end).seed == keccak(words)


def test_a_pause_stops_the_phase_until_it_ends() -> None:
    paused = t.TaskPaused(0, until=80)
    assert [after(paused).phase_at(time) for time in (79, 80)] == [Phase.PAUSED, Phase.TRAINING]
    assert after(paused, t.TaskResumed(0)).phase_at(79) == Phase.TRAINING


@pytest.mark.parametrize(
    ("event", "phase"),
    [
        (t.TaskFinished(0, 10), Phase.FINISHED),
        (t.TaskExpired(), Phase.EXPIRED),
        (t.TaskCancelled(), Phase.CANCELLED),
    ],
)
def test_ends_are_final(event: Event, phase: Phase) -> None:
    assert after(event).phase_at(10**9) == phase


def test_members_retire_and_come_back() -> None:
    gone = after(t.MemberRetired(D))
    assert (gone.participants[D].retired, gone.active) == (True, 3)
    back = after(t.MemberRetired(D), t.MemberEnrolled(D, 4, 1))
    assert (back.participants[D].retired, back.participants[D].since, back.active) == (False, 1, 4)


def test_only_a_failing_score_rule_fails_the_scores() -> None:
    assert after(r.RuleFailed(0, TASK)).running.score_rule_failed
    assert not after(r.RuleFailed(0, A)).running.score_rule_failed
