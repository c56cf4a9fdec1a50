from dataclasses import replace

from folkmoot.audit.judging import settled
from folkmoot.audit.stage import Stage
from folkmoot.audit.twins import Twins
from folkmoot.chain import Event, Verdict
from folkmoot.chain.events.rounds import RoundSettled, ScoresCommitted, ScoresRevealed, UpdateSubmitted
from folkmoot.chain.scores import packed
from folkmoot.rules import ABSTAINED
from tests.support.past import A, B, C, D
from tests.support.staging import TWINS, stage

NOTHING = RoundSettled(0, 0, (), (), (), (), ())
WORD = (10_000 << 16 | 5_000).to_bytes(32)


def revealed(member: str, baseline: int, *scores: int) -> list[Event]:
    words = tuple(packed(scores))
    return [ScoresCommitted(0, member, 0, b"c"), ScoresRevealed(0, member, 0, baseline, words, member.encode()[:32])]


def judged(*opinions: list[Event], authors: tuple[str, ...] = (D, "0x" + "6" * 40), **parameters: object) -> Stage:
    """After these authors' updates and these reveals."""
    updates = [UpdateSubmitted(0, author, i, bytes([i] * 32), 10 + i) for i, author in enumerate(authors)]
    usual = {"score_parameters": WORD, "updates_per_round": 5, "reward_parameters": bytes(32)}
    return stage(*updates, *(event for said in opinions for event in said), **{**usual, **parameters})


def verdicts(where: Stage, told: RoundSettled = NOTHING, **facts: set[str]) -> RoundSettled:
    return settled(where.state, told, where.twins, **{"gone": set(), "failed": set(), **facts})


def test_scores_are_medians_and_ranks_follow_them_then_the_arrival() -> None:
    opinions = [revealed(A, 6_000, 7_000, 7_500), revealed(B, 6_000, 7_200, 7_500), revealed(C, 5_000, 9_000, 8_000)]
    found = verdicts(judged(*opinions))
    assert (found.baseline, found.scores, found.ranking) == (6_000, (7_200, 7_500), (1, 0))
    assert found.verdicts == (Verdict.ACCEPTED, Verdict.ACCEPTED)
    assert found.weights == (7_500, 7_200, 0, 0)
    even = [revealed(seat, 6_000, 7_000, 7_000) for seat in (A, B, C)]
    assert verdicts(judged(*even)).ranking == (0, 1)


def test_a_missing_voice_neither_accepts_nor_faults() -> None:
    low = [revealed(A, 6_000, 100, 7_000), revealed(B, 6_000, ABSTAINED, 7_000), revealed(C, 6_000, ABSTAINED, 7_000)]
    found = verdicts(judged(*low))
    assert (found.scores[0], found.verdicts[0]) == (0, Verdict.REJECTED)
    all_low = [revealed(seat, 6_000, 100, 7_000) for seat in (A, B, C)]
    assert verdicts(judged(*all_low)).verdicts[0] == Verdict.FAULT


def test_an_authors_own_seat_has_no_voice() -> None:
    where = judged(
        *(revealed(seat, 6_000, 10_000 if seat == A else 4_000) for seat in (A, B, C)), authors=(A,), seats_train=True
    )
    assert verdicts(where).scores == (4_000,)


def test_who_is_gone_is_rejected_and_sets_no_best() -> None:
    opinions = [revealed(seat, 3_000, 4_000, 9_000) for seat in (A, B, C)]
    where = judged(*opinions)
    assert verdicts(where).verdicts == (Verdict.REJECTED, Verdict.ACCEPTED), "less than half of the best"
    assert verdicts(where, gone={where.state.running.updates[1].author}).verdicts == (
        Verdict.ACCEPTED,
        Verdict.REJECTED,
    )


def test_no_more_are_accepted_than_a_round_takes() -> None:
    opinions = [revealed(seat, 6_000, 7_000, 8_000) for seat in (A, B, C)]
    found = verdicts(judged(*opinions, updates_per_round=1))
    assert (found.verdicts, found.ranking) == ((Verdict.PASSED, Verdict.ACCEPTED), (1,))


def test_a_score_rule_that_fails_rejects_all_and_a_reward_rule_pays_nothing() -> None:
    where = judged(*(revealed(seat, 6_000, 7_000, 8_000) for seat in (A, B, C)))
    p = replace(where.state.parameters, score_rule=A, reward_rule=B)
    where.state = replace(where.state, parameters=p)
    told = replace(NOTHING, scores=(0, 0))
    assert verdicts(where, told, failed={A}).verdicts == (Verdict.REJECTED, Verdict.REJECTED)
    assert verdicts(where, failed={B}).weights == (0, 0, 0, 0)


def test_what_a_strange_rule_decides_is_taken_as_it_is_told() -> None:
    where = judged(*(revealed(seat, 6_000, 7_000, 8_000) for seat in (A, B, C)))
    where.twins = Twins(None, None, None)
    told = RoundSettled(0, 0, (), (5, 6), (Verdict.ACCEPTED, Verdict.FAULT), (0,), (9, 1, 2))
    found = verdicts(where, told)
    assert (found.scores, found.verdicts) == ((5, 6), (Verdict.ACCEPTED, Verdict.FAULT))
    assert (found.ranking, found.weights) == ((0,), (9, 1, 2))
    assert TWINS.score is not None
