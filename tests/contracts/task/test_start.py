import pytest
from brownie import chain, web3
from eth_abi import encode

from folkmoot.chain.structs import Milestone, Phase
from folkmoot.rules.election import draw_word
from tests.contracts.cast import model
from tests.contracts.lifecycle import BUDGET
from tests.support.evm import events, reverts_with, rewound, word


def seed_of(life):
    return bytes(life.task.seed())


def drawn_by(life, block):
    """What the hash of a block makes of it, encoded."""
    known = bytes(web3.eth.get_block(block)["hash"])
    return encode(["uint256", "address", "bytes32"], [chain.id, life.task.address, known])


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
    closing = life.task.start(life.anyone)
    assert events(closing, "EnrolmentClosed") == [{"number": closing.block_number}]
    assert (life.phase, life.task.round()["milestone"]) == (Phase.ENROLLING, Milestone.ENROLLED)
    assert (treasury.pool(), bytes(life.task.seed())) == (pool, bytes(32))
    transaction = life.task.start(life.anyone)
    opened = transaction.timestamp
    assert seed_of(life) == bytes(web3.keccak(drawn_by(life, closing.block_number)))
    seed = word(seed_of(life))
    assert events(transaction, "TaskStarted") == [{"seed": seed}]
    assert events(transaction, "ModelBlockWritten") == [{"round": 0, "model": 0, "pointer": model(0)}]
    assert events(transaction, "RoundOpened") == [
        {
            "round": 0,
            "seats": life.committee,
            "committee": 3,
            "fillers": [False] * 3,
            "eligible": 4,
            "sampled": False,
        }
    ]
    assert events(transaction, "DeadlineSet") == [
        {
            "round": 0,
            "attempt": 0,
            "milestone": Milestone.OPEN,
            "deadline": opened + 6_000,
            "endBlock": transaction.block_number,
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
    assert (current["eligible"], roster["active"], roster["emptyRounds"]) == (4, 7, 0)
    for index, seat in enumerate(life.committee):
        marks = life.task.participant(seat)
        assert (marks["seatedIn"], marks["seat"], marks["filledIn"], marks["terms"]) == (1, index, 0, 0)


def test_anyone_may_start(life, stranger):
    for _ in range(2):
        life.task.start({"from": stranger})
    assert life.phase == Phase.TRAINING


def test_who_waits_does_not_choose_the_seed(life):
    """It is that of the enrolment's block, however late the call that uses it."""
    closed = life.task.start(life.anyone).block_number
    seeds = set()
    for _ in range(3):
        with rewound():
            life.task.start(life.anyone)
            seeds.add(seed_of(life))
        chain.mine(80)
    assert seeds == {bytes(web3.keccak(drawn_by(life, closed)))}


def test_a_lost_hash_is_replaced(life):
    """The chain gives those of the last 256 blocks."""
    closed = life.task.start(life.anyone).block_number
    chain.mine(255)
    with rewound():
        life.task.start(life.anyone)
        assert life.phase == Phase.TRAINING
    chain.mine()
    again = life.task.start(life.anyone)
    assert events(again, "EnrolmentClosed") == [{"number": again.block_number}]
    assert again.block_number == closed + 257
    life.task.start(life.anyone)
    assert seed_of(life) == bytes(web3.keccak(drawn_by(life, again.block_number)))


def test_nobody_enrols_once_the_seed_can_be_known(approved):
    approved.enrol(*approved.committee, *approved.trainers[:3])
    late = approved.trainers[3]
    with rewound():
        approved.task.start(approved.anyone)
        with reverts_with("TaskStarting"):
            approved.enrol(late)
        approved.task.start(approved.anyone)
        approved.enrol(late)
        assert approved.task.participant(late)["since"] == 1
    approved.enrol(late)
    assert approved.task.participant(late)["since"] == 0


def test_what_cannot_start_does_not_end_the_enrolment(approved):
    approved.enrol(*approved.committee, approved.trainers[0])
    with reverts_with("TooFewEnrolled", 5, 4):
        approved.task.start(approved.anyone)
    assert approved.task.round()["milestone"] == Milestone.APPROVED
    approved.enrol(approved.trainers[1])


@pytest.mark.parametrize("ending", ["cancel", "expire"])
def test_a_task_that_cannot_start_any_more_ends(life, ending):
    life.task.start(life.anyone)
    life.cast.federation.leave({"from": life.committee[0]})
    with reverts_with("NotMember", life.committee[0]):
        life.task.start(life.anyone)
    if ending == "cancel":
        life.cast.decide(life.task.cancel)
        assert life.phase == Phase.CANCELLED
    else:
        life.time_out()
        life.task.expire(life.anyone)
        assert life.phase == Phase.EXPIRED


def test_managers_fund_a_task_that_is_starting(life):
    life.task.start(life.anyone)
    life.cast.decide(life.task.fund, 5)
    assert life.task.roster()["budget"] == BUDGET + 5


@pytest.mark.parametrize("phase", [Phase.PROPOSED, Phase.CANCELLED, Phase.TRAINING])
def test_only_once_it_is_approved(lifecycle, phase):
    life = lifecycle().to(phase)
    with reverts_with("WrongPhase", 0, phase, Phase.ENROLLING):
        life.start()


def test_not_before_enough_have_enrolled_or_the_window_has_passed(lifecycle):
    life = lifecycle(minEnrolled=7).to(Phase.ENROLLING)
    life.enrol(*life.committee, *life.trainers[:3])
    with reverts_with("TooFewEnrolled", 7, 6):
        life.start()
    with rewound():
        life.enrol(life.trainers[3])
        life.start()
    life.time_out()
    life.start()
    assert life.task.round()["eligible"] == 3


@pytest.fixture
def unnamed(lifecycle):
    """Nobody is named: three of seven are drawn."""
    life = lifecycle()
    life.cast.decide(life.task.approve, BUDGET, [])
    assert (life.task.round()["seats"], life.seated) == (0, [])
    return life


def test_a_first_committee_that_nobody_named_is_drawn(unnamed):
    unnamed.enrol()
    unnamed.start()
    seed = bytes(unnamed.task.seed())
    order = sorted(range(1, 8), key=lambda number: draw_word(seed, number) % 2**128, reverse=True)
    assert unnamed.seated == [unnamed.task.enrolledAt(number) for number in order[:3]]
    assert (unnamed.task.round()["seats"], unnamed.task.round()["eligible"]) == (3, 4)
    unnamed.finish_round()


def test_the_seed_of_the_draw_is_another_in_each_block(unnamed):
    unnamed.enrol()
    seeds = set()
    for _ in range(3):
        with rewound():
            unnamed.start()
            seeds.add(seed_of(unnamed))
        chain.mine()
    assert len(seeds) == 3


def test_who_left_the_federation_is_not_drawn(unnamed):
    unnamed.enrol()
    for gone in unnamed.trainers[:3]:
        unnamed.cast.federation.leave({"from": gone})
    unnamed.start()
    assert not set(unnamed.seated) & set(unnamed.trainers[:3])


def test_a_committee_is_not_drawn_of_two(unnamed):
    unnamed.enrol()
    for gone in (*unnamed.committee, *unnamed.trainers[:2]):
        unnamed.cast.federation.leave({"from": gone})
    with reverts_with("TooFewEnrolled", 3, 2):
        unnamed.start()
    unnamed.time_out()
    unnamed.task.expire(unnamed.anyone)
    assert unnamed.phase == Phase.EXPIRED


def test_a_drawn_committee_leaves_enough_to_train(unnamed):
    unnamed.enrol(*unnamed.committee, unnamed.trainers[0])
    with reverts_with("TooFewEnrolled", 5, 4):
        unnamed.start()


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
    assert approved.task.round()["eligible"] == 2


def test_too_few_trainers(approved):
    approved.enrol(*approved.committee, approved.trainers[0])
    with reverts_with("TooFewEnrolled", 5, 4):
        approved.start()


def test_who_was_counted_out_is_no_trainer(approved):
    approved.enrol(*approved.committee, *approved.trainers[:2])
    approved.cast.federation.leave({"from": approved.trainers[0]})
    approved.task.retire(approved.trainers[0], approved.anyone)
    with reverts_with("TooFewEnrolled", 5, 4):
        approved.start()


def test_the_pool_holds_the_budget(lifecycle, cast):
    pool = cast.treasury.pool()
    life = lifecycle()
    life.approve(pool)
    other = lifecycle()
    other.approve(1)
    other.enrol()
    other.start()
    life.enrol()
    with reverts_with("InsufficientPool", pool, pool - 1):
        life.task.start(life.anyone)
    assert life.task.round()["milestone"] == Milestone.APPROVED, "members can still enrol"


def test_the_pool_may_give_its_last(lifecycle, cast):
    life = lifecycle()
    life.approve(cast.treasury.pool())
    life.enrol()
    life.start()
    assert cast.treasury.pool() == 0
