"""Reading a task from the chain at one block, with no more calls than its changes since the last block ask for."""

# ruff: noqa: A001, A002 - "round" is a word of the protocol

from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import Any

from folkmoot.chain import (
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
from folkmoot.chain.round_events import ScoresRevealed, UpdateSubmitted
from folkmoot.worker.view import Submission, View

PAGE = 200  # updates in one answer of a node


class Reader:
    """One task as the chain has it, for one account."""

    def __init__(
        self, federation: FederationContract, task: TaskContract, parameters: Parameters, account: str, turn: int
    ) -> None:
        self._federation, self._task, self._parameters = federation, task, parameters
        self._measure = ScoreRuleContract(task.client, parameters.score_rule).measure()
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
        round, settlement = task.round(at=at), task.settlement(at=at)
        judged = round.number, round.submitted, round.milestone, settlement.pages
        view = View(
            now=0,
            since=0,
            turn=self._turn,
            account=self._account,
            admitted=own.membership == Membership.ADMITTED,
            paid_until=own.paid_until,
            parameters=self._parameters,
            measure=self._measure,
            round=round,
            roll=task.roll(at=at),
            settlement=settlement,
            member=task.member(self._account, at=at),
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
        if view.phase != Phase.ENROLLING or view.roll.active - len(view.seats) < self._parameters.min_updates:
            return False
        return all(self._is_enrolled(seat.account, at) and self._is_member(seat.account, at) for seat in view.seats)

    def _departed(self, view: View, at: int) -> tuple[str, ...]:
        """Looked for by those with a seat, when somebody has left: it takes a call for each enrolled account."""
        if view.seat is None or view.round.milestone != Milestone.OPEN:
            return ()
        departures = self._federation.departures(at=at)
        gone = self._once("gone", departures, lambda: self._gone(view.roll.enrolled, at)) if departures else ()
        return tuple(a for a in gone if self._is_enrolled(a, at) and not self._is_member(a, at))

    def _gone(self, enrolled: int, at: int) -> tuple[str, ...]:
        self._enrolled += [self._task.enrolled_at(n, at=at) for n in range(len(self._enrolled) + 1, enrolled + 1)]
        return tuple(account for account in self._enrolled if not self._is_member(account, at))

    def _is_member(self, account: str, at: int) -> bool:
        return self._federation.is_member(account, at=at)

    def _is_enrolled(self, account: str, at: int) -> bool:
        member = self._task.member(account, at=at)
        return member.number > 0 and not member.retired
