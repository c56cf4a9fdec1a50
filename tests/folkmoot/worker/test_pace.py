from folkmoot.worker.actions import Recover, Settle
from folkmoot.worker.pace import AGAIN_S, GROWTH, QUICK_S, Pace, Refusals


def test_looks_are_quick_after_a_change_and_become_slower() -> None:
    pace = Pace(longest=1.0)
    pauses = [pace.pause(seen) for seen in "aaaaaaaab"]
    assert pauses[:2] == [QUICK_S, QUICK_S * GROWTH]
    assert pauses == [QUICK_S, *sorted(pauses[1:-1]), QUICK_S]
    assert pauses[-2] == 1.0


def test_no_pause_is_longer_than_the_longest() -> None:
    assert Pace(longest=0.05).pause("a") == 0.05


def test_who_knows_better_when_to_look_is_asked() -> None:
    asked: list[tuple[float, float]] = []

    def adjust(usual: float, longest: float) -> float:
        asked.append((usual, longest))
        return 0.7

    assert Pace(1.0, adjust).pause("a") == 0.7
    assert asked == [(QUICK_S, 1.0)]


def test_what_was_refused_waits_for_a_block_or_some_time() -> None:
    now = [0.0]
    refusals = Refusals(lambda: now[0])
    assert not refusals.hold(Recover(), 7)
    refusals.add(Recover(), 7)
    assert refusals.hold(Recover(), 7)
    assert not refusals.hold(Settle(2), 7)
    assert not refusals.hold(Recover(), 8)
    now[0] = AGAIN_S
    assert not refusals.hold(Recover(), 7)
