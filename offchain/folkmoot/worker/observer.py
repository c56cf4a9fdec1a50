"""What a worker sees of its task on the chain.

A look is one request, and shows by the block's own filter whether something of the task happened in it. Several blocks
in which nothing did cost one more. Nothing is read twice: what only
some facts can have changed is read again when one of these facts did, and of the updates only new ones.
"""

# ruff: noqa: A001, A002 - "round" is a word of the protocol

from collections.abc import Callable, Hashable
from dataclasses import replace
from functools import cached_property
from typing import Any

from folkmoot.chain import (
    Block,
    Client,
    FederationContract,
    Membership,
    Milestone,
    Parameters,
    Phase,
    Round,
    RoundProgress,
    ScoreRuleContract,
    TaskContract,
    TreasuryContract,
    draw_seed,
    fetch_round,
)
from folkmoot.chain.events.rounds import ScoresRevealed, UpdateSubmitted
from folkmoot.chain.parameter_bounds import least_active
from folkmoot.chain.phases import MIN_COMMITTEE
from folkmoot.errors import ConnectionFailed
from folkmoot.worker.stagger import usual_turn
from folkmoot.worker.view import Submission, View

PAGE = 200  # updates in one answer of a node
_PAGED = {Phase.SAMPLING, Phase.SETTLING, Phase.CLOSING, Phase.STALLED}  # whose work may take calls that log nothing


class Reader:
    """Reads one task as the chain has it, for one account; what an aggregation rule that `draws` goes by, too.

    `turn` is in seconds; without it, it follows from the chain's pace.
    """

    def __init__(
        self,
        federation: FederationContract,
        task: TaskContract,
        parameters: Parameters,
        account: str,
        turn: int | None,
        *,
        draws: bool = True,
    ) -> None:
        self._federation, self._task, self._parameters = federation, task, parameters
        self._metric = ScoreRuleContract(task.client, parameters.score_rule).metric()
        self._account, self._turn, self._draws = account, turn, draws
        self._cache: dict[str, tuple[Hashable, Any]] = {}
        self._enrolled: list[str] = []

    def read(self, at: int) -> View:
        """A view of block `at` without the time and what is local. Raises `ConnectionFailed`.

        Where blocks come with transactions alone, a node that is importing one may answer calls from two states; then
        everything is read again. Anvil does so.
        """
        while True:
            view = self._read(at)
            if self._task.client.interval() is not None or self._task.round(at=at) == view.round:
                return view
            self._forget()

    def may_differ(self, since: Block, until: Block) -> bool:
        """Whether a view of block `until` may differ from one of block `since`: every change but paged work is logged.

        Raises `ConnectionFailed`.
        """
        contracts = [self._task.address, self._federation.address, self._treasury.address]
        if until.parent == since.hash:
            return any(map(until.may_have_logs, contracts))
        is_quiet = self._task.client.is_quiet(contracts, since, until)
        if is_quiet is None:
            self._forget()
        return not is_quiet

    def _forget(self) -> None:
        """Read everything again: another block may be in place of one that was read."""
        self._cache.clear()
        self._enrolled.clear()

    @cached_property
    def _treasury(self) -> TreasuryContract:
        return TreasuryContract(self._task.client, self._federation.treasury())

    def _read(self, at: int) -> View:
        task, whose = self._task, self._federation.asks("accountOf", self._account)
        facts = [task.asks(name) for name in ("round", "progress", "roster", "seats", "updatesDigest", "currentModel")]
        _, known = self._cache.get("updates", (None, ()))
        mine, more = task.asks("participant", self._account), task.asks("updates", len(known), PAGE)
        left = self._federation.asks("departureCount")
        task.client.ask_ahead([whose, left, *facts, mine, more], at)
        own = self._federation.account_of(self._account, at=at)
        round, progress = task.round(at=at), task.progress(at=at)
        view = View(
            now=0,
            block=at,
            since=0,
            turn=self._turn or usual_turn(self._task.client.interval()),
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
            updates=self._updates_of(round, progress, at),
            digest=task.updates_digest(at=at),
            model=task.current_model(at=at),
        )
        view = replace(view, startable=self._is_startable(view, at), departed=self._departed(view, at))
        if view.seat is None or view.round.milestone not in {Milestone.SETTLED, Milestone.AGREED}:
            return view
        if view.round.milestone == Milestone.AGREED:
            if view.seat.has_attested(round.attempt):
                return view
            view = replace(view, agreed=task.tallies(at=at)[progress.agreed].pointer)
        if not self._draws:
            return view
        seed, last_update = self._once("circumstances", round.number, lambda: self._circumstances(round, at))
        return replace(view, seed=seed, last_update=last_update)

    def _circumstances(self, round: Round, at: int) -> tuple[bytes, int]:
        """A seed made of the round's salts, the same in every attempt, and the time of its last update's block."""
        events = fetch_round(self._task.client, self._task.address, round.number, to_block=at)
        salts = [event.salt for event in events if isinstance(event, ScoresRevealed)]
        blocks = [event.origin.block for event in events if isinstance(event, UpdateSubmitted) and event.origin]
        if len(salts) < round.revealed or len(blocks) < round.submitted:
            raise ConnectionFailed(f"the node does not tell all of round {round.number}'s log", "wait until it has it")
        return draw_seed(self._task.address, round.number, salts), self._task.client.block(blocks[-1]).time

    def _once(self, name: str, state: Hashable, read: Callable[[], Any]) -> Any:
        """What was read before, unless `state` changed: the only facts that can have changed it."""
        if name not in self._cache or self._cache[name][0] != state:
            self._cache[name] = state, read()
        return self._cache[name][1]

    def _updates_of(self, round: Round, progress: RoundProgress, at: int) -> tuple[Submission, ...]:
        judged = round.number, progress.pages, round.milestone >= Milestone.SETTLED
        known: list[Submission] = self._once("updates", judged, list)
        for start in range(len(known), round.submitted, PAGE):
            page = zip(*self._task.updates(start, PAGE, at=at), strict=True)
            known += [Submission(update=update, pointer=pointer) for update, pointer in page]
        return tuple(known)

    def _is_startable(self, view: View, at: int) -> bool:
        least = least_active(self._parameters, len(view.seats))
        if view.phase != Phase.ENROLLING or view.roster.active < least or view.roster.budget > self._pool(at):
            return False
        if not view.seats:
            return view.roster.enrolled - len(self._gone(view.roster.enrolled, at)) >= MIN_COMMITTEE
        return all(self._is_enrolled(seat.account, at) and self._is_member(seat.account, at) for seat in view.seats)

    def _pool(self, at: int) -> int:
        return self._treasury.pool(at=at)

    def _departed(self, view: View, at: int) -> tuple[str, ...]:
        """Enrolled accounts that have left the federation. Read by seats only: it takes a call for each account."""
        if view.seat is None or not Milestone.OPEN <= view.round.milestone < Milestone.SETTLED:
            return ()
        return tuple(account for account in self._gone(view.roster.enrolled, at) if self._is_enrolled(account, at))

    def _gone(self, enrolled: int, at: int) -> list[str]:
        """Of the first `enrolled` accounts those that are no members of the federation; asked anew after departures."""
        departures = self._federation.departure_count(at=at)
        left = self._once("left", departures, lambda: self._left(enrolled, at)) if departures else ()
        return [account for account in left if not self._is_member(account, at)]

    def _left(self, enrolled: int, at: int) -> tuple[str, ...]:
        self._enrolled += [self._task.enrolled_at(n, at=at) for n in range(len(self._enrolled) + 1, enrolled + 1)]
        return tuple(account for account in self._enrolled if not self._is_member(account, at))

    def _is_member(self, account: str, at: int) -> bool:
        return self._federation.is_member(account, at=at)

    def _is_enrolled(self, account: str, at: int) -> bool:
        participant = self._task.participant(account, at=at)
        return participant.number > 0 and not participant.retired


