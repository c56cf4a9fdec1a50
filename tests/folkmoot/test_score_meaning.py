from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from folkmoot.chain import Seat
from folkmoot.chain.replay.state import fresh_seat
from folkmoot.rule_settings import pack
from folkmoot.rules import ABSTAINED, Judgement, availability_judge, majority_vote_judge, median_score_judge
from folkmoot.rules.score import MAX_SCORE
from folkmoot.score_meaning import UNKNOWN, ScoreMeaning, measured, percent, shown, titled
from tests.support.views import PARAMETERS

JUDGES = {"MedianScore": median_score_judge, "MajorityVote": majority_vote_judge, "Availability": availability_judge}
SCORE = st.integers(0, 10_000)


@pytest.mark.parametrize("rule", JUDGES)
@given(score=SCORE, baseline=SCORE, best=SCORE, ratio=SCORE, tolerance=SCORE)
def test_a_score_falls_short_where_the_rule_does_not_let_it_pass(
    rule: str, score: int, baseline: int, best: int, ratio: int, tolerance: int
) -> None:
    meaning = ScoreMeaning(rule, (ratio, tolerance), "accuracy")
    passes = JUDGES[rule](score, baseline, best, ratio | tolerance << 16) == Judgement.PASSED
    assert (meaning.shortfall(score, baseline, best) == "") == passes


@pytest.mark.parametrize(
    ("score", "reason"),
    [
        (1_000, "below half of the current model's 60.00 %"),
        (3_500, "below 50.00 % of the best update's 80.00 %"),
        (4_500, "more than 10.00 % below the current model's 60.00 %"),
        (5_000, ""),
    ],
)
def test_why_a_median_does_not_suffice(score: int, reason: str) -> None:
    assert ScoreMeaning("MedianScore", (5_000, 1_000)).shortfall(score, 6_000, 8_000) == reason


@pytest.mark.parametrize("rule", JUDGES)
@given(score=SCORE, baseline=SCORE)
def test_a_fault_is_what_the_rule_calls_one(rule: str, score: int, baseline: int) -> None:
    is_fault = JUDGES[rule](score, baseline, MAX_SCORE, 5_000) == Judgement.FAULT
    assert ScoreMeaning(rule, (5_000, 10_000), "accuracy").is_fault(score, baseline) == is_fault
    assert not UNKNOWN.is_fault(score, baseline)


def test_a_median_against_a_model_that_too_few_could_measure() -> None:
    meaning = ScoreMeaning("MedianScore", (5_000, 1_000))
    assert meaning.shortfall(3_500, None, 8_000) == "below 50.00 % of the best update's 80.00 %"
    assert meaning.shortfall(4_500, None, 8_000) == "too few seats could measure the current model"


def seat(baseline: int, *, revealed: bool = True, excused: bool = False) -> Seat:
    return replace(fresh_seat("0x" + "1" * 40), baseline=baseline, revealed=revealed, excused=excused)


@pytest.mark.parametrize(
    ("recorded", "seats", "found"),
    [
        (MAX_SCORE, [seat(ABSTAINED)] * 3, None),
        (MAX_SCORE, [seat(6_000), seat(ABSTAINED), seat(0, revealed=False)], None),
        (MAX_SCORE, [seat(MAX_SCORE), seat(MAX_SCORE), seat(ABSTAINED)], MAX_SCORE),
        (6_000, [seat(6_000), seat(6_000), seat(ABSTAINED)], 6_000),
        (MAX_SCORE, [seat(0, revealed=False, excused=True), seat(ABSTAINED), seat(ABSTAINED)], MAX_SCORE),
    ],
    ids=["all abstained", "too few", "said", "enough", "replaced since"],
)
def test_a_baseline_that_stands_for_missing_voices_is_none(recorded: int, seats: list[Seat], found: int | None) -> None:
    assert measured(recorded, seats) == found


def test_scores_in_tables() -> None:
    assert [shown(9_340), shown(None), shown(None, settled=False)] == ["93.40 %", "not scored", None]


def test_where_everything_is_0() -> None:
    assert ScoreMeaning("MedianScore", ()).shortfall(0, 0, 0) == "the judges could not use it"


def test_what_is_unknown_has_neither_reason_nor_measure() -> None:
    assert UNKNOWN.shortfall(0, 9_000, 9_000) == UNKNOWN.of_updates == UNKNOWN.of_models == ""


@pytest.mark.parametrize(
    ("rule", "updates", "models"),
    [
        ("MedianScore", "balanced_loss", "balanced_loss"),
        ("MajorityVote", "share of votes", "balanced_loss"),
        ("Availability", "share of seats", "share of seats"),
    ],
)
def test_what_scores_measure_follows_from_the_deployed_rule(rule: str, updates: str, models: str) -> None:
    parameters = replace(PARAMETERS, score_parameters=pack("score_settings", "", (5_000, 300)))
    meaning = ScoreMeaning.of(parameters, {rule: parameters.score_rule}, "balanced_loss")
    assert (meaning.settings, meaning.of_updates, meaning.of_models) == ((5_000, 300), updates, models)
    assert ScoreMeaning.of(parameters, {}, "balanced_loss").rule == ""


def test_percent() -> None:
    assert [percent(0), percent(9_340), percent(10_000)] == ["0.00 %", "93.40 %", "100.00 %"]
    assert percent(9_340, "accuracy") == "93.40 % (accuracy)"
    assert [titled("score", "accuracy"), titled("score", "")] == ["score (accuracy)", "score"]
