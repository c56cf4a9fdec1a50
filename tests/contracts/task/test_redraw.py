"""Tasks whose roles are all redrawn each round: everybody who takes part stands for election."""

import pytest

from folkmoot.chain.structs import Phase
from folkmoot.rules import Candidate, Standing, redraw_election
from tests.support.evm import events


@pytest.fixture(scope="module")
def start(lifecycle, cast):
    """Factory of such tasks, drawn by the seed."""

    def start(rule="RedrawElection", **changes):
        return lifecycle(**{"redraw": True, "electionRule": cast.rules[rule], "totalRounds": 9, **changes})

    return start


def foretold(life, providers, seats):
    """Who sits next by the seed of the round that ended: providers are listed first, then others as they enrolled."""
    others = [account for account in (*life.committee, *life.trainers) if account not in providers]
    slate = [*providers, *others]
    numbers = [life.task.participant(account)["number"] for account in slate]
    alike = [Candidate(number, Standing.STRANGER, score=0, stake=1, presence=0, reputation=0) for number in numbers]
    return [slate[index] for index in redraw_election(alike, seats, bytes(life.task.seed()), 0)]


def test_all_are_drawn_and_nobody_fills_a_vacancy(start):
    life = start().to(Phase.TRAINING)
    rounds = []
    for _ in range(4):
        authors = life.free_trainers()
        [opened] = events(life.to(Phase.CLOSING).close(), "RoundOpened")
        assert (opened["seats"], opened["fillers"]) == (foretold(life, authors[:3], 3), [False] * 3)
        rounds.append(opened["seats"])
    assert len({frozenset(seats) for seats in rounds}) > 1
    everybody = [*life.committee, *life.trainers]
    marks = [life.task.participant(account) for account in everybody]
    assert {(one["filledIn"], one["terms"]) for one in marks} == {(0, 0)}


def test_aggregators_are_drawn_after_the_committee(start):
    life = start(seats=6, aggregators=3).to(Phase.CLOSING)
    [opened] = events(life.close(), "RoundOpened")
    assert opened["seats"] == foretold(life, life.trainers[:3], 6)
    assert opened["fillers"] == [False] * 6
    assert (life.task.round()["seats"], life.task.progress()["aggregators"]) == (3, 3)


def test_other_elections_find_everybody_too(start):
    """Providers would fill the seats, yet a larger committee is elected from all."""
    life = start("TopScoreElection", seats=5, committee=5).to(Phase.CLOSING)
    [opened] = events(life.close(), "RoundOpened")
    assert opened["seats"] == [*life.trainers[:3], *life.committee[:2]]
    assert opened["fillers"] == [False] * 5


def test_after_a_carried_round_too(start):
    life = start().waste_round()
    [opened] = events(life.recover(), "RoundOpened")
    assert (opened["seats"], opened["fillers"]) == (foretold(life, [], 3), [False] * 3)


def test_who_cannot_act_is_not_drawn(start):
    life = start(maxStrikes=1, suspensionRounds=3)
    life.scores = (9_000, 8_000, 7_000, 0)
    life.to(Phase.CLOSING)
    life.cast.federation.leave({"from": life.committee[0]})
    [opened] = events(life.close(), "RoundOpened")
    able = {*life.committee[1:], *life.trainers[:3]}
    assert len(opened["seats"]) == 3
    assert set(opened["seats"]) <= {account.address for account in able}


def test_seats_that_become_vacant_in_a_round_are_filled_as_ever(start):
    life = start().to(Phase.TRAINING)
    life.submit(*life.trainers[:2])
    life.time_out()
    life.time_out(Phase.COMMITTING)
    members = [event["member"] for event in events(life.recover(), "SeatFilled")]
    assert set(members[:2]) == {account.address for account in life.trainers[2:]}
    assert [life.task.participant(account)["terms"] for account in members] == [1] * 3
