import logging
from collections.abc import Iterator

import pytest

from folkmoot.chain.answers import Block
from folkmoot.chain.clock import HALTED, HALTED_AFTER_S, ChainClock
from folkmoot.testing.memory import MemoryChain

START = 1_000  # the first block's time


def block(number: int, time: int, *, is_empty: bool = True) -> Block:
    return Block(number, hex(number), time, gas_limit=0, base_fee=None, is_empty=is_empty)


@pytest.fixture
def clock(chain: MemoryChain) -> ChainClock:
    return ChainClock(chain.now)


@pytest.fixture
def ticking(chain: MemoryChain, clock: ChainClock) -> Iterator[ChainClock]:
    """Of a chain that has made an empty block each second for ten seconds."""
    for number in range(11):
        chain.clock = number
        clock.see(block(number, START + number))
    return clock


def test_nothing_is_known_at_first(clock: ChainClock) -> None:
    assert not clock.is_known
    assert clock.halted_for() == 0


def test_where_blocks_come_with_transactions_time_goes_on_without_them(chain: MemoryChain, clock: ChainClock) -> None:
    for chain.clock in (0, 0.5, 30.9):
        clock.see(block(1, START, is_empty=False))
    assert clock.now() == START + 30
    chain.clock = 3_600
    assert clock.now() == START + 3_600
    assert clock.halted_for() == 0


def test_a_block_that_a_node_is_making_tells_the_time(chain: MemoryChain, clock: ChainClock) -> None:
    clock.see(block(1, START), (2, START + 500))
    chain.clock = 3
    clock.see(block(1, START), (2, START + 500))
    assert clock.now() == START + 503
    clock.see(block(1, START), (2, START + 502))
    assert clock.now() == START + 502


def test_a_node_that_tells_no_next_block_once_does_not_set_time_back(chain: MemoryChain, clock: ChainClock) -> None:
    clock.see(block(1, START), (2, START + 3_600))
    chain.clock = 1
    clock.see(block(1, START))
    assert clock.now() == START + 3_601


def test_on_a_slow_chain_time_does_not_run_ahead_of_the_next_block(chain: MemoryChain, clock: ChainClock) -> None:
    """geth tells the next block's time as soon as the last one has come."""
    for number in range(12):
        chain.clock = 15 * number
        clock.see(block(number, START + 15 * number), (number + 1, START + 15 * (number + 1)))
    chain.clock += 10
    clock.see(block(11, START + 165), (12, START + 180))
    assert clock.now() == START + 180
    chain.clock += 20
    assert clock.now() == START + 165 + 30, "nor does it stand before a block is late"


def test_a_quick_chain_is_not_followed_block_by_block(chain: MemoryChain, clock: ChainClock) -> None:
    for number in range(30):
        chain.clock = 0.4 * number
        clock.see(block(number, START + int(0.4 * number)))
    assert clock.interval
    assert clock.until_look(usual=0.7, longest=1) == 0.7


def test_time_follows_the_chain_back(chain: MemoryChain, clock: ChainClock) -> None:
    clock.see(block(1, START + 40))
    chain.clock = 1
    clock.see(block(2, START + 1))
    assert clock.now() == START + 1


def test_one_block_ahead_of_its_time_does_not_put_the_clock_ahead_for_ever(
    chain: MemoryChain, ticking: ChainClock
) -> None:
    ticking.see(block(11, START + 51))
    for number in range(12, 60):
        chain.clock = number
        ticking.see(block(number, max(START + 40 + number, START + number)))
        assert ticking.now() <= START + 40 + number


def test_where_blocks_come_by_themselves_time_stands_with_them(chain: MemoryChain, ticking: ChainClock) -> None:
    chain.clock += 1.5
    assert ticking.now() == START + 11
    chain.clock += 600
    assert ticking.now() == START + 12
    ticking.see(block(11, START + 612))
    assert ticking.now() == START + 612


def test_time_does_not_stand_for_ever(chain: MemoryChain, ticking: ChainClock) -> None:
    """The blocks may have been made by hand; then none comes before somebody acts by time."""
    chain.clock += 900
    assert ticking.now() == START + 910


