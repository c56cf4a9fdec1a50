from dataclasses import replace

import pytest

from folkmoot.chain.structs import Milestone, Phase, Verdict
from folkmoot.rules import ABSTAINED
from tests.support.evm import events, reverts_with, word

ANY = word(10_000 << 16)  # MedianScore accepts whatever is above 0

F, R, P, A = Verdict.FAULT, Verdict.REJECTED, Verdict.PASSED, Verdict.ACCEPTED


@pytest.fixture(scope="module")
def committing(lifecycle):
    """Four updates wait for their scores; at most three are accepted."""
    return lifecycle().to(Phase.COMMITTING)


def judged(life, *opinions):
    """The task once its seats, in their order, have said these baselines and scores; None is silent."""
    voices = {seat: opinion for seat, opinion in zip(life.seated, opinions, strict=True) if opinion}
    life = replace(life, opinions={seat.address: opinion for seat, opinion in voices.items()})
    life.commit(*voices)
    if len(voices) < len(opinions):
        life.time_out(Phase.COMMITTING)
    return life.to_last_reveal()


def agreed(life, baseline, scores):
    """The task once all its seats have said the same."""
    return judged(life, *[(baseline, scores)] * len(life.seated))


def verdicts(life):
    return [(update["score"], update["rank"], update["verdict"]) for update in life.task.updates(0, 100)[0]]


def test_settle(committing):
    life = agreed(committing, 5_000, (9_000, 8_000, 7_000, 6_000))
    transaction = life.settle()
    assert events(transaction, "RoundSettled") == [
        {
            "round": 0,
            "baseline": 5_000,
            "authors": life.trainers,
            "scores": [9_000, 8_000, 7_000, 6_000],
            "verdicts": [A, A, A, P],
            "ranking": [0, 1, 2],
            "weights": [9_000, 8_000, 7_000, 0, 0],
        }
    ]
    assert events(transaction, "DeadlineSet")[-1]["deadline"] == transaction.timestamp + 4_000
    assert verdicts(life) == [(9_000, 1, A), (8_000, 2, A), (7_000, 3, A), (6_000, 0, P)]
    progress = life.task.progress()
    assert (progress["accepted"], progress["baseline"], progress["totalWeight"]) == (3, 5_000, 24_000)
    assert life.task.round()["milestone"] == Milestone.SETTLED
    assert life.phase == Phase.AGGREGATING


def test_an_update_has_the_median_of_its_scores(committing):
    life = judged(
        committing,
        (5_000, (1, 9_000, 7_000, 500)),
        (6_000, (6_000, 10_000, 7_001, 400)),
        (4_000, (10_000, 0, 7_002, 300)),
    )
    [event] = events(life.settle(), "RoundSettled")
    assert (event["baseline"], event["scores"]) == (5_000, [6_000, 9_000, 7_001, 400])


def test_who_is_silent_counts_as_score_0_and_baseline_10000(committing):
    life = judged(committing, (5_000, (9_000, 8_000, 7_000, 6_000)), None, (6_000, (8_000, 9_000, 6_000, 7_000)))
    [event] = events(life.settle(), "RoundSettled")
    assert (event["baseline"], event["scores"]) == (6_000, [8_000, 8_000, 6_000, 6_000])


def test_an_even_committee_doubts(lifecycle):
    """The lower middle of the scores, the upper middle of the baselines."""
    life = lifecycle(seats=4, trainers=3, committee=4, updatesPerRound=4).to(Phase.COMMITTING)
    life = judged(
        life,
        (1_000, (1_000, 9_000, 5_000)),
        (2_000, (2_000, 8_000, 5_000)),
        (3_000, (3_000, 7_000, 5_000)),
        (4_000, (4_000, 6_000, 5_001)),
    )
    [event] = events(life.settle(), "RoundSettled")
    assert (event["baseline"], event["scores"]) == (3_000, [2_000, 7_000, 5_000])


@pytest.mark.parametrize(
    ("baseline", "scores", "expected"),
    [
        (0, (8_000, 4_000, 3_999, 0), [A, A, R, R]),  # at least half of the best, and above 0
        (6_000, (6_000, 3_000, 2_999, 0), [A, A, F, F]),  # below half of the baseline is a fault
        (9_999, (10_000, 5_000, 4_999, 4_999), [A, A, F, F]),  # half of an odd baseline
        (0, (100, 100, 100, 100), [A, A, A, P]),  # ties by arrival
        (0, (5_000, 7_000, 6_000, 7_000), [P, A, A, A]),  # the best three
        (10_000, (4_000, 4_999, 0, 0), [F, F, F, F]),  # nothing to aggregate
        (0, (0, 0, 0, 0), [R, R, R, R]),  # to be worthless is no fault while the model is
    ],
)
def test_verdicts(committing, baseline, scores, expected):
    life = agreed(committing, baseline, scores)
    [event] = events(life.settle(), "RoundSettled")
    assert event["verdicts"] == expected
    accepted = [index for index, verdict in enumerate(expected) if verdict == A]
    assert event["ranking"] == sorted(accepted, key=lambda index: -scores[index])
    assert event["weights"] == [*sorted((scores[index] for index in accepted), reverse=True), 0, 0]


