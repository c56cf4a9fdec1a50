"""Seats that submit updates, too."""

import pytest

from folkmoot.chain.structs import Phase, Verdict
from tests.contracts.cast import model
from tests.support.evm import events, reverts_with

GOOD, BAD = 8_000, 100


@pytest.fixture(scope="module")
def start(lifecycle, cast):
    """Factory of tasks in which all members sit, train, judge and attest."""

    def start(seats=4, **changes):
        peers = {"redraw": True, "electionRule": cast.rules["RedrawElection"], "committee": 10, "maxUpdates": 10}
        sizes = {"seats": seats, "trainers": 0, "updatesPerRound": 10, "minEnrolled": 3, "totalRounds": 9}
        return lifecycle(seatsTrain=True, **{**peers, **sizes, **changes})

    return start


def settled(life, opinions):
    """The verdicts in the order of the seats, where each seat gives each update the score in its row."""
    scores = {account.address: (BAD, list(row)) for account, row in zip(life.committee, opinions, strict=True)}
    life.opinions.update(scores)
    [event] = events(life.to_last_reveal().settle(), "RoundSettled")
    return event["scores"], [Verdict(verdict) for verdict in event["verdicts"]]


def test_everybody_sits_trains_judges_and_attests(start):
    life = start().to(Phase.ENROLLING)
    life.enrol()
    [opened] = events(life.start(), "RoundOpened")
    assert (opened["seats"], opened["committee"]) == (life.committee, 4)
    assert (opened["eligible"], opened["sampled"]) == (4, False)
    life.submit(*life.committee[:3])
    assert life.phase == Phase.TRAINING
    life.submit(life.committee[3])
    assert life.phase == Phase.COMMITTING
    life.commit()
    life.reveal()
    life.attest()
    [after] = events(life.close(), "RoundOpened")
    assert (sorted(after["seats"]), after["eligible"]) == (sorted(map(str, life.committee)), 4)
    assert all(life.task.participant(seat)["stake"] > 1 for seat in life.committee), "paid"


def test_three_are_enough(start):
    life = start(3).to(Phase.CLOSING)
    assert (life.task.round()["seats"], life.task.round()["submitted"]) == (3, 3)
    life.close()
    life.finish_round()
    assert life.round == 2


@pytest.mark.parametrize("liar", range(3))
def test_one_liar_among_three_bends_nothing(start, liar):
    """It calls its own update good and all others worthless; the others tell the truth, and its update is bad."""
    truth = [BAD if author == liar else GOOD for author in range(3)]
    lie = [10_000 - score for score in truth]
    scores, verdicts = settled(start(3), [lie if seat == liar else truth for seat in range(3)])
    assert scores == truth
    wanted = [Verdict.FAULT if author == liar else Verdict.ACCEPTED for author in range(3)]
    assert [verdict == Verdict.ACCEPTED for verdict in verdicts] == [one == Verdict.ACCEPTED for one in wanted]


@pytest.mark.parametrize("own", [0, BAD, 10_000])
def test_nobody_has_a_say_on_its_own_update(start, own):
    rows = [[own if author == seat else 5_000 + seat for author in range(4)] for seat in range(4)]
    scores, _ = settled(start(), rows)
    assert scores == [5_002, 5_002, 5_001, 5_001]  # of three others the middle one


def test_two_silent_seats_of_five_strike_nobody(start):
    """Though one of the three that speak calls everything worthless."""
    life = start(5, minEnrolled=5).to(Phase.COMMITTING)
    life.opinions |= {seat.address: (GOOD, [GOOD] * 5) for seat in life.committee[:2]}
    life.opinions[life.committee[2].address] = (10_000, [0] * 5)
    life.commit(*life.committee[:3])
    life.time_out()
    life.reveal(*life.committee[:2])
    [event] = events(life.settle(), "RoundSettled")
    assert Verdict.FAULT not in map(Verdict, event["verdicts"])


def test_where_more_could_train_than_may_so_many_are_sampled_seats_among_them(start):
    life = start(6, minEnrolled=6, maxUpdates=4, updatesPerRound=4).to(Phase.SAMPLING)
    assert life.task.round()["eligible"] == 4
    [sampled] = events(life.sample(), "TrainersSampled")
    assert len(sampled["trainers"]) == 4
    assert set(sampled["trainers"]) <= set(map(str, life.committee))
    left = next(seat for seat in life.committee if seat not in sampled["trainers"])
    with reverts_with("NotSampled", left, 0):
        life.submit(left)
    life.submit()
    assert life.phase == Phase.COMMITTING


def test_who_comes_later_trains_in_the_next_round_and_sits_in_the_one_after(start, members):
    life = start().to(Phase.TRAINING)
    life.enrol(members[4])
    with reverts_with("NotYetEligible", members[4], 1):
        life.submit(members[4])
    life.finish_round()
    assert (members[4] in life.seated, members[4] in life.free_trainers()) == (False, True)
    life.finish_round()
    assert members[4] in life.seated


def test_a_majority_attests_without_the_liar(start):
    life = start(3).to(Phase.AGGREGATING)
    life.attest(life.committee[0], pointer=model(99))
    life.attest(*life.committee[1:])
    assert life.task.currentModel() == model(1)
