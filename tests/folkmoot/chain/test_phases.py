from dataclasses import replace

import pytest

from folkmoot.chain import Milestone, Phase, Round, phase_at, phase_end, stalled_phase
from tests.support.views import PARAMETERS

OPEN = Round(
    deadline=300, end_block=0, paused_until=0, number=0, eligible=2, submitted=2, committed=3, revealed=3, seats=5,
    attempt=0, milestone=Milestone.OPEN, sampled=False, salts=0,
)  # fmt: skip
MIN_UPDATES = 2


def phase(time: int, **changes: object) -> Phase:
    return phase_at(replace(OPEN, **changes), PARAMETERS, time=time, block=0)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("milestone", "expected"),
    [
        (Milestone.PROPOSED, Phase.PROPOSED),
        (Milestone.APPROVED, Phase.ENROLLING),
        (Milestone.FINISHED, Phase.FINISHED),
        (Milestone.EXPIRED, Phase.EXPIRED),
        (Milestone.CANCELLED, Phase.CANCELLED),
    ],
)
def test_no_clock_moves_these(milestone: Milestone, expected: Phase) -> None:
    for time in (0, 100, 400, 10**10):
        assert phase(time, milestone=milestone, paused_until=500) == expected


@pytest.mark.parametrize(
    ("deadline", "before", "after", "changes"),
    [
        (100, Phase.TRAINING, Phase.COMMITTING, {}),
        (100, Phase.TRAINING, Phase.STALLED, {"submitted": 1}),
        (100, Phase.TRAINING, Phase.STALLED, {"seats": 2}),
        (200, Phase.COMMITTING, Phase.REVEALING, {}),
        (200, Phase.COMMITTING, Phase.STALLED, {"committed": 2}),
        (300, Phase.REVEALING, Phase.SETTLING, {}),
        (300, Phase.REVEALING, Phase.STALLED, {"revealed": 2}),
        (300, Phase.AGGREGATING, Phase.STALLED, {"milestone": Milestone.SETTLED}),
        (500, Phase.PAUSED, Phase.CLOSING, {"milestone": Milestone.AGREED, "paused_until": 500}),
        (150, Phase.PAUSED, Phase.COMMITTING, {"paused_until": 150}),
    ],
)
def test_windows_are_half_open(deadline: int, before: Phase, after: Phase, changes: dict[str, object]) -> None:
    assert [phase(deadline + late, **changes) for late in (-1, 0, 1)] == [before, after, after]


@pytest.mark.parametrize(("seats", "enough"), [(3, 2), (4, 3), (5, 3), (6, 4)])
def test_a_majority_is_of_the_seats(seats: int, enough: int) -> None:
    assert phase(250, seats=seats, committed=enough) == Phase.REVEALING
    assert phase(250, seats=seats, committed=enough - 1) == Phase.STALLED


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"submitted": 1}, Phase.TRAINING),
        ({"seats": 2}, Phase.TRAINING),
        ({"committed": 2}, Phase.COMMITTING),
        ({"revealed": 2}, Phase.REVEALING),
        ({"milestone": Milestone.SETTLED}, Phase.AGGREGATING),
    ],
)
def test_what_stalled_is_told_by_the_facts(changes: dict[str, object], expected: Phase) -> None:
    stalled = replace(OPEN, **changes)  # type: ignore[arg-type]
    assert phase_at(stalled, PARAMETERS, time=10**6, block=0) == Phase.STALLED
    assert stalled_phase(stalled, min_updates=MIN_UPDATES) == expected


@pytest.mark.parametrize(
    ("block", "milestone", "expected"),
    [
        (1_014, Milestone.OPEN, Phase.TRAINING),
        (1_015, Milestone.OPEN, Phase.SETTLING),
        (1_014, Milestone.SUBMITTED, Phase.COMMITTING),
        (1_015, Milestone.SUBMITTED, Phase.SETTLING),
        (1_014, Milestone.COMMITTED, Phase.REVEALING),
        (1_015, Milestone.COMMITTED, Phase.SETTLING),
        (1_014, Milestone.SETTLED, Phase.AGGREGATING),
        (1_015, Milestone.SETTLED, Phase.STALLED),
    ],
)
def test_after_a_halt_a_window_lasts_its_blocks(block: int, milestone: Milestone, expected: Phase) -> None:
    halted, parameters = replace(OPEN, end_block=1_015, milestone=milestone), replace(PARAMETERS, min_blocks=5)
    assert phase_at(halted, parameters, time=10**6, block=block) == expected


WINDOWS = {
    Phase.ENROLLING: 50, Phase.TRAINING: 100, Phase.COMMITTING: 200, Phase.REVEALING: 300, Phase.AGGREGATING: 300,
    Phase.PAUSED: 500,
}  # fmt: skip


@pytest.mark.parametrize("phase", Phase)
def test_windows_end_by_time_and_nothing_else(phase: Phase) -> None:
    assert phase_end(replace(OPEN, paused_until=500), PARAMETERS, phase, start_by=50) == WINDOWS.get(phase)


@pytest.mark.parametrize("ends", [Phase.TRAINING, Phase.COMMITTING, Phase.REVEALING])
def test_an_end_is_the_first_second_of_the_next_phase(ends: Phase) -> None:
    time = phase_end(OPEN, PARAMETERS, ends, start_by=0)
    assert time is not None
    phases = [phase(time - 1), phase(time)]
    assert phases[0] == ends != phases[1]
