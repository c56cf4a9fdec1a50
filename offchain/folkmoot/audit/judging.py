"""Judging a round again: from the revealed scores to verdicts, ranking and weights.

Source: `contracts/rounds/Settling.sol`.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from folkmoot.audit.twins import Judge, Score, Twins
from folkmoot.chain import Parameters, RoundState, TaskState, Verdict
from folkmoot.chain.events.rounds import RoundSettled
from folkmoot.rules import ABSTAINED, Judgement, upper_median
from folkmoot.rules.score import MAX_SCORE


@dataclass(frozen=True, slots=True)
class _Scored:
    """The updates' scores with every missing voice at its worst, and at its best."""

    scores: tuple[int, ...]
    ceilings: tuple[int, ...]


def settled(
    s: TaskState, told: RoundSettled, twins: Twins, *, gone: Collection[str], failed: Collection[str]
) -> RoundSettled:
    """What settling the running round gives.

    `gone` are authors that are no members any more, `failed` the rules that did. What a rule without a twin decides is
    taken from what is `told`.
    """
    p, now = s.parameters, s.running
    strict, lenient = _baselines(now)
    baseline, floor = upper_median(strict), upper_median(lenient)
    authors = tuple(update.author for update in now.updates)
    scores: tuple[int, ...] = told.scores
    if p.score_rule in failed:
        verdicts = [Verdict.REJECTED] * len(authors)
    elif twins.score:
        rule, judge = twins.score
        scored, rejected = _scored(s, rule, strict, lenient), [author in gone for author in authors]
        scores, verdicts = scored.scores, [*_verdicts(p, judge, scored, rejected, baseline, floor)]
    else:
        verdicts = [Verdict.PASSED if verdict == Verdict.ACCEPTED else verdict for verdict in told.verdicts]
    ranking = _ranking(p, scores, verdicts)
    for index in ranking:
        verdicts[index] = Verdict.ACCEPTED
    weights = _weights(s, told, twins, scores, ranking, is_failed=p.reward_rule in failed)
    return RoundSettled(now.round.number, baseline, authors, scores, tuple(verdicts), tuple(ranking), tuple(weights))


def _baselines(now: RoundState) -> tuple[list[int], list[int]]:
    """Of the seats that judge: what is worst for the updates in place of missing ones, and what is best."""
    strict, lenient = [], []
    for seat in now.seats[: now.round.seats]:
        is_missing = not seat.revealed or seat.baseline == ABSTAINED
        strict.append(MAX_SCORE if is_missing else seat.baseline)
        lenient.append(0 if is_missing else seat.baseline)
    return strict, lenient


def _scored(s: TaskState, rule: Score, strict: Sequence[int], lenient: Sequence[int]) -> _Scored:
    number = int.from_bytes(s.parameters.score_parameters)
    votes = [_voices(s, index) for index in range(len(s.running.updates))]
    return _Scored(
        tuple(rule(strict, [0 if v is None else v for v in heard], number) for heard in votes),
        tuple(rule(lenient, [MAX_SCORE if v is None else v for v in heard], number) for heard in votes),
    )


def _voices(s: TaskState, index: int) -> list[int | None]:
    """What each seat said of an update; None if nothing. An author's own seat says the best, which is left out."""
    author = s.running.updates[index].author
    return [
        MAX_SCORE if seat.account == author else _said(s.running, seat.account, index)
        for seat in s.running.seats[: s.running.round.seats]
    ]


def _said(now: RoundState, account: str, index: int) -> int | None:
    scores = now.scores.get(account)
    return None if scores is None or scores[index] == ABSTAINED else scores[index]


def _verdicts(
    p: Parameters, judge: Judge, scored: _Scored, rejected: Sequence[bool], baseline: int, floor: int
) -> Iterator[Verdict]:
    number = int.from_bytes(p.score_parameters)
    best = max((score for score, out in zip(scored.scores, rejected, strict=True) if not out), default=0)
    for score, ceiling, out in zip(scored.scores, scored.ceilings, rejected, strict=True):
        found = judge(score, baseline, best, number)
        if out:
            yield Verdict.REJECTED
        elif found == Judgement.PASSED:
            yield Verdict.PASSED
        else:
            is_fault = found == Judgement.FAULT == judge(ceiling, floor, best, number)
            yield Verdict.FAULT if is_fault else Verdict.REJECTED


def _ranking(p: Parameters, scores: Sequence[int], verdicts: Sequence[Verdict]) -> list[int]:
    """The best of those that pass, as many as a round takes; equal ones in the order of their arrival."""
    passed = [index for index, verdict in enumerate(verdicts) if verdict == Verdict.PASSED]
    return sorted(passed, key=lambda index: (-scores[index], index))[: p.updates_per_round]


def _weights(
    s: TaskState, told: RoundSettled, twins: Twins, scores: Sequence[int], ranking: Sequence[int], *, is_failed: bool
) -> Sequence[int]:
    now = s.running
    if is_failed:
        return [0] * (len(ranking) + 2)
    if twins.reward is None:
        return told.weights
    samples = [now.updates[index].samples for index in ranking]
    number = int.from_bytes(s.parameters.reward_parameters)
    return twins.reward([scores[i] for i in ranking], samples, len(now.updates), now.round.revealed, number)
