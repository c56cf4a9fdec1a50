"""Reading a task from the chain at one block, with no more calls than its changes since the last block ask for."""

# ruff: noqa: A001, A002 - "round" is a word of the protocol

from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from typing import Any

from folkmoot.chain import (
    Client,
    FederationContract,
    Membership,
    Milestone,
    Parameters,
    Phase,
    Round,
    ScoreRuleContract,
    TaskContract,
    draw_seed,
    fetch_round,
)
from folkmoot.chain.events.rounds import ScoresRevealed, UpdateSubmitted
from folkmoot.learning.update_guard import UpdateGuard
from folkmoot.task_blobs import TaskBlobs
from folkmoot.worker.journal import Journal, Trained
from folkmoot.worker.view import Submission, View

PAGE = 200  # updates in one answer of a node


class Reader:
    """One task as the chain has it, for one account."""

    def __init__(
        self, federation: FederationContract, task: TaskContract, parameters: Parameters, account: str, turn: int
    ) -> None:
        self._federation, self._task, self._parameters = federation, task, parameters
        self._metric = ScoreRuleContract(task.client, parameters.score_rule).metric()
        self._account, self._turn = account, turn
        self._kept: dict[str, tuple[Hashable, Any]] = {}
        self._enrolled: list[str] = []

    def read(self, at: int) -> View:
        """A view of block `at` that knows neither the time nor anything local. Raises `ConnectionFailed`.

        A node that is just taking in a block may answer the first calls from the next one; then all is read again.
        """
        while True:
            view = self._read(at)
            if self._task.round(at=at) == view.round:
                return view
            self._kept.clear()

    def _read(self, at: int) -> View:
        task, own = self._task, self._federation.account_of(self._account, at=at)
        round, progress = task.round(at=at), task.progress(at=at)
        judged = round.number, round.submitted, round.milestone, progress.pages
        view = View(
            now=0,
            since=0,
            turn=self._turn,
            account=self._account,
            admitted=own.membership == Membership.ADMITTED,
            paid_until=own.paid_until,
            parameters=self._parameters,
            metric=self._metric,
            round=round,
            roster=task.roster(at=at),
            progress=progress,
            participant=task.participant(self._account, at=at),
            seats=task.seats(at=at),
            updates=self._once("updates", judged, lambda: self._updates(round.submitted, at)),
            digest=self._once("digest", judged, lambda: task.updates_digest(at=at)),
            model=self._once("model", (round.number, round.milestone), lambda: self._model(round, at)),
        )
        view = replace(view, startable=self._is_startable(view, at), departed=self._departed(view, at))
        if view.seat is None or view.round.milestone != Milestone.SETTLED:
            return view
        seed, last_update = self._once("circumstances", round.number, lambda: self._circumstances(round, at))
        return replace(view, seed=seed, last_update=last_update)

    def _circumstances(self, round: Round, at: int) -> tuple[bytes, int]:
        """A seed that the round's salts make, the same in every attempt, and when its last update came."""
        events = fetch_round(self._task.client, self._task.address, round.number, to_block=at)
        salts = [event.salt for event in events if isinstance(event, ScoresRevealed)]
        blocks = [event.origin.block for event in events if isinstance(event, UpdateSubmitted) and event.origin]
        return draw_seed(self._task.address, round.number, salts), self._task.client.block(blocks[-1]).time

    def _once(self, name: str, state: Hashable, read: Callable[[], Any]) -> Any:
        """What was read when the task stood as it does; only these facts of `state` can have changed it."""
        if name not in self._kept or self._kept[name][0] != state:
            self._kept[name] = state, read()
        return self._kept[name][1]

    def _updates(self, count: int, at: int) -> tuple[Submission, ...]:
        pages = (self._task.updates(start, PAGE, at=at) for start in range(0, count, PAGE))
        return tuple(
            Submission(update=update, pointer=pointer) for page in pages for update, pointer in zip(*page, strict=True)
        )

    def _model(self, round: Round, at: int) -> bytes:
        number = round.number * (self._parameters.updates_per_round + 1)
        started = round.milestone not in {Milestone.PROPOSED, Milestone.APPROVED}
        return self._task.ledger(number, at=at) if started else self._parameters.model

    def _is_startable(self, view: View, at: int) -> bool:
        if view.phase != Phase.ENROLLING or view.roster.active - len(view.seats) < self._parameters.min_updates:
            return False
        return all(self._is_enrolled(seat.account, at) and self._is_member(seat.account, at) for seat in view.seats)

    def _departed(self, view: View, at: int) -> tuple[str, ...]:
        """Looked for by those with a seat, when somebody has left: it takes a call for each enrolled account."""
        if view.seat is None or view.round.milestone != Milestone.OPEN:
            return ()
        departure_count = self._federation.departure_count(at=at)
        gone = (
            self._once("gone", departure_count, lambda: self._gone(view.roster.enrolled, at)) if departure_count else ()
        )
        return tuple(a for a in gone if self._is_enrolled(a, at) and not self._is_member(a, at))

    def _gone(self, enrolled: int, at: int) -> tuple[str, ...]:
        self._enrolled += [self._task.enrolled_at(n, at=at) for n in range(len(self._enrolled) + 1, enrolled + 1)]
        return tuple(account for account in self._enrolled if not self._is_member(account, at))

    def _is_member(self, account: str, at: int) -> bool:
        return self._federation.is_member(account, at=at)

    def _is_enrolled(self, account: str, at: int) -> bool:
        member = self._task.participant(account, at=at)
        return member.number > 0 and not member.retired


_JUDGING = {Phase.COMMITTING, Phase.AGGREGATING}


@dataclass(slots=True)
class Memory:
    """What a worker has found out in a round. All of it can be found out again."""

    round: int
    trained: Trained | None = None
    guard: UpdateGuard | None = None  # what others' updates are held against
    aggregate: bytes | None = None  # pointer of the next model
    found: set[bytes] = field(default_factory=set)  # pointers of blobs that were in the store


class Observer:
    """Looks at one task with the eyes of one account."""

    def __init__(self, client: Client, reader: Reader, blobs: TaskBlobs, journal: Journal) -> None:
        self._client, self._reader, self._blobs, self._journal = client, reader, blobs, journal
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
        standing = view.phase, view.round, view.roster, view.progress
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
            guard=memory.guard,
            opening=self._journal.opening(number, view.round.attempt, view.digest) if view.seat else None,
            aggregate=memory.aggregate,
        )

    def _looked_for(self, view: View, entry: Submission) -> Submission:
        """Blobs are looked for by those who need them: the own one until it is there, others' when they are judged."""
        is_own = entry.update.author == view.account
        is_needed = is_own or (view.seat is not None and view.phase in _JUDGING)
        return replace(entry, found=self._has(entry.pointer)) if is_needed else entry

    def _has(self, pointer: bytes) -> bool:
        if pointer not in self.memory.found and self._blobs.has(pointer):
            self.memory.found.add(pointer)
        return pointer in self.memory.found

    def _remembered(self, view: View) -> Memory:
        if self.memory.round != view.round.number:
            self.memory = Memory(view.round.number)
            self._journal.forget(before=view.round.number)
        return self.memory
