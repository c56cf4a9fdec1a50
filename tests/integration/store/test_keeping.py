"""What real Kubo nodes have on their disks after a hundred rounds."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from folkmoot.errors import FolkmootError
from folkmoot.store.ipfs import KuboStore
from folkmoot.task_record import TaskRecord
from folkmoot.testing.kubo import MISSING, Kubo, binary, run_kubo
from folkmoot.worker.keeping import Keeper
from tests.support.keeping import Game
from tests.support.store_cases import BIG

if not binary():
    pytest.skip(MISSING, allow_module_level=True)

ROUNDS = 100
SIZE = 20_000


@pytest.fixture
def pair() -> Iterator[list[Kubo]]:
    """A light member's node and a core member's, connected."""
    with ExitStack() as stack:
        nodes = [stack.enter_context(run_kubo()) for _ in range(2)]
        nodes[0].meet(nodes[1])
        yield nodes


class Silence:
    """Stands for a reporter; a problem is none that is expected."""

    def fact(self, text: str) -> None:
        raise AssertionError(text)

    def problem(self, error: FolkmootError) -> None:
        raise error


def keeper(game: Game, node: Kubo, keep: str) -> Keeper:
    record, silence = TaskRecord.of(game.parameters), Silence()
    return Keeper(KuboStore(node.url), record, game.news(), keep=keep, limit=BIG, reporter=silence)  # type: ignore[arg-type]


def test_after_a_hundred_rounds_a_light_member_has_two_models_and_one_rounds_updates(pair: list[Kubo]) -> None:
    light, core = pair
    game = Game(KuboStore(light.url), SIZE)
    keepers = [keeper(game, light, "latest"), keeper(game, core, "all")]
    for number in range(ROUNDS):
        for view in game.moments():
            for one in keepers:
                if one.is_new(view):
                    one.tidy()
        models, updates = game.split(light.disk())
        assert models == {*game.models[-2:]}
        assert updates == {*game.updates[number]}
    assert len({*game.models}) == ROUNDS + 1
    assert game.counting <= {*KuboStore(core.url).held()} <= core.disk()
    assert game.split(core.disk())[0] == {*game.models}

    store = KuboStore(light.url)
    for number in (0, ROUNDS // 2):
        assert store.get(game.models[number], limit=BIG) == game.blob(f"model {number}")
    for update in game.updates[0][1:]:
        assert not store.has(update, limit=BIG), "nobody holds what was not accepted"
