"""Events put together by hand; that the contract's own lead to its own state is tested on a real chain."""

from dataclasses import FrozenInstanceError, replace

import pytest
from eth_abi.abi import encode
from eth_utils.crypto import keccak

from folkmoot.chain import Event, Phase, replay
from folkmoot.chain.events import rounds as r
from folkmoot.chain.events.federation import FeeChanged
from tests.support.past import PARAMETERS, STARTED, SUBMITTED, TASK, A, B, C, D, after


def test_nothing_happened_yet() -> None:
    state = replay([], task=TASK, parameters=PARAMETERS)
    assert state.phase_at(10**9, block=0) == Phase.PROPOSED
    assert (state.participants, state.ledger, state.past) == ({}, {}, ())


def test_a_start_is_rebuilt() -> None:
    state = after()
    assert [state.phase_at(time, block=0) for time in (99, 100)] == [Phase.TRAINING, Phase.STALLED]
    assert (state.budget, state.start_by, state.running.round.eligible, state.active) == (900, 50, 1, 4)
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


@pytest.mark.parametrize(("rounds", "terms"), [((0,), 1), ((0, 0), 1), ((0, 1), 2), ((0, 0, 1), 2), ((0, 2), 1)])
def test_a_filler_serves_one_term_a_round(rounds: tuple[int, ...], terms: int) -> None:
    events: list[Event] = []
    for number in rounds:
        events += [r.RoundOpened(number, (A, B, C), 3, (False,) * 3, 1, sampled=False), r.SeatFilled(number, 0, D, A)]
    assert after(*events).participants[D].terms == terms


def test_attestations_weigh_the_stake_relative_to_the_lower_median() -> None:
    parameters = replace(PARAMETERS, min_updates=1, committee=1, stake_weighted=True)
    rich = r.SeatPaid(0, A, 9, 0), r.SeatPaid(0, B, 3, 0)
    opened = r.RoundOpened(1, (D, A, B, C), committee=1, fillers=(False,) * 4, eligible=0, sampled=False)
    state = replay([*STARTED, *rich, opened], task=TASK, parameters=parameters)
    assert state.running.round.seats == 1
    assert [seat.weight for seat in state.running.seats] == [0, 2_000, 1_000, 250]
    voted = replay(
        [*STARTED, *rich, opened, *(r.AggregateAttested(1, m, 0, b"\4" * 32) for m in (A, C))],
        task=TASK,
        parameters=parameters,
    )
    assert [(tally.votes, tally.weight) for tally in voted.running.tallies] == [(2, 2_250)]


def test_a_round_that_ends_without_a_seed_in_its_log_has_one() -> None:
    salts = [bytes([n]) * 32 for n in (1, 2)]
    reveals = [r.ScoresRevealed(0, seat, 0, 0, (), salt) for seat, salt in zip((A, B), salts, strict=True)]
    mixed = bytes(x ^ y for x, y in zip(keccak(salts[0]), keccak(salts[1]), strict=True))
    words = encode(["uint40", "address", "uint16", "bytes32"], [int.from_bytes(mixed[-5:]), TASK, 0, b"\7" * 32])
    for end in (r.RoundCarried(0, 1), r.RoundRolledBack(0, 0, (A, B, C))):
        assert after(*reveals, end).seed == keccak(words)
