"""Playing a task's rounds: all members look at the same block, act by their own decisions, and the next block executes.

Nothing here knows the protocol beyond who can have anything to do in a phase: a member does what `step` answers to what
the chain says. When no member has anything to send, the chain's time moves on to when one has.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from folkmoot.chain import Event, Phase, Receipt, TaskContract
from folkmoot.chain.events.rounds import RoundCarried, RoundClosed, RoundOpened, RoundSettled, UpdateSubmitted
from folkmoot.chain.events.tasks import MemberStruck
from folkmoot.errors import FolkmootError
from folkmoot.simulation.chain import PooledChain, Tally
from folkmoot.simulation.participant import SimulatedMember
from folkmoot.simulation.view_cache import ViewCache
from folkmoot.worker import View
from folkmoot.worker.actions import Stop, Wait

_JUDGING = range(Phase.COMMITTING, Phase.PAUSED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A round that is over: addresses as its events tell them, and the pointer of the model that it made or carried."""

    number: int
    committee: tuple[str, ...]  # when it opened
    authors: tuple[str, ...]  # of updates, in the order of their arrival
    accepted: tuple[str, ...]  # of update blocks, best first
    pointers: tuple[bytes, ...]  # of all updates
    model: bytes
    struck: tuple[str, ...]  # members, once for each strike
    spent: Tally


class Rounds:
    """One task, played by all its members, who act in this order."""

    def __init__(
        self, chain: PooledChain, task: TaskContract, view_cache: ViewCache, members: Sequence[SimulatedMember]
    ) -> None:
        self._chain, self._task, self._view_cache = chain, task, view_cache
        self._members = {one.compute.account: one for one in members}
        self._events: list[Event] = []
        self._before = chain.tally

    def play(self) -> Iterator[Record]:
        """Each round when it is over, until the task is. Raises `FolkmootError` if no member can act any more."""
        while True:
            view = self._view_cache.look()
            waits = self._act(view)
            if any(isinstance(wait, Stop) for wait in waits):
                return
            receipts = self._chain.mine() if self._chain.has_posts else self._pass_time(view, waits)
            events = [event for receipt in receipts for event in receipt.events]
            self._events += events
            if over := [event.round for event in events if isinstance(event, RoundClosed | RoundCarried)]:
                yield self._record(over[0])

    def _act(self, view: View) -> list[Wait | Stop]:
        """Let all members act that may have something to do; returns what those wait for that sent nothing."""
        waits: dict[str, Wait | Stop] = {}
        posted: set[str] = set()
        concerned = self._concerned(view)
        marks = self._view_cache.members(set(concerned))
        for account in concerned:
            if account in posted:
                continue
            seen = replace(view, account=account, admitted=True, participant=marks[account])
            action = self._members[account].act(seen)
            if isinstance(action, Wait | Stop):
                waits[account] = action
            else:
                posted.add(account)
        return [wait for account, wait in waits.items() if account not in posted]

    def _concerned(self, view: View) -> list[str]:
        """Authors publish before seats look for blobs; a member that is both acts twice."""
        if view.phase not in _JUDGING:
            return list(self._members)
        authors = [entry.update.author for entry in view.updates] if view.phase == Phase.COMMITTING else []
        return [*authors, *(seat.account for seat in view.seats)]

    def _pass_time(self, view: View, waits: Sequence[Wait | Stop]) -> list[Receipt]:
        times = [wait.until for wait in waits if isinstance(wait, Wait) and wait.until and wait.until > view.now]
        if not times:
            raise FolkmootError(f"round {view.round.number} stands still, {view.phase.name.lower()}")
        self._chain.wait_until(min(times))
        return []

    def _record(self, number: int) -> Record:
        events, self._events = self._events, []
        before, self._before = self._before, self._chain.tally
        submitted = [event for event in events if isinstance(event, UpdateSubmitted)]
        settled = [event for event in events if isinstance(event, RoundSettled)]
        # The event that opens the next round comes in the same block as the end of this one.
        opened = [event for event in events if isinstance(event, RoundOpened)]
        self._events += [event for event in opened if event.round > number]
        seats = next(event.seats for event in opened if event.round == number)
        authors = tuple(event.author for event in submitted)
        return Record(
            number=number,
            committee=seats[: self._view_cache.parameters.committee],
            authors=authors,
            accepted=tuple(authors[index] for index in settled[-1].ranking) if settled else (),
            pointers=tuple(event.pointer for event in submitted),
            struck=tuple(event.member for event in events if isinstance(event, MemberStruck)),
            model=self._task.ledger(number + 1),
            spent=self._chain.tally - before,
        )
