"""Blobs that are not what they should be: in the store, or under pointers that a majority agreed on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

import numpy as np
from numpy.typing import NDArray

from folkmoot.chain import Phase, Sender
from folkmoot.chain.events import federation as f
from folkmoot.chain.events import rounds as r
from folkmoot.store import Content, cid
from folkmoot.store.content import pieces
from tests.manipulations import scripts
from tests.manipulations.game import Game
from tests.manipulations.ground import Ground
from tests.manipulations.manipulation import HEX, Manipulation, Tried
from tests.manipulations.on_chain import undone

OF_AN_UPDATE = rf"the update of {HEX}: "
OF_A_MODEL = r"model \d+ is Qm\w+ in the ledger; the accepted updates make Qm\w+"

InStore = Callable[[Ground, Random], tuple[bytes, bytes, str]]
"""Which blob in the store becomes what, and the sentence."""
Played = Callable[[Game, Random], str]
"""Plays a round in which a majority accepts what is wrong, and gives the sentence."""


@dataclass(frozen=True, slots=True)
class Stored:
    """A blob that is replaced in the folder of the store, until the audit is over."""

    kind: str
    choose: InStore

    def attempt(self, ground: Ground, random: Random) -> Tried:
        pointer, content, sentence = self.choose(ground, random)
        with replaced(file_of(ground, pointer), content):
            return Tried(ground.town.audit(), sentence)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A round in which a majority accepts what is wrong."""

    kind: str
    play: Played

    def attempt(self, ground: Ground, random: Random) -> Tried:
        with undone(ground):
            here = ground.town
            game = scripts.begin(here.propose("bflc", random.randrange(2**32), max_updates=9, total_rounds=2), random)
            sentence = self.play(game.to(Phase.TRAINING), random)
            number = here.network.federation.task_count() - 1
            return Tried(here.audit(tasks=[number]), sentence)


def file_of(ground: Ground, pointer: bytes) -> Path:
    return ground.town.folder / cid(pointer)


@contextmanager
def replaced(file: Path, content: bytes) -> Iterator[None]:
    before = file.read_bytes()
    file.write_bytes(content)
    try:
        yield
    finally:
        file.write_bytes(before)


# ------------------------------------------------------------------- in the store


def an_accepted(ground: Ground, random: Random) -> r.UpdateBlockWritten:
    return ground.one(r.UpdateBlockWritten, random)


def a_flipped_bit(ground: Ground, random: Random) -> tuple[bytes, bytes, str]:
    event = an_accepted(ground, random)
    data = bytearray(file_of(ground, event.pointer).read_bytes())
    data[random.randrange(len(data))] ^= 1 << random.randrange(8)
    return event.pointer, bytes(data), rf"the update of {event.author}: "


def a_truncated_one(ground: Ground, random: Random) -> tuple[bytes, bytes, str]:
    event = an_accepted(ground, random)
    data = file_of(ground, event.pointer).read_bytes()
    return event.pointer, data[: random.randrange(len(data))], rf"the update of {event.author}: "


def another_members(ground: Ground, random: Random) -> tuple[bytes, bytes, str]:
    event = an_accepted(ground, random)
    other = ground.one(r.UpdateBlockWritten, random, lambda e: e.pointer != event.pointer)
    return event.pointer, file_of(ground, other.pointer).read_bytes(), rf"the update of {event.author}: "


def another_model(ground: Ground, random: Random) -> tuple[bytes, bytes, str]:
    """A model of another round in the place of one from which a round started."""
    event = ground.one(r.ModelBlockWritten, random, lambda e: e.model == 0)
    other = ground.one(r.ModelBlockWritten, random, lambda e: e.pointer != event.pointer)
    return event.pointer, file_of(ground, other.pointer).read_bytes(), r"model 0: "


def another_descriptor(ground: Ground, random: Random) -> tuple[bytes, bytes, str]:
    one, other = random.sample(ground.all(f.TaskProposed)[:3], 2)
    data = file_of(ground, other.parameters.descriptor).read_bytes()
    return one.parameters.descriptor, data, r"the task's descriptor"


# ------------------------------------------------------------------- by a majority