@pytest.mark.parametrize("seconds", [1, 2, 15])
def test_who_makes_even_blocks_by_transactions_and_stops_does_not_stop_time(
    seconds: int, chain: MemoryChain, clock: ChainClock
) -> None:
    """What the chain takes for over is over then."""
    for number in range(100):
        chain.clock = seconds * number
        clock.see(block(number, START + seconds * number, is_empty=False))
    chain.clock += 600
    clock.see(block(99, START + 99 * seconds, is_empty=False))
    assert clock.now() == START + 99 * seconds + 600


def test_who_made_even_blocks_by_transactions_does_not_stop_the_time_of_a_clock_that_is_started_then(
    chain: MemoryChain, clock: ChainClock
) -> None:
    clock.look_back(block(number, START + 2 * number, is_empty=False) for number in range(300))
    clock.see(block(299, START + 598, is_empty=False))
    chain.clock += 600
    assert clock.now() == START + 1_198
    assert clock.halted_for() == 0


def test_blocks_made_at_once_by_hand_do_not_come_by_themselves(chain: MemoryChain, clock: ChainClock) -> None:
    for number in range(10):
        clock.see(block(number, START + number))
    chain.clock = 100
    assert clock.now() == START + 109


def test_blocks_made_by_hand_now_and_then_do_not_come_by_themselves(chain: MemoryChain, clock: ChainClock) -> None:
    for number, at in enumerate((0, 1, 2, 3, 20, 21, 22, 23)):
        chain.clock = at
        clock.see(block(number, START + at))
    chain.clock = 100
    assert clock.now() == START + 100


def test_blocks_that_were_not_seen_count_for_the_pace(chain: MemoryChain, clock: ChainClock) -> None:
    for number in range(0, 80, 20):
        chain.clock = number
        clock.see(block(number, START + number))
    chain.clock += 100
    assert clock.now() == START + 62


