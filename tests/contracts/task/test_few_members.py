"""Elections among few: seats stay empty for those who are to train."""

import pytest

from folkmoot.chain.structs import Phase
from tests.support.evm import events


def elected(life, *departed):
    """The next round's opening, and its seats, after these have left the federation."""
    life.to(Phase.CLOSING)
    for account in departed:
        life.cast.federation.leave({"from": account})
    [opened] = events(life.close(), "RoundOpened")
    return opened["eligible"], life.task.round()["seats"], life.task.progress()["aggregators"]


@pytest.fixture(scope="module", params=["TopScoreElection", "RedrawElection"])
def start(request, lifecycle, cast):
    """Factory of tasks with five seats on the committee and five trainers, of whom two have to train."""
    election = {"electionRule": cast.rules[request.param], "redraw": request.param == "RedrawElection"}

    def start(**changes):
        five = {"seats": 5, "committee": 5, "trainers": 5, "updatesPerRound": 5}
        return lifecycle(**{**five, **election, "totalRounds": 9, **changes})

    return start


@pytest.mark.parametrize(
    ("gone", "trainers", "seats"), [(0, 5, 5), (3, 2, 5), (4, 2, 4), (5, 2, 3), (6, 1, 3), (8, 0, 2)]
)
def test_the_committee_leaves_as_many_as_have_to_train_and_has_three(start, gone, trainers, seats):
    life = start()
    departed = [*life.committee, *life.trainers][:gone]
    assert elected(life, *departed) == (trainers, seats, 0)
    if trainers >= 2:
        life.finish_round()
        assert life.phase == Phase.TRAINING


@pytest.mark.parametrize(("gone", "trainers", "aggregators"), [(1, 2, 3), (2, 4, 0), (3, 3, 0), (4, 2, 0)])
def test_aggregators_sit_together_or_not_at_all(start, gone, trainers, aggregators):
    life = start(seats=6, committee=3, aggregators=3, trainers=3, updatesPerRound=3)
    assert elected(life, *life.committee[:gone]) == (trainers, 3, aggregators)
    assert len(life.attesting) == (aggregators or 3)
    life.finish_round()
    assert life.phase == Phase.TRAINING


def test_who_comes_back_is_counted(start):
    """One of the trainers is suspended for one round."""
    life = start(maxStrikes=1, suspensionRounds=1, trainers=4)
    life.scores = (9_000, 8_000, 7_000, 0)
    assert elected(life, *life.committee[:2]) == (2, 4, 0)
    life.scores = (9_000, 8_000)
    assert elected(life) == (2, 5, 0)
