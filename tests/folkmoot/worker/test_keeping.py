"""What is kept, decided beside stores in memory; real stores and swarms are among the integration tests."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from folkmoot.chain import Event, Phase
from folkmoot.errors import BlobMissing, FolkmootError, StoreError
from folkmoot.store import LocalStore, MemoryStore, pointer
from folkmoot.store.several import StoreList
from folkmoot.task_record import TaskRecord
from folkmoot.worker.keeping import MAX_MISSES, Keeper
from tests.support.keeping import Game
from tests.support.views import a_view

LIMIT = 1_000


class Own(MemoryStore):
    """A store of one's own, as a Kubo node is: who removes something there takes it from nobody."""

    is_shared = False

    def __init__(self) -> None:
        super().__init__()
        self.collected = 0

    def collect(self) -> None:
        self.collected += 1


class Told:
    """Stands for a reporter."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.facts: list[str] = []

    def problem(self, error: FolkmootError) -> None:
        self.problems.append(str(error))

    def fact(self, text: str) -> None:
        self.facts.append(text)


def keeper(game: Game, store: Any, keep: str, told: Any = None) -> Keeper:
    record = TaskRecord.of(game.parameters)
    return Keeper(store, record, game.news(), keep=keep, limit=LIMIT, reporter=told or Told())


def follow(one: Keeper, game: Game) -> None:
    if one.is_new(game.view()):
        one.tidy()


def test_a_view_that_changes_nothing_leaves_nothing_to_do(tmp_path: Path) -> None:
    game = Game(MemoryStore())
    one = keeper(game, LocalStore(tmp_path), "all")
    assert [one.is_new(a_view(phase)) for phase in (Phase.TRAINING, Phase.TRAINING, Phase.COMMITTING)] == [
        True,
        False,
        True,
    ]
    assert [one.is_new(a_view(phase)) for phase in (Phase.REVEALING, Phase.FINISHED, Phase.FINISHED)] == [
        False,
        True,
        True,
    ]


def test_all_that_counts_is_copied_to_the_own_store() -> None:
    others, own = MemoryStore(), MemoryStore()
    game = Game(others)
    one = keeper(game, StoreList([own, others]), "all")
    for _ in range(3):
        game.play()
        follow(one, game)
    assert {*own.held()} == game.counting
    assert {*others.held()} > game.counting, "what was not accepted is not copied"


def test_a_member_that_was_away_holds_what_it_missed() -> None:
    others, own = MemoryStore(), MemoryStore()
    game = Game(others)
    for _ in range(3):
        game.play()
    follow(keeper(game, StoreList([own, others]), "all"), game)
    assert {*own.held()} == game.counting


def test_a_light_member_holds_two_models_and_one_rounds_updates_at_any_time() -> None:
    own = Own()
    game = Game(own)
    one = keeper(game, own, "latest")
    for number in range(20):
        for view in game.moments():
            if one.is_new(view):
                one.tidy()
            models, updates = game.split(own.held())
            assert len(models) <= 2
            assert {game.round_of(update) for update in updates} in (set(), {number - 1}, {number})
    assert own.collected == 19, "once a round, once there is a round before it"


def test_a_light_member_that_starts_again_lets_go_of_what_it_had() -> None:
    own = Own()
    game = Game(own)
    for _ in range(5):
        game.play()
    foreign = own.put(b"of another task")
    follow(keeper(game, own, "latest"), game)
    models, updates = game.split(own.held())
    assert (len(models), {game.round_of(update) for update in updates}) == (2, {4})
    assert own.has(foreign, limit=LIMIT)


@pytest.mark.parametrize("keep", ["latest", "all"])
def test_nothing_is_removed_where_others_may_read(keep: str, tmp_path: Path) -> None:
    shared, told = LocalStore(tmp_path), Told()
    game = Game(shared)
    one = keeper(game, shared, keep, told)
    before: set[bytes] = set()
    for _ in range(5):
        game.play()
        follow(one, game)
        assert before <= {*shared.held()}
        before = {*shared.held()}
    assert len(told.facts) == (keep == "latest")
    assert all("folkmoot store prune" in fact for fact in told.facts)


class Flaky(Own):
    """Fails while it is told to."""

    fault: StoreError | None = None
    asked = 0

    def pin(self, pointer: bytes, *, limit: int) -> None:
        self.asked += 1
        if self.fault:
            raise self.fault
        super().pin(pointer, limit=limit)


def test_what_cannot_be_had_is_told_once_and_held_as_soon_as_it_is_there() -> None:
    others, own, told = MemoryStore(), MemoryStore(), Told()
    game = Game(others)
    game.play()
    (lost,) = game.accepted[0]
    blob = others.get(lost, limit=LIMIT)
    others.remove(lost)
    one = keeper(game, StoreList([own, others]), "all", told)
    for _ in range(3):
        follow(one, game)
        game.play()
    assert [said for said in told.problems if "1 blob of the task cannot be held now" in said] == told.problems
    assert len(told.problems) == 1
    others.put(blob)
    follow(one, game)
    assert {*own.held()} == game.counting
    assert pointer(blob) == lost


def test_a_store_without_any_of_it_is_not_asked_for_long() -> None:
    own, game = Flaky(), Game(MemoryStore())
    own.fault = BlobMissing("nowhere")
    for _ in range(10):
        game.play()
    follow(keeper(game, own, "all"), game)
    assert own.asked == MAX_MISSES


def test_what_is_lost_for_good_does_not_hide_the_rest() -> None:
    others, own = MemoryStore(), MemoryStore()
    game = Game(others)
    for _ in range(2 * MAX_MISSES):
        game.play()
    lost = {one for updates in game.accepted[-MAX_MISSES:] for one in updates}
    assert all(map(others.remove, lost))
    one = keeper(game, StoreList([own, others]), "all")
    follow(one, game)
    assert {*own.held()} < game.counting - lost
    one.tidy()
    assert {*own.held()} == game.counting - lost


def test_a_store_that_fails_is_a_fault_and_the_next_change_finds_it_mended() -> None:
    own = Flaky()
    game = Game(MemoryStore())
    game.play()
    one, own.fault = keeper(game, StoreList([own, game.store]), "all"), StoreError("the disk is full")
    with pytest.raises(StoreError, match="the disk is full"):
        follow(one, game)
    own.fault = None
    game.play()
    follow(one, game)
    assert {*own.held()} == game.counting


def test_nothing_is_let_go_of_by_a_node_that_is_behind() -> None:
    own = Own()
    game = Game(own)
    game.play()
    game.phase = Phase.COMMITTING
    ahead, known = game.view(), game.events[:-1]  # all but the new model's entry in the ledger
    one = Keeper(
        own,
        TaskRecord.of(game.parameters),
        lambda: [known.pop(0) for _ in known[:]],
        keep="latest",
        limit=LIMIT,
        reporter=Told(),  # type: ignore[arg-type]
    )
    before = {*own.held()}
    assert one.is_new(ahead)
    one.tidy()
    assert {*own.held()} == before
    assert game.models[1] in before


def test_events_that_come_while_the_chain_fails_are_not_lost() -> None:
    own, game = MemoryStore(), Game(MemoryStore())
    events: list[Iterable[Event]] = []
    one = Keeper(
        StoreList([own, game.store]),
        TaskRecord.of(game.parameters),
        lambda: events.pop(0) if events else (),
        keep="all",
        limit=LIMIT,
        reporter=Told(),  # type: ignore[arg-type]
    )
    game.play()
    assert one.is_new(game.view())
    one.tidy()
    events.append(game.events)
    one.tidy()
    assert {*own.held()} == game.counting
