"""close: what seats are paid for what they did. What updates are paid is in test_close.py."""

import pytest

from folkmoot.chain.structs import Phase
from folkmoot.rules import contest_reward, flat_reward, pay, stake_reward
from tests.contracts.cast import model
from tests.contracts.lifecycle import BUDGET
from tests.support.evm import events, rewound, word

SHARE = BUDGET // 4
FLAT = 20 | 30 << 16 | 40 << 32  # an update, a seat that revealed, one that attested
UPDATES = [20] * 3


@pytest.fixture(scope="module")
def start(lifecycle, cast):
    """Factory of tasks with a reward rule and its word."""

    def start(rule="FlatReward", parameters=FLAT, **changes):
        return lifecycle(rewardRule=cast.rules[rule], rewardParameters=word(parameters), **changes)

    return start


@pytest.fixture(scope="module")
def life(start):
    return start().to(Phase.AGGREGATING)


def paid(transaction):
    """What seats weighed and earned, by member."""
    return {event["member"]: (event["weight"], event["amount"]) for event in events(transaction, "SeatPaid")}


def earned(transaction):
    """Updates in the order of their rank, then seats."""
    names = ("UpdateBlockWritten", "SeatPaid")
    return [event["amount"] for name in names for event in events(transaction, name)]


def weigh(seats, weights):
    """What seats weigh and earn beside three updates."""
    amounts = pay([*UPDATES, *weights], BUDGET, 4)[3:]
    return dict(zip([seat.address for seat in seats], zip(weights, amounts, strict=True), strict=True))


def test_who_revealed_and_attested_is_paid_for_both(life):
    life.attest(*life.committee[:2])
    transaction = life.close()
    assert paid(transaction) == weigh(life.committee, [70, 70, 30])
    assert [life.cast.treasury.owedTo(seat) for seat in life.committee] == earned(transaction)[3:]


def test_stakes_grow_by_what_seats_weigh(life):
    life.attest(*life.committee[:2])
    life.close()
    stakes = [life.task.participant(account)["stake"] for account in (*life.committee, *life.trainers)]
    assert stakes == [71, 71, 31, 21, 21, 21, 1]


def test_a_minority_is_not_paid_for_its_attestation(life):
    life.attest(life.committee[1], pointer=model(99))
    life.attest(life.committee[0], life.committee[2])
    assert paid(life.close()) == weigh(life.committee, [70, 30, 70])


def test_who_did_not_reveal_is_not_paid_for_it(start):
    life = start().to(Phase.REVEALING)
    life.reveal(*life.committee[:2])
    life.time_out()
    life.to(Phase.AGGREGATING).attest(life.committee[1], life.committee[2])
    assert paid(life.close()) == weigh(life.committee, [30, 70, 40])


def test_who_neither_revealed_nor_attested_is_not_paid(start):
    life = start().to(Phase.REVEALING)
    life.reveal(*life.committee[:2])
    life.time_out()
    life.to(Phase.AGGREGATING).attest(*life.committee[:2])
    assert paid(life.close()) == weigh(life.committee[:2], [70, 70])
    assert life.task.participant(life.committee[2])["stake"] == 1


def test_each_seat_is_paid_for_its_own_work(start):
    life = start(seats=6, aggregators=3).to(Phase.AGGREGATING)
    life.attest(life.committee[5], pointer=model(99))
    life.attest(*life.committee[3:5])
    assert paid(life.close()) == weigh(life.committee[:5], [30, 30, 30, 40, 40])


def test_what_a_holder_revealed_before_it_was_replaced_is_paid_to_nobody(start):
    life = start().to(Phase.AGGREGATING)
    life.attest(life.committee[0])
    life.time_out()
    life.recover()
    life.attest(*life.seated[:2])
    transaction = life.close()
    weights = {member: weight for member, (weight, _) in paid(transaction).items()}
    successor = next(member for member in weights if member not in life.committee)
    assert weights == {life.committee[0].address: 70, successor: 40}
    total = 3 * 20 + 3 * 30 + 2 * 40  # three have revealed
    assert earned(transaction) == [BUDGET * weight // (total * 4) for weight in (20, 20, 20, 70, 40)]


def test_what_is_not_paid_stays_in_the_budget(life):
    life.attest(*life.committee[:2])
    before = life.cast.treasury.owed()
    amounts = earned(life.close())
    assert SHARE - len(amounts) < sum(amounts) <= SHARE
    assert life.cast.treasury.budgetOf(life.task) == BUDGET - sum(amounts)
    assert life.cast.treasury.owed() == before + sum(amounts)


def test_pages_pay_the_same(life):
    life.attest(life.committee[0], life.committee[2])
    people = [*life.committee, *life.trainers]
    outcomes = []
    for steps in ([100], [1] * 8, [3, 5], [5, 1, 2]):
        with rewound():
            for count in steps:
                life.close(count)
            assert life.round == 1
            stakes = [life.task.participant(account)["stake"] for account in people]
            outcomes.append((stakes, [life.cast.treasury.owedTo(account) for account in people]))
    assert all(other == outcomes[0] for other in outcomes)


def test_a_rule_that_weighs_nothing_pays_nobody(start):
    life = start(parameters=0).to(Phase.CLOSING)
    transaction = life.close()
    assert (paid(transaction), earned(transaction)) == ({}, [0, 0, 0])
    assert life.cast.treasury.budgetOf(life.task) == BUDGET
    assert life.phase == Phase.TRAINING


def test_seats_alone_may_be_paid(start):
    """Nothing that was accepted weighs anything, and yet it becomes blocks."""
    life = start(parameters=30 << 16).to(Phase.CLOSING)
    transaction = life.close()
    assert earned(transaction) == [0, 0, 0, *[SHARE // 3] * 3]
    assert len(events(transaction, "UpdateBlockWritten")) == 3


@pytest.mark.parametrize(
    ("name", "weights_of", "parameters"),
    [
        ("StakeReward", stake_reward, 5 | 3 << 16),
        ("FlatReward", flat_reward, FLAT),
        ("ContestReward", contest_reward, 2),
    ],
)
def test_rules_foretell_the_pay(start, name, weights_of, parameters):
    life = start(name, parameters).to(Phase.TRAINING)
    samples = [10, 900, 30, 20]
    for author, count in zip(life.trainers, samples, strict=True):
        life.submit(author, samples=count)
    [settled] = events(life.to_last_reveal().settle(), "RoundSettled")
    weights = weights_of([9_000, 8_000, 7_000], samples[:3], 4, 3, parameters)
    assert settled["weights"] == weights
    *updates, judging, attesting = weights
    life.attest(*life.committee[:2])
    seats = [judging + attesting, judging + attesting, judging]
    expected = [*updates, *seats] if judging else updates
    assert earned(life.close()) == pay(expected, BUDGET, 4)
