"""Rules that go wrong: the round goes on without them, and an event says so."""

from enum import IntEnum

import brownie
import pytest

from folkmoot.chain.structs import Phase, Verdict
from tests.contracts.cast import model
from tests.support.evm import events, reverts_with, word


class Misdeed(IntEnum):
    """As `FaultyRule` numbers them."""

    REVERT = 0
    BURN_GAS = 1
    ANSWER_NOTHING = 2
    ANSWER_TOO_MUCH = 3
    ANSWER_OUT_OF_BOUNDS = 4
    ANSWER_TOO_FEW = 5
    ANSWER_TOO_MANY = 6
    REPEAT_AN_ANSWER = 7


ONE_WORD = list(Misdeed)[:5]
ONLY_JUDGES = 0x100  # keeps `scores` honest
ONLY_SCORES = 0x200  # `judge` lets everything pass


@pytest.fixture(scope="module")
def faulty(deployer):
    return deployer.deploy(brownie.FaultyRule)


def failures(transaction):
    return {(event["round"], event["rule"]) for event in events(transaction, "RuleFailed")}


@pytest.mark.parametrize("stage", [0, ONLY_JUDGES, ONLY_SCORES], ids=["both", "judge", "scores"])
@pytest.mark.parametrize("misdeed", ONE_WORD, ids=lambda misdeed: misdeed.name)
def test_a_failing_score_rule_accepts_nothing(lifecycle, faulty, misdeed, stage):
    life = lifecycle(scoreRule=faulty, scoreParameters=word(stage | misdeed)).to_last_reveal()
    transaction = life.settle()
    assert failures(transaction) == {(0, faulty.address)}
    [settled] = events(transaction, "RoundSettled")
    assert settled["verdicts"] == [Verdict.REJECTED] * 4
    assert (settled["ranking"], life.task.progress()["scoreRuleFailed"]) == ([], True)
    assert life.phase == Phase.STALLED
    recovery = life.recover()
    assert events(recovery, "MemberStruck") == []
    assert life.task.ledger(1) == model(0)


def test_a_failing_score_rule_strikes_nobody(lifecycle, faulty):
    """Not even for scores that it gave before it failed."""
    life = lifecycle(scoreRule=faulty, scoreParameters=word(ONLY_JUDGES | Misdeed.REVERT))
    life.scores = (100, 9_000, 100, 100)
    transaction = life.to_last_reveal().settle()
    assert events(transaction, "RoundSettled")[0]["verdicts"] == [Verdict.REJECTED] * 4


@pytest.mark.parametrize("misdeed", list(Misdeed), ids=lambda misdeed: misdeed.name)
def test_a_failing_election_keeps_who_did_its_duty(lifecycle, faulty, misdeed):
    life = lifecycle(electionRule=faulty, electionParameters=word(misdeed)).to(Phase.AGGREGATING)
    life.attest(life.committee[1], pointer=model(99))
    life.attest(life.committee[0], life.committee[2])
    transaction = life.close()
    assert failures(transaction) == {(0, faulty.address)}
    [opened] = events(transaction, "RoundOpened")
    assert (opened["seats"], opened["fillers"]) == ([life.committee[0], life.committee[2]], [True, True])


def test_a_failing_election_keeps_roles_apart(lifecycle, faulty):
    """Though a judge was absent, nobody who attested judges next."""
    election = {"electionRule": faulty, "electionParameters": word(Misdeed.REVERT), "redraw": True}
    life = lifecycle(seats=8, trainers=4, committee=4, aggregators=4, **election).to(Phase.COMMITTING)
    life.commit(*life.judging[:3])
    life.time_out()
    life.reveal()
    life.attest(*life.attesting)
    [opened] = events(life.close(), "RoundOpened")
    assert (opened["seats"], opened["committee"]) == ([*life.committee[:3], *life.committee[4:]], 3)


def test_a_failing_election_does_not_keep_who_left(lifecycle, faulty):
    life = lifecycle(electionRule=faulty, electionParameters=word(Misdeed.REVERT)).to(Phase.CLOSING)
    life.cast.federation.leave({"from": life.committee[0]})
    assert events(life.close(), "RoundOpened")[0]["seats"] == life.committee[1:]


def test_an_election_without_candidates(lifecycle):
    """Everybody left: no rule can fill a seat, the round opens without any and is carried."""
    life = lifecycle().to(Phase.CLOSING)
    for account in (*life.committee, *life.trainers):
        life.cast.federation.leave({"from": account})
    transaction = life.close()
    assert failures(transaction) == set()
    assert events(transaction, "RoundOpened")[0]["seats"] == []
    life.time_out()
    assert len(events(life.recover(), "RoundCarried")) == 1


@pytest.mark.parametrize("misdeed", [*ONE_WORD, Misdeed.ANSWER_TOO_FEW, Misdeed.ANSWER_TOO_MANY], ids=lambda m: m.name)
def test_a_failing_reward_pays_nothing(lifecycle, faulty, misdeed):
    life = lifecycle(rewardRule=faulty, rewardParameters=word(misdeed)).to_last_reveal()
    transaction = life.settle()
    assert failures(transaction) == {(0, faulty.address)}
    [settled] = events(transaction, "RoundSettled")
    assert (settled["ranking"], settled["weights"]) == ([0, 1, 2], [0] * 5)
    assert life.task.progress()["totalWeight"] == 0
    closing = life.to(Phase.CLOSING).close()
    assert events(closing, "Credited")[0]["amounts"] == [0, 0, 0]
    assert [life.task.participant(author)["stake"] for author in life.trainers[:3]] == [1, 1, 1]
    assert life.phase == Phase.TRAINING


def test_an_honest_rule_does_not_fail(lifecycle):
    life = lifecycle().to_last_reveal()
    assert failures(life.settle()) == set()
    assert failures(life.to(Phase.CLOSING).close()) == set()


def test_a_rule_is_given_its_gas_or_not_called(lifecycle):
    """With less gas the sender could make an honest rule fail."""
    life = lifecycle().to(Phase.SETTLING)
    with pytest.raises(brownie.exceptions.VirtualMachineError) as refusal:
        life.task.settle(1, {"from": life.cast.outsider, "gas_limit": 150_000})
    assert str(refusal.value.revert_msg).startswith("NotEnoughGas: ")
    assert failures(life.settle()) == set()


def test_a_score_rule_that_failed_is_not_asked_again(lifecycle, faulty):
    """It burns what it is entitled to for the first of four updates, and for no other."""
    life = lifecycle(scoreRule=faulty, scoreParameters=word(Misdeed.BURN_GAS)).to_last_reveal()
    honest = lifecycle().to_last_reveal().settle()
    transaction = life.settle()
    entitled = 60_000 + 3 * 2_500
    assert transaction.gas_used < honest.gas_used + 2 * entitled
    assert len(events(transaction, "RuleFailed")) == 1


def test_zero_steps_ask_no_rule(lifecycle, faulty):
    life = lifecycle(scoreRule=faulty).to(Phase.SETTLING)
    with reverts_with("ZeroAmount"):
        life.settle(0)