class Timekeeper:
    """Adds to views what time it is, and since when the task has been seen as it stands."""

    def __init__(self) -> None:
        self._seen: object = None
        self._since = 0

    def timed(self, chain: View, now: int) -> View:
        """The view at the chain's time `now`, in seconds."""
        view = replace(chain, now=now)
        seen = view.phase, view.round, view.roster, view.progress
        if seen != self._seen:
            self._seen, self._since = seen, now
        return replace(view, since=self._since)


class Observer:
    """Makes the views of one task for one account, without what is local."""

    def __init__(self, client: Client, reader: Reader) -> None:
        self._client, self._reader = client, reader
        self._head: Block | None = None
        self._chain: View | None = None
        self._timekeeper = Timekeeper()

    def until_look(self, usual: float, longest: float) -> float:
        """As `ChainClock.until_look`."""
        return self._client.clock.until_look(usual, longest)

    def view(self) -> View:
        """A view of now. Raises `ConnectionFailed`."""
        head, now = self._client.look()
        if self._chain is None or self._head is None or self._must_read(self._chain, self._head, head, now):
            self._chain = self._reader.read(head.number)
        self._chain, self._head = replace(self._chain, block=head.number), head
        return self._timekeeper.timed(self._chain, now)

    def _must_read(self, chain: View, last: Block, head: Block, now: int) -> bool:
        if head.hash == last.hash:
            return False
        is_paged = replace(chain, now=now, block=head.number).phase in _PAGED
        return self._reader.may_differ(last, head) or is_paged