def test_a_chain_that_stands_is_reported_once_and_once_that_it_goes_on(
    chain: MemoryChain, ticking: ChainClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    for _ in range(60):
        chain.clock += 1
        ticking.see(block(10, START + 10))
    assert ticking.halted_for() == 60
    for number in (11, 12):
        ticking.see(block(number, START + 60 + number))
    assert ticking.halted_for() == 0
    assert [record.message for record in caplog.records] == [
        HALTED % HALTED_AFTER_S,
        "the chain goes on after 60 s",
    ]


def test_a_sighting_is_of_the_last_look_and_does_not_change_by_itself(chain: MemoryChain, ticking: ChainClock) -> None:
    """A worker that is busy for long and does not look sees no halt."""
    chain.clock += 60
    assert ticking.halted_for() == 60
    assert ticking.sighting == (block(10, START + 10), 10, 0)
    ticking.see(block(10, START + 10))
    assert ticking.sighting == (block(10, START + 10), 70, 60)


def test_a_slow_chain_does_not_stand_soon(chain: MemoryChain, clock: ChainClock) -> None:
    for number in range(5):
        chain.clock = 15 * number
        clock.see(block(number, START + 15 * number))
    chain.clock += 59
    assert clock.halted_for() == 0
    chain.clock += 1
    assert clock.halted_for() == 60


def test_a_transaction_that_waits_for_a_slow_chain_does_not_make_it_stand(
    chain: MemoryChain, clock: ChainClock
) -> None:
    for number in range(5):
        chain.clock = 15 * number
        clock.see(block(number, START + 15 * number))
    with clock.awaiting():
        chain.clock += 59
        assert clock.halted_for() == 0
        chain.clock += 1
        assert clock.halted_for() == 60


@pytest.mark.parametrize("idle", [0, 5])
def test_a_chain_that_makes_its_empty_blocks_more_slowly_does_not_stand(
    idle: int, chain: MemoryChain, clock: ChainClock
) -> None:
    """As Besu does with `xemptyblockperiodseconds`: a block each second while there is work, else one a minute."""
    times = [*(60 * n for n in range(idle)), *(60 * idle + n for n in range(40))]
    for number, chain.clock in enumerate(times):
        clock.see(block(number, START + times[number], is_empty=number < idle))
    for _ in range(59):
        chain.clock += 1
        assert clock.halted_for() == 0
    assert clock.now() == START + times[-1] + 59


def test_one_validator_less_is_no_halt(chain: MemoryChain, clock: ChainClock) -> None:
    for number in range(40):
        chain.clock += 5 if number % 4 == 0 else 1
        assert clock.halted_for() == 0
        clock.see(block(number, START + int(chain.clock)))


def test_where_a_transaction_waits_a_block_is_due(chain: MemoryChain, clock: ChainClock) -> None:
    clock.see(block(1, START, is_empty=False))
    chain.clock = 100
    with clock.awaiting():
        chain.clock += HALTED_AFTER_S - 1
        assert clock.halted_for() == 0
        chain.clock += 1
        assert clock.halted_for() == 110
        clock.see(block(2, START + 110, is_empty=False))
        assert clock.halted_for() == 0
    chain.clock += 100
    assert clock.halted_for() == 0


def test_a_look_is_worth_it_when_a_block_is_due(chain: MemoryChain, ticking: ChainClock) -> None:
    chain.clock += 0.25
    assert ticking.until_look(usual=0.1, longest=5) == pytest.approx(0.73), "a little sooner than the last one"
    assert ticking.until_look(usual=0.1, longest=0.5) == 0.5
    chain.clock += 0.75
    assert ticking.until_look(usual=0.1, longest=5) == 0.25
    chain.clock += 4
    assert ticking.until_look(usual=0.1, longest=5) == pytest.approx(2.01), "the longer it stands the less often"


def test_one_block_that_was_seen_late_does_not_delay_the_next_look(chain: MemoryChain, ticking: ChainClock) -> None:
    chain.clock = 11.75
    ticking.see(block(11, START + 11))
    assert ticking.until_look(usual=0.1, longest=5) == pytest.approx(0.23)


def test_where_blocks_do_not_come_by_themselves_looks_are_the_usual_ones(clock: ChainClock) -> None:
    clock.see(block(1, START, is_empty=False))
    assert clock.until_look(usual=0.1, longest=5) == 0.1
    assert clock.until_look(usual=7, longest=5) == 5
    assert not clock.is_calm


def test_it_is_calm_while_blocks_come(chain: MemoryChain, ticking: ChainClock) -> None:
    assert ticking.is_calm
    chain.clock += 4
    assert not ticking.is_calm


def test_a_step_back_says_nothing_about_the_pace(chain: MemoryChain, ticking: ChainClock) -> None:
    ticking.see(block(9, START + 9))
    ticking.see(block(10, START + 10))
    chain.clock += 600
    assert ticking.now() == START + 12


def test_an_answer_from_a_node_far_behind_does_not_make_forget_the_pace(
    chain: MemoryChain, ticking: ChainClock
) -> None:
    """It is asked while no other answers."""
    for number in range(11, 31):
        chain.clock = number
        ticking.see(block(number, START + number))
    for number in (12, 2, 13):
        ticking.see(block(number, START + number))
        assert ticking.now() == START + number
    chain.clock += 1
    ticking.see(block(31, START + 31))
    chain.clock += 600
    assert ticking.halted_for() == 600
    assert ticking.now() == START + 33


def test_an_answer_from_a_node_far_behind_does_not_say_that_the_chain_goes_on(
    chain: MemoryChain, ticking: ChainClock, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    chain.clock += 60
    ticking.see(block(10, START + 10))
    ticking.see(block(1, START + 1))
    chain.clock += 1
    ticking.see(block(10, START + 10))
    assert [record.message for record in caplog.records] == [HALTED % 60]
    ticking.see(block(11, START + 71))
    assert caplog.records[-1].message == "the chain goes on after 61 s"


def test_another_chains_blocks_say_nothing_about_the_pace(chain: MemoryChain, ticking: ChainClock) -> None:
    ticking.see(block(0, 50, is_empty=False))
    chain.clock += 3_600
    assert ticking.now() == 3_650


def test_a_halt_shows_after_many_blocks_with_transactions(chain: MemoryChain, ticking: ChainClock) -> None:
    for number in range(11, 31):
        chain.clock = number
        ticking.see(block(number, START + number, is_empty=False))
    chain.clock += 60
    assert ticking.halted_for() == 60
    assert ticking.now() == START + 32


def test_a_halt_shows_to_a_clock_that_was_started_in_it(chain: MemoryChain, clock: ChainClock) -> None:
    clock.look_back(block(number, START + number) for number in range(100))
    clock.see(block(99, START + 99))
    chain.clock += HALTED_AFTER_S
    assert clock.halted_for() == HALTED_AFTER_S
    assert clock.now() == START + 101
