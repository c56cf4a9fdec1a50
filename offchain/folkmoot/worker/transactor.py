"""Sending a worker's transactions: which call of the task each action is, and until when it is of use."""

from collections.abc import Callable, Collection, Mapping
from typing import Any

from folkmoot.chain import Call, Receipt, Sender, TaskContract, score_commitment
from folkmoot.worker.actions import (
    Attest,
    Close,
    Commit,
    Enrol,
    Expire,
    Recover,
    Retire,
    Reveal,
    SampleTrainers,
    ScoreModel,
    Settle,
    ShareKeys,
    Start,
    Submit,
    Transaction,
)
from folkmoot.worker.view import View

TRANSACTION_S = 120  # to wait for a transaction whose phase does not end by time


class Transactor:
    """Sends one account's transactions to one task."""

    def __init__(self, sender: Sender, task: TaskContract, chain_id: int) -> None:
        self._sender, self._task, self._chain_id = sender, task, chain_id

    def send(self, action: Transaction, view: View) -> Receipt | None:
        """Send an action's transaction and wait for it; None if it turned out to be done before, by anyone.

        Raises `DeadlinePassed`, `ContractError`, `TransactionFailed` and `ConnectionFailed`.
        """
        call = self._commit(action) if isinstance(action, Commit) else _CALLS[type(action)](self._task, action)
        return self._sender.send(call, deadline=_deadline(action, view), done=_DONE.get(type(action), _BY_ANYONE))

    def _commit(self, action: Commit) -> Call:
        opening = action.opening
        commitment = score_commitment(
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
    """After a halt a window may be open by its blocks although its time is over."""
    bound = view.deadline if isinstance(action, _IN_PHASE) else None
    return bound if bound is not None and bound > view.now else view.now + TRANSACTION_S


_CALLS: Mapping[type, Callable[[TaskContract, Any], Call]] = {
    Enrol: lambda task, _: task.enrol(),
    Submit: lambda task, action: task.submit_update(action.round, action.trained.pointer, action.trained.samples),
    Reveal: _reveal,
    Attest: lambda task, action: task.attest(action.round, action.seat, action.pointer),
    ScoreModel: lambda task, action: task.score_model(action.seat, action.score),
    ShareKeys: lambda task, action: task.share_keys(action.pointer),
    Start: lambda task, _: task.start(),
    Expire: lambda task, _: task.expire(),
    Retire: lambda task, action: task.retire(action.account),
    SampleTrainers: lambda task, action: task.sample_trainers(action.steps),
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
    ScoreModel: ("AlreadyScored",),
}
"""Errors by which the contract says that the account itself did it before."""

_IN_PHASE = (Submit, Commit, Reveal, Attest, Start)
"""Actions that are of no use after their phase."""

_BY_ANYONE = ("WrongPhase", "WrongRound", "NotEnrolled")
"""Errors by which the contract says that someone already did what anyone may do."""
