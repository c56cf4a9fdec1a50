import logging
from collections.abc import Iterator

import pytest

from folkmoot.chain.answers import Block
from folkmoot.chain.clock import HALTED_AFTER_S, ChainClock
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
        f"the chain stands: no new block for {HALTED_AFTER_S:.0f} s; nothing is decided by time until one comes",
        "the chain goes on after 60 s",
    ]


def test_a_slow_chain_does_not_stand_soon(chain: MemoryChain, clock: ChainClock) -> None:
    for number in range(5):
        chain.clock = 15 * number
        clock.see(block(number, START + 15 * number))
    chain.clock += 59
    assert clock.halted_for() == 0
    chain.clock += 1
    assert clock.halted_for() == 60


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


def test_a_step_back_says_nothing_about_the_pace(chain: MemoryChain, ticking: ChainClock) -> None:
    ticking.see(block(9, START + 9))
    ticking.see(block(10, START + 10))
    chain.clock += 600
    assert ticking.now() == START + 12


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
