"""Building the view: the chain read at one block, the store asked for blobs, the journal for what was kept."""

from dataclasses import dataclass, field, replace

from offchain.chain import Client, FederationContract, Milestone, Parameters, Phase, Round, TaskContract
from offchain.worker.exchange import Exchange
from offchain.worker.journal import Journal, Trained
from offchain.worker.view import Submission, View

PAGE = 200  # updates in one answer of a node

_JUDGING = {Phase.COMMITTING, Phase.AGGREGATING}


@dataclass(slots=True)
class Memory:
    """What a worker has found out in a round. All of it can be found out again."""

    round: int
    trained: Trained | None = None
    reach: float | None = None  # how far from the model an update may lie
    aggregate: bytes | None = None  # pointer of the next model
    found: set[bytes] = field(default_factory=set)  # pointers of blobs that were in the store


class Observer:
    """Looks at one task with the eyes of one account."""

    def __init__(
        self,
        *,
        client: Client,
        federation: FederationContract,
        task: TaskContract,
        parameters: Parameters,
        exchange: Exchange,
        journal: Journal,
        account: str,
        turn: int,
    ) -> None:
        self._client, self._federation, self._task = client, federation, task
        self._exchange, self._journal, self._account, self._turn = exchange, journal, account, turn
        self._parameters = parameters
        self._enrolled: list[str] = []
        self._departures = 0
        self._departed: tuple[str, ...] = ()
        self._read_at: str | None = None
        self._chain: View | None = None
        self._standing: object = None
        self._since = 0
        self.memory = Memory(-1)

    def view(self) -> View:
        """What there is to see now. Reads the chain only if it has a new block. Raises `ConnectionFailed`."""
        head = self._client.head()
        if self._chain is None or head.hash != self._read_at:
            self._chain, self._read_at = self._read(head.number), head.hash
        return self._look_around(self._timed(self._chain))

    # ------------------------------------------------------------------ chain

    def _read(self, at: int) -> View:
        task = self._task
        round, seats = task.round(at=at), task.seats(at=at)  # noqa: A001 - a word of the protocol
        view = View(
            now=0,
            since=0,
            turn=self._turn,
            account=self._account,
            admitted=self._federation.is_member(self._account, at=at),
            parameters=self._parameters,
            round=round,
            roll=task.roll(at=at),
            settlement=task.settlement(at=at),
            member=task.member(self._account, at=at),
            seats=seats,
            updates=self._updates(round.submitted, at),
            digest=task.updates_digest(at=at),
            model=self._model(round, at),
        )
        return replace(view, startable=self._is_startable(view, at), departed=self._gone(view, at))

    def _updates(self, count: int, at: int) -> tuple[Submission, ...]:
        pages = (self._task.updates(start, PAGE, at=at) for start in range(0, count, PAGE))
        return tuple(
            Submission(update=update, pointer=pointer) for page in pages for update, pointer in zip(*page, strict=True)
        )

    def _model(self, round: Round, at: int) -> bytes:  # noqa: A002
        number = round.number * (self._parameters.updates_per_round + 1)
        started = round.milestone not in {Milestone.PROPOSED, Milestone.APPROVED}
        return self._task.ledger(number, at=at) if started else self._parameters.model

    def _is_startable(self, view: View, at: int) -> bool:
        if view.phase != Phase.ENROLLING or view.roll.active - len(view.seats) < self._parameters.min_updates:
            return False
        accounts = [seat.account for seat in view.seats]
        return all(self._is_enrolled(a, at) and self._federation.is_member(a, at=at) for a in accounts)

    def _gone(self, view: View, at: int) -> tuple[str, ...]:
        """Looked for when somebody has left the federation, by those with a seat: it takes a call for each member."""
        departures = self._federation.departures(at=at)
        if departures != self._departures and view.seat and view.round.milestone == Milestone.OPEN:
            numbers = range(len(self._enrolled) + 1, view.roll.enrolled + 1)
            self._enrolled += [self._task.enrolled_at(number, at=at) for number in numbers]
            self._departed = tuple(a for a in self._enrolled if not self._federation.is_member(a, at=at))
            self._departures = departures
        return tuple(a for a in self._departed if self._is_enrolled(a, at) and not self._federation.is_member(a, at=at))

    def _is_enrolled(self, account: str, at: int) -> bool:
        member = self._task.member(account, at=at)
        return member.number > 0 and not member.retired

    # ------------------------------------------------------------------- time

    def _timed(self, chain: View) -> View:
        view = replace(chain, now=self._client.now())
        standing = view.phase, view.round, view.roll, view.settlement
        if standing != self._standing:
            self._standing, self._since = standing, view.now
        return replace(view, since=self._since)

    # ------------------------------------------------------------------ locally

    def _look_around(self, view: View) -> View:
        memory, number = self._remembered(view), view.round.number
        memory.trained = memory.trained or self._journal.trained(number)
        return replace(
            view,
            updates=tuple(self._looked_for(view, entry) for entry in view.updates),
            model_found=view.phase > Phase.AGGREGATING or self._has(view.model),
            trained=memory.trained,
            reach=memory.reach,
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
