from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

import pytest

from folkmoot.chain import CONTRACT_ERRORS, Phase
from folkmoot.errors import (
    BlobMissing,
    ConnectionFailed,
    DeadlinePassed,
    FolkmootError,
    LearningError,
)
from folkmoot.worker import loop
from folkmoot.worker.actions import Action, Settle, Train, Wait
from folkmoot.worker.loop import MAX_PAUSE, Worker
from folkmoot.worker.pace import GROWTH, QUICK_S
from folkmoot.worker.shutdown import Stopped
from folkmoot.worker.step import step
from folkmoot.worker.view import View
from tests.support.views import SEATS, TRAINERS, a_view


@dataclass
class World:
    """What a worker sees, one entry a look, and what it does; all in one."""

    looks: Iterator[View | FolkmootError]
    fails: Iterator[FolkmootError | None] = field(default_factory=lambda: iter(()))
    was_done: bool = False  # by others, whatever the worker does
    log: list[str] = field(default_factory=list)
    done: list[Action] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    blobs: tuple[bool, ...] = ()  # whether the model is there, at each look for it
    rest: float = 0.0  # until the next block is due; 0 where none is

    def view(self) -> View:
        seen = next(self.looks)
        if isinstance(seen, FolkmootError):
            raise seen
        return seen

    def until_look(self, usual: float, longest: float) -> float:
        return min(self.rest or usual, longest)

    def add_to(self, view: View) -> View:
        found, self.blobs = self.blobs[:1], self.blobs[1:]
        return replace(view, model_found=found[0]) if found else view

    def progress(self, what: str, done: int, total: int, detail: str = "") -> None:
        self.log.append(f"{what}: {done}/{total} {detail}".strip())

    def do(self, action: Action, _: View) -> bool:
        self.done.append(action)
        if error := next(self.fails, None):
            raise error
        return not self.was_done

    def fact(self, text: str) -> None:
        self.log.append(text)

    def problem(self, error: FolkmootError) -> None:
        self.log.append(f"problem: {error.message}")

    def waiting(self, wait: Wait, now: int) -> None:
        self.log.append(f"{now}: waiting for {wait.what}")

    def check(self) -> None:
        pass

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)


Run = Callable[..., tuple[int, World]]


@pytest.fixture
def run() -> Run:
    def run(
        *looks: View | FolkmootError,
        fails: tuple[FolkmootError | None, ...] = (),
        was_done: bool = False,
        blobs: tuple[bool, ...] = (),
        rest: float = 0.0,
    ) -> tuple[int, World]:
        world: Any = World(iter(looks), iter(fails), was_done, blobs=blobs, rest=rest)
        worker = Worker(
            observer=world, local=world, decide=step, executor=world, reporter=world, shutdown=world, poll=2.0
        )
        return worker.run(), world

    return run


SETTLING, FINISHED = a_view(Phase.SETTLING, SEATS[0]), a_view(Phase.FINISHED)


@pytest.mark.parametrize(("phase", "code"), [(Phase.FINISHED, 0), (Phase.EXPIRED, 1), (Phase.CANCELLED, 1)])
def test_it_ends_with_the_task(run: Run, phase: Phase, code: int) -> None:
    ended, world = run(a_view(phase))
    assert ended == code
    assert world.log[-1] == f"the task is {phase.name.lower()}"


def test_it_acts_without_a_pause_and_pauses_when_it_waits(run: Run) -> None:
    _, world = run(SETTLING, a_view(Phase.REVEALING, TRAINERS[0]), FINISHED)
    assert world.done == [Settle(2)]
    assert world.pauses == [QUICK_S]
    assert any("waiting for seats to reveal" in line for line in world.log)


def test_it_looks_less_and_less_often_while_nothing_changes(run: Run) -> None:
    waits, changed = a_view(Phase.REVEALING, TRAINERS[0]), a_view(Phase.COMMITTING, TRAINERS[0])
    _, world = run(*[waits] * 12, changed, FINISHED)
    assert world.pauses[:3] == pytest.approx([QUICK_S, QUICK_S * GROWTH, QUICK_S * GROWTH**2])
    assert world.pauses[-3:] == [2.0, 2.0, QUICK_S]


