"""A member of a simulation: the worker's own parts, with a journal in memory and nobody to report to."""

# ruff: noqa: A002 - "round" is a word of the protocol

from hashlib import sha256

from folkmoot.errors import LearningError
from folkmoot.simulation.attacks.attack import Decide
from folkmoot.worker import PlainReporter, View
from folkmoot.worker.actions import Action, Stop, Train, Transaction, Wait, Work
from folkmoot.worker.compute import LocalCompute
from folkmoot.worker.executor import Executor, Transactor
from folkmoot.worker.journal import Journal
from folkmoot.worker.local_facts import LocalFacts
from folkmoot.worker.shutdown import Shutdown
from folkmoot.worker.step import step


class SimulatedMember:
    """One member. `seed` makes its salts, which differ from other members', and are the same in the same experiment."""

    def __init__(self, *, compute: LocalCompute, transactor: Transactor, decide: Decide = step, seed: int = 0) -> None:
        self.account, self.compute = compute.account, compute
        self._decide, self._seed, self._failed_in = decide, seed, -1
        self._local = LocalFacts(compute.blobs, MemoryJournal())
        self._executor = Executor(
            look=lambda: self._chain,  # which stands still while its members work
            local=self._local,
            transactor=transactor,
            compute=compute,
            reporter=_Silent(),
            shutdown=Shutdown(),
            salt=self._salt,
        )

    def act(self, chain: View) -> Action:
        """Do all the work there is, then post one transaction at most; returns that, or what it waits for."""
        self._chain = chain
        while True:
            view = self._local.add_to(chain)
            action = self._decide(view)
            if isinstance(action, Wait | Stop):
                return action
            if isinstance(action, Train) and self._failed_in == action.round:  # the same seed would fail again
                return Wait("the next round: training failed", view.deadline)
            self._do(action, view)
            if not isinstance(action, Work):
                return action

    def has_trained(self, round: int) -> bool:
        """Whether it has trained in a round, which is the last that it saw."""
        memory = self._local.memory
        return memory.round == round and memory.trained is not None

    def _do(self, action: Work | Transaction, view: View) -> None:
        try:
            self._executor.do(action, view)
        except LearningError:
            if not isinstance(action, Train):
                raise
            self._failed_in = action.round

    def _salt(self, round: int, attempt: int) -> bytes:
        return sha256(f"{self._seed}{self.account}{round} {attempt}".encode()).digest()


class MemoryJournal(Journal):
    """A journal in memory, for a member that is never restarted."""

    def __init__(self) -> None:
        self._files: dict[str, bytes] = {}

    def forget(self, before: int) -> None:  # noqa: ARG002 - a round that begins is later than all that is here
        """As `Journal.forget`."""
        self._files.clear()

    def _read(self, name: str) -> bytes | None:
        return self._files.get(name)

    def _write(self, name: str, data: bytes, *, replace: bool = False) -> None:  # noqa: ARG002
        self._files[name] = data


class _Silent(PlainReporter):
    """Reports nothing."""

    def _say(self, level: int, text: str) -> None:
        pass
