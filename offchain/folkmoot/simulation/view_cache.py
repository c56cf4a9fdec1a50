"""Reading a task once for all members: the worker's own reader for what they share, one batch for what differs."""

from collections.abc import Collection
from dataclasses import replace
from functools import lru_cache

from eth_abi.abi import encode

from folkmoot.chain import FederationContract, Participant, TaskContract
from folkmoot.chain.abi import Function, decode_values, function, kinds, typed
from folkmoot.simulation.chain import PooledChain
from folkmoot.worker import View
from folkmoot.worker.observer import Reader, Timekeeper

TURN_S = 1


class ViewCache:
    """Views of one task's latest block."""

    def __init__(self, chain: PooledChain, federation: FederationContract, task: TaskContract, first: str) -> None:
        self.parameters = task.parameters()
        self.view: View
        self._chain, self._federation, self._task = chain, federation, task
        self._readers: dict[str, Reader] = {}
        self._observer = first
        self._marks: dict[str, Participant] = {}
        self._timekeeper = Timekeeper()
        self._asking: dict[str, str] = {}

    def look(self) -> View:
        """The task as a seat sees it, where there is one: a seat reads more than others. Kept as `view`."""
        view = self._read(self._observer)
        if view.seats and view.seat is None:
            self._observer = view.seats[0].account
            view = self._read(self._observer)
        self.view = self._timekeeper.timed(view, self._chain.now)
        return self.view

    def members(self, accounts: Collection[str]) -> dict[str, Participant]:
        """Some members' marks in the task."""
        order = sorted(accounts)
        found = self._chain.read(self._task.address, [self._question(account) for account in order])
        self._marks |= {account: _participant(data) for account, data in zip(order, found, strict=True)}
        return {account: self._marks[account] for account in order}

    def trains(self, account: str) -> bool:
        """Whether a member may train in the running round, by the marks last read."""
        number, participant = self.view.round.number, self._marks[account]
        view = replace(self.view, account=account, participant=participant)
        may = view.seat is None or self.parameters.seats_train
        return may and view.is_sampled and participant.suspended_until <= number

    def _read(self, account: str) -> View:
        if account not in self._readers:
            self._readers[account] = Reader(self._federation, self._task, self.parameters, account, TURN_S)
        return self._readers[account].read(self._chain.height)

    def _question(self, account: str) -> str:
        if account not in self._asking:
            data = _marks().selector + encode(kinds(_marks().inputs), [account])
            self._asking[account] = f"0x{data.hex()}"
        return self._asking[account]


def _marks() -> Function:
    return function("Task", "participant")


@lru_cache(maxsize=4_096)  # few members' marks differ from block to block, and from each other
def _participant(answer: bytes) -> Participant:
    found: Participant = typed(Participant, *decode_values(_marks().outputs, answer))
    return found