def test_blobs_are_looked_for_between_two_looks_at_the_chain(run: Run) -> None:
    training = a_view(Phase.TRAINING, TRAINERS[0])
    _, world = run(training, training, FINISHED, blobs=(False, False, True), rest=1.0)
    assert world.pauses == [QUICK_S] * 2
    assert world.done == [Train(training.round.number)]
    _, world = run(training, training, FINISHED, blobs=(False,) * 20, rest=1.0)
    assert sum(world.pauses) == pytest.approx(2.0)
    assert world.done == []


def test_a_store_that_hangs_does_not_keep_from_looking_at_the_chain(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    training = a_view(Phase.TRAINING, TRAINERS[0])
    clock = iter(count(0, 0.25))
    monkeypatch.setattr(loop, "monotonic", lambda: next(clock))
    _, world = run(training, FINISHED, blobs=(False,) * 20, rest=1.0)
    assert world.pauses[:-1] == [QUICK_S] * 4, "each look for the blob takes a quarter of a second"


def test_what_was_done_before_is_not_tried_again_in_the_time_of_the_same_block(run: Run) -> None:
    _, world = run(*[SETTLING] * 5, replace(SETTLING, block=SETTLING.block + 1), SETTLING, FINISHED, was_done=True)
    assert world.done == [Settle(2)] * 3
    assert len(world.pauses) == 7, "a node may say for long that it was done before"


@pytest.mark.parametrize("name", ["WrongPhase", "WrongRound"])
def test_a_lost_race_is_a_fact(run: Run, name: str) -> None:
    _, world = run(SETTLING, FINISHED, fails=(CONTRACT_ERRORS[name]("somebody was faster"),))
    assert "too late: somebody was faster" in world.log
    assert world.pauses == [2.0]


def test_a_deadline_that_passed_is_a_fact(run: Run) -> None:
    _, world = run(SETTLING, FINISHED, fails=(DeadlinePassed("training took too long"),))
    assert "too late: training took too long" in world.log


def test_other_errors_are_problems_and_tried_again(run: Run) -> None:
    errors = BlobMissing("no blob"), CONTRACT_ERRORS["NotMember"]("not a member")
    _, world = run(SETTLING, SETTLING, SETTLING, FINISHED, fails=errors)
    assert [line for line in world.log if line.startswith("problem")] == ["problem: no blob", "problem: not a member"]
    assert world.done == [Settle(2)] * 3


def test_pauses_grow_while_something_keeps_failing(run: Run) -> None:
    failing = [ConnectionFailed("no node answers")] * 5
    waits = a_view(Phase.PAUSED)
    _, world = run(*failing, waits, ConnectionFailed("no node answers"), FINISHED)
    assert world.pauses == [4.0, 8.0, 16.0, 16.0, 16.0, QUICK_S, 4.0]
    assert max(world.pauses) == 2.0 * MAX_PAUSE


def test_pauses_grow_while_ones_own_work_keeps_failing(run: Run) -> None:
    _, world = run(*[SETTLING] * 4, FINISHED, fails=(LearningError("mine.py, line 3: RuntimeError"),) * 4)
    assert world.pauses == [4.0, 8.0, 16.0, 16.0]
    assert world.log.count("problem: mine.py, line 3: RuntimeError") == 4


def test_a_stop_gets_through(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def check(_: World) -> None:
        raise Stopped

    monkeypatch.setattr(World, "check", check)
    with pytest.raises(Stopped):
        run(SETTLING)


def test_news_is_told_once(run: Run) -> None:
    view = a_view(Phase.PAUSED)
    _, world = run(view, view, FINISHED)
    assert sum(line.startswith("round 2: Paused") for line in world.log) == 1
