"""Who sits in the next round: providers by the rule, vacancies in the vacancy order."""

from dataclasses import replace

import pytest

from folkmoot.chain.structs import Phase
from folkmoot.rules import Candidate, Standing, draw, multi_factor_election, random_election
from tests.support.evm import events, word


@pytest.fixture(scope="module")
def life(lifecycle):
    """A long task that survives many empty rounds, in round 0's Training."""
    return lifecycle(totalRounds=10, maxEmptyRounds=8).to(Phase.TRAINING)


def play(life, scores):
    """Play the round with these scores, and open the next: its committee and which of its seats were vacancies."""
    transaction = replace(life, scores=scores).to(Phase.CLOSING).close()
    [opened] = events(transaction, "RoundOpened")
    return opened["seats"], opened["fillers"]


def waste(life):
    """Play a round in which nothing is accepted, and open the next: as `play`."""
    [opened] = events(life.waste_round().recover(), "RoundOpened")
    return opened["seats"], opened["fillers"]


def test_providers_sit_the_best_first(life):
    trainers = life.trainers
    assert play(life, (7_000, 9_000, 6_000, 8_000)) == ([trainers[1], trainers[3], trainers[0]], [False] * 3)


def test_ties_go_to_the_earlier_update(life):
    assert play(life, (7_000, 8_000, 8_000, 7_000))[0] == [life.trainers[index] for index in (1, 2, 0)]


def test_vacancies_go_to_who_sat_and_did_its_duty(life):
    committee, fillers = play(life, (9_000, 100, 100, 100))
    assert (committee, fillers) == ([life.trainers[0], *life.committee[:2]], [False, True, True])
    marks = [life.task.participant(account) for account in committee]
    assert [(one["filledIn"], one["terms"]) for one in marks] == [(0, 0), (2, 1), (2, 1)]


def test_the_richer_of_those_who_sat_come_first(life):
    play(life, (9_000, 8_000, 7_000, 100))  # the trainers sit, with stakes in this order
    poor, rich = life.trainers[2], life.trainers[0]
    committee, _ = play(life, (9_000, 100, 100, 100))
    assert committee[1:] == [rich, life.trainers[1]]
    assert poor not in committee


def test_who_was_silent_did_not_do_its_duty(life):
    one = replace(life, scores=(9_000, 100, 100, 100)).to(Phase.REVEALING)
    one.reveal(*life.committee[1:])
    one.time_out()
    [opened] = events(one.to(Phase.CLOSING).close(), "RoundOpened")
    committee = opened["seats"]
    assert committee == [life.trainers[0], *life.committee[1:]]


def test_who_attested_something_else_did_not_do_its_duty(life):
    one = replace(life, scores=(9_000, 100, 100, 100)).to(Phase.AGGREGATING)
    one.attest(life.committee[0], pointer=word(99))
    one.attest(*life.committee[1:])
    [opened] = events(one.close(), "RoundOpened")
    assert opened["seats"] == [life.trainers[0], *life.committee[1:]]


def test_who_left_does_not_sit(life):
    life.to(Phase.AGGREGATING)
    life.cast.federation.leave({"from": life.trainers[0]})
    life.cast.federation.leave({"from": life.committee[0]})
    life.attest(*life.committee[1:])
    committee = events(life.close(), "RoundOpened")[0]["seats"]
    assert committee == [life.trainers[1], life.trainers[2], life.committee[1]]


def test_who_left_is_counted_out_before_the_election(life):
    life.to(Phase.CLOSING)
    gone = [life.trainers[0], life.trainers[3]]
    for account in gone:
        life.cast.federation.leave({"from": account})
    transaction = life.close()
    assert events(transaction, "MemberRetired") == [{"member": account} for account in gone]
    [opened] = events(transaction, "RoundOpened")
    assert opened["seats"] == [*life.trainers[1:3], life.committee[0]]
    assert opened["eligible"] == 2
    assert life.task.roster()["active"] == 5


def test_a_departure_from_elsewhere_counts_nobody_out(life, members):
    life.cast.federation.leave({"from": members[9]})
    transaction = life.to(Phase.CLOSING).close()
    assert events(transaction, "MemberRetired") == []
    assert life.task.roster()["active"] == 7


def test_who_left_and_came_back_is_not_counted_out(life, apply):
    author = life.trainers[0]
    life.to(Phase.CLOSING)
    life.cast.federation.leave({"from": author})
    life.cast.decide(life.cast.federation.admit, apply(author))
    assert events(life.close(), "RoundOpened")[0]["seats"] == life.trainers[:3]


def test_departures_are_noticed_once(life):
    life.cast.federation.leave({"from": life.trainers[3]})
    life.submit(*life.trainers[:3])
    life.time_out()
    assert len(events(life.to(Phase.CLOSING).close(), "MemberRetired")) == 1
    life.finish_round()
    assert life.task.roster()["departureCount"] == life.cast.federation.departureCount() == 1


