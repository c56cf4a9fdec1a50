"""A round judged again from the scores that its committee revealed, also as if some members had no seat in it."""

from collections.abc import Collection, Sequence

from folkmoot.chain import Parameters, RoundState, Seat, Verdict
from folkmoot.rules import ABSTAINED, Judgement, median_score, median_score_judge, upper_median
from folkmoot.rules.score import MAX_SCORE


def accepted(round: RoundState) -> tuple[str, ...]:  # noqa: A002 - a word of the protocol
    """The authors whose updates became blocks, best first."""
    blocks = [update for update in round.updates if update.verdict == Verdict.ACCEPTED]
    return tuple(update.author for update in sorted(blocks, key=lambda update: update.rank))


def judged(round: RoundState, parameters: Parameters, *, without: Collection[str] = ()) -> tuple[str, ...]:  # noqa: A002
    """The authors that `MedianScore` accepts, best first, leaving some members' seats out altogether.

    Li et al., "A Blockchain-Based Decentralized Federated Learning Framework with Committee Consensus", section III-B.
    """
    seats = [seat for seat in round.seats if seat.account not in without]
    rule = int.from_bytes(parameters.score_parameters)
    baseline = upper_median(_baselines(seats))
    scores = [_score(round, index, seats, rule) for index in range(len(round.updates))]
    best = max(scores, default=0)
    good = [i for i, s in enumerate(scores) if median_score_judge(s, baseline, best, rule) == Judgement.PASSED]
    ranking = sorted(good, key=lambda index: -scores[index])  # stable: ties by arrival
    return tuple(round.updates[index].author for index in ranking[: parameters.updates_per_round])


def _score(round: RoundState, index: int, seats: Sequence[Seat], rule: int) -> int:  # noqa: A002
    """An update's median; a missing vote is the worst, and its author's own the best, whatever it said."""
    heard = [0 if vote == ABSTAINED else vote for vote in votes(round, index, seats)]
    author = round.updates[index].author
    scores = [MAX_SCORE if seat.account == author else vote for seat, vote in zip(seats, heard, strict=True)]
    return median_score(_baselines(seats), scores, rule)


def votes(round: RoundState, index: int, seats: Sequence[Seat]) -> list[int]:  # noqa: A002
    """What these seats said of an update, in basis points; `ABSTAINED` where a vote is missing."""
    return [round.scores[seat.account][index] if seat.revealed else ABSTAINED for seat in seats]


def _baselines(seats: Sequence[Seat]) -> list[int]:
    return [seat.baseline if seat.revealed and seat.baseline != ABSTAINED else MAX_SCORE for seat in seats]
