"""A member of a simulation: the worker's own parts, with a journal in memory and nobody to report to."""

# ruff: noqa: A002 - "round" is a word of the protocol

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

from folkmoot.errors import LearningError
from folkmoot.simulation.attacks.attack import Decide
from folkmoot.simulation.sharing import AggregateCache
from folkmoot.worker import PlainReporter, View
from folkmoot.worker.actions import Action, Aggregate, Stop, Train, Transaction, Wait, Work
from folkmoot.worker.compute import LocalCompute
from folkmoot.worker.executor import Executor
from folkmoot.worker.journal import Journal
from folkmoot.worker.local_facts import LocalFacts
from folkmoot.worker.shutdown import Shutdown
from folkmoot.worker.step import step
from folkmoot.worker.transactor import Transactor


@dataclass(slots=True, kw_only=True)
class SimulatedMember:
    """One member. `seed` makes its salts, which differ from other members', and are the same in the same experiment."""

    compute: LocalCompute
    transactor: Transactor
    aggregate_cache: AggregateCache
    decide: Decide = step
    seed: int = 0
    local: LocalFacts = field(init=False)
    failed_in: int = -1  # the round in which it could not train

    def __post_init__(self) -> None:
        self.local = LocalFacts(self.compute.blobs, MemoryJournal())

    def act(self, chain: View) -> Action:
        """Do all the work there is, then post one transaction at most; returns that, or what it waits for."""
        while True:
            view = self.local.add_to(chain)
            action = self.decide(view)
            if isinstance(action, Wait | Stop):
                return action
            if isinstance(action, Train) and action.round == self.failed_in:  # the same seed would fail again
                return Wait("the next round: training failed", view.deadline)
            self._do(action, view)
            if not isinstance(action, Work):
                return action

    def _do(self, action: Work | Transaction, view: View) -> None:
        match action:
            case Train():
                self._train(action, view)
            case Aggregate():
                self._aggregate(action, view)
            case _:
                self._executor(view).do(action, view)

    def _train(self, action: Train, view: View) -> None:
        try:
            self._executor(view).do(action, view)
        except LearningError:
            self.failed_in = action.round

    def _aggregate(self, action: Aggregate, view: View) -> None:
        """Take another member's aggregate of the same updates, or make it."""
        self.local.memory.aggregate = self.aggregate_cache.get(view)
        if self.local.memory.aggregate is None:
            self._executor(view).do(action, view)
            self.aggregate_cache.keep(view, self.local.memory.aggregate)

    def _executor(self, view: View) -> Executor:
        """What carries out an action while the chain stands still."""
        return Executor(
            look=lambda: view,
            local=self.local,
            transactor=self.transactor,
            compute=self.compute,
            reporter=_Silent(),
            shutdown=Shutdown(),
            salt=self._salt,
        )

    def _salt(self, round: int, attempt: int) -> bytes:
        return sha256(f"{self.seed}{self.compute.account}{round} {attempt}".encode()).digest()


class MemoryJournal(Journal):
    """A journal in memory, for a member that is never restarted."""

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}

    def forget(self, before: int) -> None:  # noqa: ARG002 - a round that begins is later than all that is here
        """As `Journal.forget`."""
        self._files.clear()

    def _read(self, name: str) -> bytes | None:
        return self._files.get(name)

    def _content(self, name: str) -> bytes | None:
        return self._files.get(name)

    def _write(self, name: str, pieces: Iterable[bytes], *, replace: bool = False) -> None:  # noqa: ARG002
        self._files[name] = b"".join(pieces)


class _Silent(PlainReporter):
    """Reports nothing."""

    def _say(self, level: int, text: str, **_: str) -> None:
        pass
