"""A task's rounds as its events tell them, with blobs that are really in a store."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from folkmoot.chain import Event, Phase
from folkmoot.chain.events.rounds import AggregateAttested, ModelBlockWritten, UpdateBlockWritten, UpdateSubmitted
from folkmoot.store import BlobStore, pointer
from folkmoot.worker.view import View
from tests.support.views import PARAMETERS, TRAINERS, a_view


class Game:
    """All blobs are put into `store` when they are published: updates at the end of Training, then a model.

    Of each round's updates the first is accepted. Blobs have `size` bytes.
    """

    def __init__(self, store: BlobStore, size: int = 100) -> None:
        self.store, self._size = store, size
        self.parameters = replace(PARAMETERS, descriptor=store.put(b"the descriptor"), model=self._publish("model 0"))
        self.number, self.phase = 0, Phase.TRAINING
        self.events: list[Event] = [ModelBlockWritten(0, 0, self.parameters.model)]
        self.models = [self.parameters.model]
        self.updates: list[list[bytes]] = []

    @property
    def accepted(self) -> list[list[bytes]]:
        return [updates[:1] for updates in self.updates]

    @property
    def counting(self) -> set[bytes]:
        return {self.parameters.descriptor, *self.models, *(one for updates in self.accepted for one in updates)}

    def view(self) -> View:
        """Of now."""
        view = a_view(self.phase)
        return replace(view, round=replace(view.round, number=self.number))

    def moments(self) -> Iterator[View]:
        """A whole round, seen whenever something has happened."""
        names = [f"update {self.number} of {author}" for author in TRAINERS[:3]]
        self.updates.append([pointer(self.blob(name)) for name in names])
        for index, (author, update) in enumerate(zip(TRAINERS, self.updates[-1], strict=False)):
            self.events.append(UpdateSubmitted(self.number, author, index, update, 10))
        yield self.view()
        self.phase = Phase.COMMITTING
        yield self.view()
        for name in names:
            self._publish(name)
            yield self.view()
        self.phase = Phase.AGGREGATING
        self.models.append(self._publish(f"model {self.number + 1}"))
        yield self.view()
        self.events += [
            AggregateAttested(self.number, TRAINERS[0], 0, self.models[-1]),
            UpdateBlockWritten(self.number, TRAINERS[0], 1, self.updates[-1][0], 9_000, 1),
            ModelBlockWritten(self.number, self.number + 1, self.models[-1]),
        ]
        self.number, self.phase = self.number + 1, Phase.TRAINING
        yield self.view()

    def play(self) -> None:
        """A whole round."""
        for _ in self.moments():
            pass

    def news(self) -> Callable[[], Iterable[Event]]:
        """What a feed gives from now on, beginning with all that happened."""
        told = 0

        def news() -> Iterable[Event]:
            nonlocal told
            new, told = self.events[told:], len(self.events)
            return new

        return news

    def split(self, held: Iterable[bytes]) -> tuple[set[bytes], set[bytes]]:
        """The models and the updates among some blobs."""
        found = set(held)
        return found & {*self.models}, found & {one for updates in self.updates for one in updates}

    def round_of(self, update: bytes) -> int:
        return next(number for number, updates in enumerate(self.updates) if update in updates)

    def _publish(self, name: str) -> bytes:
        return self.store.put(self.blob(name))

    def blob(self, name: str) -> bytes:
        """What is published under this name."""
        return name.encode().ljust(self._size, b".")