def with_update(game: Game, random: Random, pointer: Callable[[Sender], bytes]) -> str:
    """A round with one author's pointer, which everybody accepts as the best; they attest any model."""
    first, *others = game.idle()
    game.submit(first, pointer=pointer(first))
    game.submit(*others)
    game.to(Phase.COMMITTING)
    game.commit(opinion=(5_000, [9_999, *[random.randint(6_000, 9_000) for _ in others]]))
    game.to(Phase.AGGREGATING)
    parent = game.task.ledger(0)
    encoded = game.blobs.encode_model({"w": np.ones(4, np.float32)}, round=1, parent=parent)
    game.attest(pointer=game.blobs.publish(encoded))
    return rf"the update of {first.address}: "


def malformed(game: Game, random: Random) -> str:
    """What is no blob of a model at all, under the pointer that it has."""
    return with_update(game, random, lambda _: game.blobs.publish(random.randbytes(random.randint(0, 200))))


def cut_off(game: Game, random: Random) -> str:
    def pointer(one: Sender) -> bytes:
        encoded = b"".join(map(bytes, pieces(_encoded(game, one, np.ones(4, np.float32)))))
        return game.blobs.publish(encoded[: -random.randint(1, 16)])

    return with_update(game, random, pointer)


def of_another_round(game: Game, random: Random) -> str:
    number = random.randint(1, 9)
    return with_update(
        game, random, lambda one: game.blobs.publish(_encoded(game, one, np.ones(4, np.float32), round=number))
    )


def of_another_author(game: Game, random: Random) -> str:
    other = random.choice(game.idle()[1:])
    return with_update(game, random, lambda _: game.blobs.publish(_encoded(game, other, np.ones(4, np.float32))))


def of_another_shape(game: Game, random: Random) -> str:
    size = random.choice([1, 3, 5, 9])
    return with_update(game, random, lambda one: game.blobs.publish(_encoded(game, one, np.ones(size, np.float32))))


def _encoded(game: Game, one: Sender, values: NDArray[np.float32], *, round: int = 0) -> Content:  # noqa: A002
    parent = game.task.ledger(0)
    return game.blobs.encode_update({"w": values}, round=round, author=one.address, parent=parent)


def a_wrong_aggregate(game: Game, random: Random) -> str:
    """A majority attests a model in which one number is another."""
    game.to(Phase.AGGREGATING)
    game.attest(game.silent()[0], pointer=_next(game, random, round=1))
    game.attest(*game.silent(), pointer=_next(game, random, round=1))
    return OF_A_MODEL


def a_model_of_another_round(game: Game, random: Random) -> str:
    game.to(Phase.AGGREGATING)
    game.attest(pointer=random.choice([game.task.ledger(0), _next(game, random, round=2)]))
    return OF_A_MODEL


def _next(game: Game, random: Random, *, round: int) -> bytes:  # noqa: A002
    right = game.blobs.fetch_model(game.aggregate())["w"].copy()
    right[random.randrange(4)] += 1
    return game.blobs.publish(game.blobs.encode_model({"w": right}, round=round, parent=game.task.ledger(0)))


def an_update_left_out(game: Game, random: Random) -> str:
    """A majority attests the aggregate of all accepted updates but one: of the one author it is the whole model."""
    game.to(Phase.AGGREGATING)
    event = random.choice(game.accepted())
    parent = game.task.ledger(0)
    alone = game.blobs.fetch_update(event.pointer, round=0, author=event.author, parent=parent)
    game.attest(pointer=game.blobs.publish(game.blobs.encode_model(alone, round=1, parent=parent)))
    return OF_A_MODEL


STORED = (
    Stored("a flipped bit", a_flipped_bit),
    Stored("a truncated update", a_truncated_one),
    Stored("another member's update", another_members),
    Stored("a model of another round", another_model),
    Stored("another descriptor", another_descriptor),
)
ACCEPTED = (
    Accepted("an accepted blob that is none", malformed),
    Accepted("an accepted update that is cut off", cut_off),
    Accepted("an accepted update of another round", of_another_round),
    Accepted("an accepted update of another author", of_another_author),
    Accepted("an accepted update of another shape", of_another_shape),
    Accepted("an agreed aggregate that is wrong", a_wrong_aggregate),
    Accepted("an agreed model of another round", a_model_of_another_round),
    Accepted("an agreed aggregate of too few", an_update_left_out),
)


def manipulations(ground: Ground) -> Iterator[Manipulation]:
    for one in (*STORED, *ACCEPTED):
        yield Manipulation("blobs", one.kind, partial(one.attempt, ground))
