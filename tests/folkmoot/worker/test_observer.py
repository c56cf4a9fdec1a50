from dataclasses import dataclass, replace

import pytest

from folkmoot.chain import Block, Phase
from folkmoot.worker.observer import Observer
from folkmoot.worker.view import View
from tests.support.views import NOW, SEATS, a_view


@dataclass
class Chain:
    """A client and a reader of a chain that stands still until the test moves it."""

    shows: View
    number: int = 1
    time: int = NOW
    reads: int = 0
    is_logged: bool = True
    asked: int = 0

    def look(self) -> tuple[Block, int]:
        return Block(self.number, f"0x{self.number}", self.time, 30_000_000, 0), self.time

    def may_differ(self, since: Block, until: Block) -> bool:
        assert (since.number, until.number) == (self.number - 1, self.number)
        self.asked += 1
        return self.is_logged

    def read(self, at: int) -> View:
        assert at == self.number
        self.reads += 1
        return replace(self.shows, block=at)

    def move(self, shows: View | None = None, seconds: int = 0) -> None:
        self.number, self.time = self.number + 1, self.time + seconds
        self.shows = shows or self.shows


@pytest.fixture
def chain() -> Chain:
    return Chain(a_view(Phase.TRAINING, SEATS[0]))


@pytest.fixture
def observer(chain: Chain) -> Observer:
    return Observer(chain, chain)  # type: ignore[arg-type]


def test_a_block_is_read_once(chain: Chain, observer: Observer) -> None:
    observer.view()
    chain.time += 7
    assert observer.view().now == NOW + 7
    assert chain.reads == 1
    chain.move()
    observer.view()
    assert chain.reads == 2


def test_a_block_in_which_nothing_happened_is_not_read(chain: Chain, observer: Observer) -> None:
    observer.view()
    chain.is_logged = False
    chain.move(seconds=3)
    observer.view()
    chain.move(seconds=3)
    view = observer.view()
    assert (view.block, view.now) == (3, NOW + 6)
    assert (chain.reads, chain.asked) == (1, 2)
    chain.is_logged = True
    chain.move(replace(chain.shows, roster=replace(chain.shows.roster, enrolled=9)))
    observer.view()
    assert (chain.reads, chain.asked) == (2, 3)


@pytest.mark.parametrize("phase", [Phase.SAMPLING, Phase.SETTLING, Phase.CLOSING, Phase.STALLED])
def test_a_block_in_which_work_may_be_paged_is_read(phase: Phase) -> None:
    chain = Chain(a_view(phase, SEATS[0]))
    observer = Observer(chain, chain)  # type: ignore[arg-type]
    observer.view()
    chain.move()
    observer.view()
    assert chain.reads == 2


def test_since_is_when_the_task_came_to_stand_so(chain: Chain, observer: Observer) -> None:
    assert observer.view().since == NOW
    chain.move(seconds=5)
    assert observer.view().since == NOW, "a block without a change"
    chain.move(replace(chain.shows, roster=replace(chain.shows.roster, enrolled=9)), seconds=5)
    assert observer.view().since == NOW + 10
    training_ends = chain.shows.deadline
    assert training_ends is not None
    chain.time = training_ends
    assert observer.view().since == chain.time, "time alone"