def test_ties_are_ranked_by_arrival(committing):
    life = agreed(committing, 0, (6_000, 7_000, 7_000, 6_000))
    assert events(life.settle(), "RoundSettled")[0]["ranking"] == [1, 2, 0]


def test_a_tolerance_below_the_baseline(lifecycle):
    life = lifecycle(scoreParameters=word(500 << 16 | 5_000)).to(Phase.COMMITTING)
    life = agreed(life, 6_000, (9_000, 5_500, 5_499, 6_000))
    assert events(life.settle(), "RoundSettled")[0]["verdicts"] == [A, A, R, A]


def test_a_fault_is_one_whatever_the_rule_says(lifecycle):
    life = lifecycle(scoreParameters=ANY).to(Phase.COMMITTING)
    life = agreed(life, 6_000, (9_000, 3_000, 2_999, 1))
    assert events(life.settle(), "RoundSettled")[0]["verdicts"] == [A, A, F, F]


def test_with_nothing_accepted_the_round_stalls_at_once(committing):
    life = agreed(committing, 0, (0, 0, 0, 0))
    transaction = life.settle()
    assert [event["deadline"] for event in events(transaction, "DeadlineSet")] == [transaction.timestamp]
    assert life.task.progress()["accepted"] == 0
    assert (life.phase, Phase(life.task.stalledPhase())) == (Phase.STALLED, Phase.AGGREGATING)


@pytest.mark.parametrize("departure", ["leave", "ban"])
def test_who_is_no_member_any_more_is_rejected(committing, departure):
    """And its score does not set the best: 3000 is more than half of 5000, not of 9000."""
    gone = committing.trainers[0]
    life = agreed(committing, 2_000, (9_000, 5_000, 3_000, 1_000))
    if departure == "leave":
        life.cast.federation.leave({"from": gone})
    else:
        life.cast.decide(life.cast.federation.ban, gone)
    [event] = events(life.settle(), "RoundSettled")
    assert (event["verdicts"], event["ranking"]) == ([R, A, A, R], [1, 2])
    assert event["scores"][0] == 9_000


def test_who_left_before_a_recovery_is_rejected_after_it(committing):
    """The recovery has counted it out already."""
    gone = committing.trainers[1]
    committing.cast.federation.leave({"from": gone})
    committing.commit(committing.committee[0])
    committing.time_out()
    committing.recover()
    life = agreed(committing, 2_000, (9_000, 8_000, 7_000, 6_000))
    [event] = events(life.settle(), "RoundSettled")
    assert event["verdicts"][1] == R


def test_a_departure_from_elsewhere_rejects_nobody(committing, members):
    life = agreed(committing, 2_000, (9_000, 8_000, 7_000, 6_000))
    life.cast.federation.leave({"from": members[9]})
    assert events(life.settle(), "RoundSettled")[0]["verdicts"] == [A, A, A, P]


def test_an_author_who_came_back_in_time_is_judged(committing, apply):
    author = committing.trainers[0]
    life = agreed(committing, 2_000, (9_000, 8_000, 7_000, 6_000))
    life.cast.federation.leave({"from": author})
    life.cast.decide(life.cast.federation.admit, apply(author))
    assert events(life.settle(), "RoundSettled")[0]["verdicts"] == [A, A, A, P]


def test_no_steps_are_none(committing):
    life = committing.to(Phase.SETTLING)
    with reverts_with("ZeroAmount"):
        life.settle(0)


@pytest.mark.parametrize("phase", [Phase.REVEALING, Phase.AGGREGATING])
def test_only_in_its_phase(lifecycle, phase):
    life = lifecycle().to(phase)
    with reverts_with("WrongPhase", 0, phase, Phase.SETTLING):
        life.settle()


# Missing voices: accepted is what passes if each is the worst, a fault what is one if each is the best


@pytest.fixture(scope="module")
def five(lifecycle):
    """Four updates wait for the scores of five seats."""
    return lifecycle(seats=5, trainers=4, committee=5, updatesPerRound=5, maxUpdates=5).to(Phase.COMMITTING)


HONEST = (6_000, (9_000, 8_000, 7_000, 1_000))
LIE = (10_000, (0, 0, 0, 10_000))


