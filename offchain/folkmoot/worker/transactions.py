"""From actions to the contract's functions."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from folkmoot.chain import Call, Receipt, Sender, TaskContract, seal
from folkmoot.worker.actions import (
    Attest,
    Close,
    Commit,
    Draw,
    Enrol,
    Expire,
    Recover,
    Retire,
    Reveal,
    Settle,
    Start,
    Submit,
    Transaction,
)
from folkmoot.worker.view import View

PATIENCE = 120  # seconds to wait for a transaction that has no deadline of its own

_IN_PHASE = (Submit, Commit, Reveal, Attest, Start)
_BY_ANOTHER = ("WrongPhase", "WrongRound", "NotEnrolled")


class Transactor:
    """Sends one account's transactions to one task."""

    def __init__(self, sender: Sender, task: TaskContract, chain_id: int) -> None:
        self._sender, self._task, self._chain_id = sender, task, chain_id

    def send(self, action: Transaction, view: View) -> Receipt | None:
        """Send an action's transaction and wait for it; None if it turned out to be done before, by anyone.

        Raises `DeadlinePassed`, `ContractError`, `TransactionFailed` and `ConnectionFailed`.
        """
        call = self._commit(action) if isinstance(action, Commit) else _CALLS[type(action)](self._task, action)
        return self._sender.send(call, deadline=_deadline(action, view), done=_DONE.get(type(action), _BY_ANOTHER))

    def _commit(self, action: Commit) -> Call:
        opening = action.opening
        commitment = seal(
            chain_id=self._chain_id,
            task=self._task.address,
            round=opening.round,
            attempt=opening.attempt,
            member=self._sender.address,
            updates_digest=opening.digest,
            baseline=opening.baseline,
            scores=opening.scores,
            salt=opening.salt,
        )
        return self._task.commit_scores(opening.round, action.seat, commitment)


def _reveal(task: TaskContract, action: Reveal) -> Call:
    opening = action.opening
    return task.reveal_scores(opening.round, action.seat, opening.baseline, opening.scores, opening.salt)


def _deadline(action: Transaction, view: View) -> int:
    bound = view.deadline if isinstance(action, _IN_PHASE) else None
    return view.now + PATIENCE if bound is None else bound


_CALLS: Mapping[type, Callable[[TaskContract, Any], Call]] = {
    Enrol: lambda task, _: task.enrol(),
    Submit: lambda task, action: task.submit_update(action.round, action.trained.pointer, action.trained.samples),
    Reveal: _reveal,
    Attest: lambda task, action: task.attest(action.round, action.seat, action.pointer),
    Start: lambda task, _: task.start(),
    Expire: lambda task, _: task.expire(),
    Retire: lambda task, action: task.retire(action.account),
    Draw: lambda task, action: task.draw(action.steps),
    Settle: lambda task, action: task.settle(action.steps),
    Close: lambda task, action: task.close(action.steps),
    Recover: lambda task, _: task.recover(),
}

_DONE: Mapping[type, Collection[str]] = {
    Enrol: ("AlreadyEnrolled",),
    Submit: ("AlreadySubmitted",),
    Commit: ("AlreadyCommitted", "AlreadyRevealed"),
    Reveal: ("AlreadyRevealed",),
    Attest: ("AlreadyAttested",),
}
"""Errors that say that the account itself did it before. What anyone may do, another one may have done."""
