import pytest
from brownie import chain, web3
from eth_abi import encode

from folkmoot.chain.structs import Milestone, Phase
from tests.contracts.cast import model
from tests.contracts.lifecycle import BUDGET
from tests.support.evm import events, reverts_with, word


@pytest.fixture(scope="module")
def approved(lifecycle):
    return lifecycle().to(Phase.ENROLLING)


@pytest.fixture
def life(approved):
    """Ready to start."""
    approved.enrol()
    return approved


def test_start(life):
    treasury, pool = life.cast.treasury, life.cast.treasury.pool()
    transaction = life.start()
    opened = transaction.timestamp
    seed = word(web3.keccak(encode(["uint256", "address"], [chain.id, life.task.address])))
    assert events(transaction, "TaskStarted") == [{"seed": seed}]
    assert events(transaction, "ModelBlockWritten") == [{"number": 0, "pointer": model(0)}]
    assert events(transaction, "RoundOpened") == [
        {"round": 0, "seats": life.committee, "fillers": [False] * 3, "eligible": 4}
    ]
    assert events(transaction, "DeadlinesSet") == [
        {
            "round": 0,
            "attempt": 0,
            "trainingEnds": opened + 1_000,
            "committingEnds": opened + 3_000,
            "revealingEnds": opened + 6_000,
            "aggregatingEnds": 0,
        }
    ]
    assert events(transaction, "BudgetMoved") == [{"task": life.task, "amount": BUDGET}]
    assert life.phase == Phase.TRAINING
    assert (life.task.ledger(0), life.task.seed()) == (model(0), seed)
    assert (treasury.budgetOf(life.task), treasury.pool()) == (BUDGET, pool - BUDGET)


def test_what_the_round_starts_with(life):
    life.start()
    current, roster = life.task.round(), life.task.roster()
    assert (current["number"], current["attempt"], current["milestone"]) == (0, 0, Milestone.OPEN)
    assert (current["seats"], current["submitted"], current["committed"], current["revealed"]) == (3, 0, 0, 0)
    assert (roster["eligible"], roster["active"], roster["emptyRounds"]) == (4, 7, 0)
    for index, seat in enumerate(life.committee):
        marks = life.task.participant(seat)
        assert (marks["seatedIn"], marks["seat"], marks["filledIn"], marks["terms"]) == (1, index, 0, 0)


def test_anyone_may_start(life, stranger):
    life.task.start({"from": stranger})
    assert life.phase == Phase.TRAINING


@pytest.mark.parametrize("phase", [Phase.PROPOSED, Phase.CANCELLED, Phase.TRAINING])
def test_only_once_it_is_approved(lifecycle, phase):
    life = lifecycle().to(phase)
    with reverts_with("WrongPhase", 0, phase, Phase.ENROLLING):
        life.start()


def test_not_too_late(life):
    start_by = life.deadline()
    life.time_out()
    with reverts_with("EnrolmentClosed", start_by):
        life.start()


def test_the_whole_committee_is_enrolled(approved):
    approved.enrol(*approved.committee[:2], *approved.trainers)
    with reverts_with("NotEnrolled", approved.committee[2]):
        approved.start()


def test_the_committee_is_still_of_the_federation(life):
    life.cast.federation.leave({"from": life.committee[1]})
    with reverts_with("NotMember", life.committee[1]):
        life.start()


def test_the_committee_is_not_retired(life):
    life.cast.federation.leave({"from": life.committee[1]})
    life.task.retire(life.committee[1], life.anyone)
    with reverts_with("NotEnrolled", life.committee[1]):
        life.start()


def test_just_enough_trainers(approved):
    approved.enrol(*approved.committee, *approved.trainers[:2])
    approved.start()
    assert approved.task.roster()["eligible"] == 2


def test_too_few_trainers(approved):
    approved.enrol(*approved.committee, approved.trainers[0])
    with reverts_with("TooFewTrainers", 2, 1):
        approved.start()


def test_who_was_counted_out_is_no_trainer(approved):
    approved.enrol(*approved.committee, *approved.trainers[:2])
    approved.cast.federation.leave({"from": approved.trainers[0]})
    approved.task.retire(approved.trainers[0], approved.anyone)
    with reverts_with("TooFewTrainers", 2, 1):
        approved.start()


def test_the_pool_holds_the_budget(lifecycle, cast):
    pool = cast.treasury.pool()
    life = lifecycle()
    life.approve(pool + 1)
    life.enrol()
    with reverts_with("InsufficientPool", pool + 1, pool):
        life.start()


def test_the_pool_may_give_its_last(lifecycle, cast):
    life = lifecycle()
    life.approve(cast.treasury.pool())
    life.enrol()
    life.start()
    assert cast.treasury.pool() == 0