def test_two_silent_seats_and_a_liar_of_five_strike_nobody(five):
    life = judged(five, HONEST, None, LIE, HONEST, None)
    [event] = events(life.settle(), "RoundSettled")
    assert (event["baseline"], event["scores"]) == (10_000, [0, 0, 0, 1_000])
    assert event["verdicts"] == [R, R, R, R]


def test_silent_seats_do_not_keep_a_majority_from_accepting_and_striking(five):
    life = judged(five, HONEST, None, HONEST, HONEST, None)
    [event] = events(life.settle(), "RoundSettled")
    assert (event["baseline"], event["scores"]) == (6_000, [9_000, 8_000, 7_000, 1_000])
    assert event["verdicts"] == [A, A, A, F]


def test_who_abstains_on_an_update_is_silent_on_it_alone(five):
    unread = (6_000, (9_000, ABSTAINED, ABSTAINED, ABSTAINED))
    life = judged(five, HONEST, unread, LIE, HONEST, unread)
    [event] = events(life.settle(), "RoundSettled")
    assert (event["baseline"], event["scores"]) == (6_000, [9_000, 0, 0, 1_000])
    assert event["verdicts"] == [A, R, R, R]
    assert [update["weight"] for update in life.task.updates(0, 4)[0]] == [9_000, 0, 0, 0]


def test_a_baseline_may_be_abstained_from(five):
    """Three of five could not evaluate the model, which may be perfect or worthless: then nothing ruins it."""
    blind = (ABSTAINED, HONEST[1])
    life = judged(five, HONEST, blind, blind, blind, HONEST)
    [event] = events(life.settle(), "RoundSettled")
    assert event["baseline"] == 10_000
    assert event["verdicts"] == [A, A, A, R]


# Page by page


def test_the_verdicts_are_a_step_of_their_own(committing):
    life = committing.to(Phase.SETTLING)
    assert events(life.settle(1), "RoundSettled") == []
    assert (life.phase, life.task.progress()["pages"]) == (Phase.SETTLING, 1)
    assert len(events(life.settle(1), "RoundSettled")) == 1
    assert life.phase == Phase.AGGREGATING


# Authors who must sit


@pytest.fixture(scope="module")
def sitting_author(lifecycle):
    """All four trainers have submitted and nobody else is there: the last two seats go to authors."""
    life = lifecycle().to(Phase.COMMITTING)
    life.commit(life.committee[0])
    life.time_out()
    life.recover()
    assert life.seated[0] == life.committee[0]
    assert all(seat in life.trainers for seat in life.seated[1:])
    return life


def test_an_author_is_not_heard_on_its_own_update(sitting_author):
    """Each author gives its own update 10000 and the others 4000; of two voices left, the higher one counts."""
    life = sitting_author
    authors = [life.trainers.index(seat) for seat in life.seated[1:]]
    said = [[10_000 if index == own else 4_000 for index in range(4)] for own in authors]
    honest = [5_000, 5_100, 5_200, 5_300]
    life = judged(life, (3_000, honest), (3_000, said[0]), (3_000, said[1]))
    [event] = events(life.settle(), "RoundSettled")
    assert event["scores"] == [honest[index] if index in authors else 4_000 for index in range(4)]


def test_a_liar_among_three_seats_does_not_strike_an_author_beside_it(sitting_author):
    life = sitting_author
    honest = (6_000, [9_000] * 4)
    life = judged(life, honest, honest, (10_000, [0] * 4))
    [event] = events(life.settle(), "RoundSettled")
    assert F not in event["verdicts"]
    assert event["scores"][life.trainers.index(life.seated[1])] == 9_000


def test_silence_of_another_does_not_outvote_who_judged_an_author(sitting_author):
    """Two of three seats reveal, an author among them. On its own update the voice of the other counts."""
    life = sitting_author
    own = life.trainers.index(life.seated[1])
    other = life.trainers.index(life.seated[2])
    life = judged(life, (3_000, [6_000] * 4), (3_000, [5_500] * 4), None)
    [event] = events(life.settle(), "RoundSettled")
    assert event["scores"] == [6_000 if index in (own, other) else 5_500 for index in range(4)]


def test_an_author_is_heard_on_the_others_updates(sitting_author):
    life = sitting_author
    first, second = (life.trainers.index(seat) for seat in life.seated[1:])
    rest = next(index for index in range(4) if index not in (first, second))
    said = [[7_000] * 4 for _ in range(3)]
    said[0][rest], said[1][rest], said[2][rest] = 6_000, 8_000, 9_000  # the median of three
    said[0][first], said[1][first], said[2][first] = 6_000, 10_000, 6_500  # the higher of the other two
    life = judged(life, *((3_000, scores) for scores in said))
    [event] = events(life.settle(), "RoundSettled")
    assert (event["scores"][rest], event["scores"][first]) == (8_000, 6_500)
