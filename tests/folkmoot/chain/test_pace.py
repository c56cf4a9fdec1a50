from collections.abc import Callable, Iterable, Sequence
from random import Random

import pytest

from folkmoot.chain.answers import Block
from folkmoot.chain.pace import Pace, sampled

START = 1_000


def block(number: int, time: float, *, is_empty: bool = False) -> Block:
    return Block(number, hex(number), START + int(time), gas_limit=0, base_fee=None, is_empty=is_empty)


def seen(
    times: Iterable[float], *, is_empty: Callable[[int], bool] = lambda _: False, pace: Pace | None = None
) -> Pace:
    """A pace of blocks that were seen at these times and have them."""
    pace = pace or Pace()
    first = pace.last.number + 1 if pace.last else 0
    for number, time in enumerate(times, first):
        pace.add(block(number, time, is_empty=is_empty(number)), time)
    return pace


def always(_: int) -> bool:
    return True


@pytest.fixture
def known() -> Pace:
    """Of a chain that has made an empty block each second."""
    return seen(range(8), is_empty=always)


def test_blocks_that_are_not_empty_confirm_a_pace_that_is_known(known: Pace) -> None:
    assert known.interval == 1
    assert seen(range(8, 100), pace=known).interval == 1


@pytest.mark.parametrize(("late", "interval"), [(5, 1), (5.5, None), (60, None)])
def test_a_gap_that_does_not_fit_ends_it(late: float, interval: float | None, known: Pace) -> None:
    seen(range(8, 30), pace=known)
    assert seen([29 + late], pace=known).interval == interval


def test_blocks_that_come_twice_too_fast_end_it(known: Pace) -> None:
    """Somebody mined empty ones by hand; now they come for transactions."""
    assert seen([8 + n / 3 for n in range(10)], pace=known).interval is None


def test_a_pace_is_not_lost_by_looks_that_are_late_and_early(known: Pace) -> None:
    random = Random(1)
    assert seen((n + random.random() * 0.8 for n in range(8, 200)), pace=known).interval is not None


def test_blocks_for_transactions_alone_show_no_pace() -> None:
    random, now = Random(2), 0.0
    pace = Pace()
    for _ in range(2_000):
        now += random.choice([0.2, 0.7, 1.0, 1.3, 2.0, 9.0])
        assert seen([now], pace=pace).interval is None


def test_a_node_that_mines_for_transactions_runs_ahead_of_time() -> None:
    """Each block is a second after the one before, as no two may have one time."""
    pace = Pace()
    for number in range(200):
        pace.add(block(number, number), 0.8 * number)
        assert pace.interval is None


@pytest.mark.parametrize("interval", [1, 2, 5])
def test_blocks_with_transactions_show_no_pace_however_well_they_keep_it(interval: int) -> None:
    """Whoever sends the transactions chooses it, and may stop."""
    assert seen(interval * n for n in range(300)).interval is None


@pytest.mark.parametrize("slow", [5, 60])
def test_where_empty_blocks_come_more_slowly_than_others_the_pace_is_theirs(slow: int) -> None:
    """As Besu makes them with `xemptyblockperiodseconds`."""
    times, now = list[float](), 0.0
    for number in range(90):
        now += 1 if number % 3 else slow
        times.append(now)
    assert seen(times, is_empty=lambda number: number % 3 == 0).interval in {slow, None}
    assert seen(times[:-2], is_empty=lambda number: number % 3 == 0).interval == slow


# -------------------------------------------------------------------- the past


def past(gaps: Sequence[float], *, empty: int = 0, head: int = 1_000) -> list[Block]:
    """What is looked at of a chain with these gaps before block `head`, again and again; so many of ten are empty."""
    times = [0.0]
    for number in range(head):
        times.append(times[-1] + gaps[number % len(gaps)])
    numbers = [*sampled(head), head]
    return [block(n, times[n], is_empty=place % 10 < empty) for place, n in enumerate(numbers)]


def looked_back(blocks: Sequence[Block]) -> float | None:
    pace = Pace()
    pace.look_back(blocks)
    return pace.interval


@pytest.mark.parametrize(
    ("gaps", "empty", "interval"),
    [
        ([1], 10, 1),
        ([1], 5, 1),
        ([1], 4, None),  # mined at once for transactions, it may be
        ([2], 4, None),
        ([2], 5, 2),
        ([5], 10, 5),
        ([15], 0, None),
        ([1, 1, 1, 6], 8, 2.25),  # one validator of four is away
        ([3, 70, 1, 12, 5], 0, None),
        ([0.2], 0, None),
        ([0, 0, 0, 0, 900], 10, None),
    ],
)
def test_times_show_the_pace_of_a_chain(gaps: Sequence[float], empty: int, interval: float | None) -> None:
    assert looked_back(past(gaps, empty=empty)) == (interval and pytest.approx(interval, rel=0.3))


def test_a_short_chain_is_not_looked_back_at() -> None:
    assert sampled(64) == []
    assert sampled(65) == [1, 33, 49, 57, 61, 63, 64]
    assert len(sampled(10_000)) == 9
    assert looked_back([block(n, n, is_empty=True) for n in range(9)]) is None
    assert looked_back([]) is None


def test_blocks_mined_by_hand_at_the_end_show_nothing() -> None:
    blocks = [*past([7, 1, 40, 2], head=900), *(block(900 + n, 20_000 + n, is_empty=True) for n in range(1, 30))]
    assert looked_back(blocks) is None


def test_a_node_may_tell_one_block_again_and_again() -> None:
    assert looked_back([block(900, 7)] * 9) is None


def test_what_the_past_shows_is_confirmed_or_ended_by_what_comes() -> None:
    pace = Pace()
    pace.look_back(past([2], empty=10))
    assert seen([0, 2, 4], pace=pace).interval == 2
    assert seen([40], pace=pace).interval is None


def test_the_next_block_is_due_by_the_blocks_own_times_however_they_were_seen() -> None:
    pace = Pace()
    for number in range(8):
        pace.add(block(number, number, is_empty=True), number + (0.2 if number % 2 else 0.0))
    assert pace.due == pytest.approx(8 - 0.02), "the last one was seen late"
    assert Pace().due is None
