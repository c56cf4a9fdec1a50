"""A member's own scores of past rounds, measured again on its own data."""

from collections.abc import Iterator
from dataclasses import dataclass

from folkmoot.chain import Metric, RoundState, ScoreRuleContract, TaskState, replay
from folkmoot.chain.events.federation import TaskProposed
from folkmoot.cli.session import Session
from folkmoot.cli.tables import Grid, table
from folkmoot.rules import ABSTAINED
from folkmoot.task_blobs import TaskBlobs
from folkmoot.worker import make_learner
from folkmoot.worker.compute import LocalCompute
from folkmoot.worker.evaluation import EvaluationRequest
from folkmoot.worker.view import Submission


@dataclass(frozen=True, slots=True)
class ScoreAgain:
    """What a seat revealed of an update, or of the round's model (`author` is ""), and what it is when measured again.

    Basis points, or `ABSTAINED`; `fault` tells why it could not be measured.
    """

    task: int
    round: int
    author: str
    revealed: int
    again: int
    fault: str = ""


def scores_again(session: Session, proposal: TaskProposed, blobs: TaskBlobs, rounds: range) -> Iterator[ScoreAgain]:
    """Those of the session's account in a task. Raises `LearningError`, `ConfigError` and `ChainError`."""
    account, events = session.address, session.events(proposal.task)
    state = replay(events, task=proposal.task, parameters=proposal.parameters)
    played = [one for one in (*state.past, state.running) if account in one.scores and one.round.number in rounds]
    if not played:
        return
    metric = ScoreRuleContract(session.client, state.parameters.score_rule).metric()
    compute = LocalCompute(account, make_learner(session.config, blobs.descriptor), blobs)
    for one in played:
        yield from _again(compute, state, proposal.number, one, metric)


def _again(compute: LocalCompute, state: TaskState, task: int, one: RoundState, metric: Metric) -> Iterator[ScoreAgain]:
    number, account = one.round.number, compute.account
    parent = state.ledger[number]
    seat = next(seat for seat in one.seats if seat.account == account)
    request = EvaluationRequest(
        evaluator=account,
        round=number,
        parent=parent,
        guard=compute.train_reference(number, parent, lambda *_: None),
        metric=metric,
        submissions=tuple(Submission(update=u, pointer=p) for u, p in zip(one.updates, one.pointers, strict=True)),
        patient=False,
    )
    found = compute.evaluate(request, lambda *_: None)
    yield ScoreAgain(task, number, "", seat.baseline, found.baseline)
    for told, revealed in zip(found.update_scores, one.scores[account], strict=True):
        yield ScoreAgain(task, number, told.author, revealed, told.score, told.fault)


def score_table(scores: list[ScoreAgain]) -> list[str | Grid]:
    """Those that differ, for people, and how many there are."""
    other = [one for one in scores if one.revealed != one.again]
    said = f"Of your {len(scores)} scores {len(scores) - len(other)} are the same when they are measured again."
    rows = [
        (one.task, one.round, one.author or "the round's model", _shown(one.revealed), _shown(one.again), one.fault)
        for one in other
    ]
    columns = ("task", "round", "of", "revealed", "measured again", "because")
    return [said, *([table("Your scores that differ", columns, rows)] if rows else [])]


def _shown(score: int) -> str:
    return "abstained" if score == ABSTAINED else str(score)