def test_who_came_while_the_round_ran_is_no_candidate_at_its_end(life, members):
    """Though hardly anybody is left: who sees the salts revealed could else enrol until the draw seats it."""
    late = members[9]
    life.enrol(late)
    life.to(Phase.CLOSING)
    for account in (*life.committee, *life.trainers[1:]):
        life.cast.federation.leave({"from": account})
    committee = events(life.close(), "RoundOpened")[0]["seats"]
    assert committee == [life.trainers[0]]
    assert late in life.free_trainers()


def test_tired_fillers_make_room_for_the_proven(life):
    """Fillers serve two terms running here; then proven members follow, by stake, and the tired wait."""
    first, second = life.trainers[:3], life.committee
    assert play(life, (9_000, 8_000, 7_000, 100))[0] == first
    life.submit(*second, life.trainers[3])
    assert play(life, (9_000, 8_500, 8_000, 100))[0] == second
    for terms in (1, 2):
        committee, fillers = waste(life)
        assert (committee, fillers) == (second, [True] * 3)
        assert [life.task.participant(account)["terms"] for account in second] == [terms] * 3
    assert waste(life) == (first, [True] * 3)
    assert waste(life) == (first, [True] * 3)
    assert [life.task.participant(account)["terms"] for account in (*first, *second)] == [2] * 6
    assert waste(life) == (second, [True] * 3)  # they have rested
    assert [life.task.participant(account)["terms"] for account in second] == [1] * 3


def test_the_tired_come_before_strangers(lifecycle):
    """All seats are absent and struck: proven members though they are, they are tired, but no strangers."""
    life = lifecycle(maxAttempts=1).to(Phase.TRAINING)
    play(life, (7_000, 9_000, 8_000, 100))
    seated = life.seated
    life.to(Phase.COMMITTING)
    life.time_out()
    [opened] = events(life.recover(), "RoundOpened")
    assert opened["seats"] == seated
    assert opened["fillers"] == [True] * 3


def test_strangers_are_drawn_by_the_seed(lifecycle):
    """Nobody was ever accepted and all seats were absent: everybody is a stranger."""
    life = lifecycle(maxAttempts=1).to(Phase.COMMITTING)
    life.time_out()
    transaction = life.recover()
    seed = bytes(life.task.seed())
    everybody = [*life.committee, *life.trainers]
    order = sorted(range(7), key=lambda index: draw(seed, index + 1), reverse=True)
    assert events(transaction, "RoundOpened")[0]["seats"] == [everybody[index] for index in order[:3]]


def test_a_committee_grows_to_its_size(lifecycle):
    """It was approved with three members; five seats are to be filled."""
    life = lifecycle(committee=5, updatesPerRound=5).to(Phase.CLOSING)
    [opened] = events(life.close(), "RoundOpened")
    assert opened["seats"] == [*life.trainers, life.committee[0]]
    assert opened["fillers"] == [False] * 4 + [True]


def test_a_committee_shrinks_with_its_members(life):
    life.to(Phase.CLOSING)
    for account in (*life.committee, *life.trainers[2:]):
        life.cast.federation.leave({"from": account})
    [opened] = events(life.close(), "RoundOpened")
    assert opened["seats"] == life.trainers[:2]


def test_a_random_election_draws_among_the_providers(lifecycle, cast):
    life = lifecycle(electionRule=cast.rules["RandomElection"], updatesPerRound=4).to(Phase.CLOSING)
    [opened] = events(life.close(), "RoundOpened")
    numbers = [life.task.participant(author)["number"] for author in life.trainers]
    providers = [
        Candidate(number, Standing.PROVIDER, score, score + 1, 10, 5_000)
        for number, score in zip(numbers, life.scores[:4], strict=True)
    ]
    chosen = random_election(providers, 3, bytes(life.task.seed()), 0)
    assert opened["seats"] == [life.trainers[index] for index in chosen]


def test_many_factors_see_stakes_and_absences(lifecycle, cast):
    """In round 0 one seat is silent; in round 1 it is a provider again, present since one round."""
    weights = 1 | 1 << 16 | 3 << 32
    life = lifecycle(
        electionRule=cast.rules["MultiFactorElection"], electionParameters=word(weights), updatesPerRound=4
    ).to(Phase.REVEALING)
    life.reveal(*life.committee[:2])
    life.time_out()
    play(life, (9_000, 8_000, 7_000, 100))
    authors = life.free_trainers()
    life.submit(*authors)
    committee, _ = play(life, (8_000, 8_000, 8_000, 8_100))
    presence = [1 if author == life.committee[2] else 10 for author in authors]
    scores = (8_000, 8_000, 8_000, 8_100)
    marks = [life.task.participant(author) for author in authors]
    providers = [
        Candidate(one["number"], Standing.PROVIDER, score, one["stake"], rounds, one["reputation"])
        for score, one, rounds in zip(scores, marks, presence, strict=True)
    ]
    chosen = multi_factor_election(providers, 3, bytes(life.task.seed()), weights)
    assert committee == [authors[index] for index in chosen]
    assert life.committee[2] not in committee
