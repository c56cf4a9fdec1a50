"""Building the view: the chain as it is read, the time, the store asked for blobs, the journal for what was kept."""

from dataclasses import dataclass, field, replace

from folkmoot.chain import Client, Phase
from folkmoot.worker.exchange import Exchange
from folkmoot.worker.journal import Journal, Trained
from folkmoot.worker.reader import Reader
from folkmoot.worker.view import Submission, View
from folkmoot.worker.yardstick import Yardstick

_JUDGING = {Phase.COMMITTING, Phase.AGGREGATING}


@dataclass(slots=True)
class Memory:
    """What a worker has found out in a round. All of it can be found out again."""

    round: int
    trained: Trained | None = None
    yardstick: Yardstick | None = None  # what others' updates are held against
    aggregate: bytes | None = None  # pointer of the next model
    found: set[bytes] = field(default_factory=set)  # pointers of blobs that were in the store


class Observer:
    """Looks at one task with the eyes of one account."""

    def __init__(self, client: Client, reader: Reader, exchange: Exchange, journal: Journal) -> None:
        self._client, self._reader, self._exchange, self._journal = client, reader, exchange, journal
        self._block: str | None = None
        self._chain: View | None = None
        self._standing: object = None
        self._since = 0
        self.memory = Memory(-1)

    def view(self) -> View:
        """What there is to see now. Reads the chain only if it has a new block. Raises `ConnectionFailed`."""
        head = self._client.head()
        if self._chain is None or head.hash != self._block:
            self._chain, self._block = self._reader.read(head.number), head.hash
        return self._look_around(self._timed(self._chain))

    def _timed(self, chain: View) -> View:
        view = replace(chain, now=self._client.now())
        standing = view.phase, view.round, view.roll, view.settlement
        if standing != self._standing:
            self._standing, self._since = standing, view.now
        return replace(view, since=self._since)

    def _look_around(self, view: View) -> View:
        memory, number = self._remembered(view), view.round.number
        memory.trained = memory.trained or self._journal.trained(number)
        return replace(
            view,
            updates=tuple(self._looked_for(view, entry) for entry in view.updates),
            model_found=view.phase > Phase.AGGREGATING or self._has(view.model),
            trained=memory.trained,
            yardstick=memory.yardstick,
            opening=self._journal.opening(number, view.round.attempt, view.digest) if view.seat else None,
            aggregate=memory.aggregate,
        )

    def _looked_for(self, view: View, entry: Submission) -> Submission:
        """Blobs are looked for by those who need them: the own one until it is there, others' when they are judged."""
        is_own = entry.update.author == view.account
        is_needed = is_own or (view.seat is not None and view.phase in _JUDGING)
        return replace(entry, found=self._has(entry.pointer)) if is_needed else entry

    def _has(self, pointer: bytes) -> bool:
        if pointer not in self.memory.found and self._exchange.has(pointer):
            self.memory.found.add(pointer)
        return pointer in self.memory.found

    def _remembered(self, view: View) -> Memory:
        if self.memory.round != view.round.number:
            self.memory = Memory(view.round.number)
            self._journal.forget(before=view.round.number)
        return self.memory
