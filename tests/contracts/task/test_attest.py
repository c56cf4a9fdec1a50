import pytest

from folkmoot.chain.structs import Milestone, Phase
from tests.contracts.cast import model
from tests.contracts.lifecycle import ALL
from tests.support.evm import events, reverts_with, word

RIGHT, WRONG = model(1), model(99)


@pytest.fixture(scope="module")
def life(lifecycle):
    return lifecycle().to(Phase.AGGREGATING)


def attest(life, seat, pointer=RIGHT, *, number=0, index=None):
    place = life.seat_of(seat) if index is None else index
    return life.task.attest(number, place, pointer, {"from": seat})


def test_attest(life):
    seat = life.committee[1]
    transaction = attest(life, seat)
    assert events(transaction, "AggregateAttested") == [{"round": 0, "member": seat, "attempt": 0, "pointer": RIGHT}]
    assert events(transaction, "AggregateAgreed") == []
    assert life.task.tallies() == [(RIGHT, 1, 0, 0, 0)]
    assert [place["attestedIn"] for place in life.task.seats()] == [0, 1, 0]
    assert life.phase == Phase.AGGREGATING


def test_more_than_half_of_the_seats_agree(life):
    attest(life, life.committee[0])
    transaction = attest(life, life.committee[2])
    assert events(transaction, "AggregateAgreed") == [{"round": 0, "pointer": RIGHT, "votes": 2}]
    assert life.task.round()["milestone"] == Milestone.AGREED
    assert life.phase == Phase.CLOSING


def test_half_of_the_seats_do_not_agree(lifecycle):
    life = lifecycle(seats=4, trainers=4, committee=4, updatesPerRound=4).to(Phase.AGGREGATING)
    attest(life, life.committee[0])
    attest(life, life.committee[1])
    assert life.phase == Phase.AGGREGATING
    attest(life, life.committee[2])
    assert life.phase == Phase.CLOSING


def test_each_pointer_has_a_tally(life):
    attest(life, life.committee[0], WRONG)
    attest(life, life.committee[1])
    assert life.task.tallies() == [(WRONG, 1, 0, 0, 0), (RIGHT, 1, 0, 0, 0)]
    assert [place["tally"] for place in life.task.seats()] == [0, 1, 0]
    transaction = attest(life, life.committee[2])
    assert events(transaction, "AggregateAgreed") == [{"round": 0, "pointer": RIGHT, "votes": 2}]
    assert life.task.currentModel() == RIGHT


def test_when_all_differ_the_round_stalls(life):
    for number, seat in enumerate(life.committee):
        attest(life, seat, word(50 + number))
    assert len(life.task.tallies()) == 3
    life.time_out()
    assert (life.phase, Phase(life.task.stalledPhase())) == (Phase.STALLED, Phase.AGGREGATING)


def test_old_tallies_do_not_count(life):
    attest(life, life.committee[0], WRONG)
    attest(life, life.committee[1])
    life.time_out()
    life.recover()
    assert life.task.tallies() == []
    attest(life, life.committee[0])
    assert life.task.tallies() == [(RIGHT, 1, 0, 0, 1)]
    assert life.phase == Phase.AGGREGATING


def test_tallies_of_an_earlier_round_do_not_count(life):
    life.attest()
    life.close()
    life.to(Phase.AGGREGATING)
    assert life.task.tallies() == []
    attest(life, life.seated[0], RIGHT, number=1)
    assert life.task.tallies() == [(RIGHT, 1, 0, 1, 0)]


def test_who_was_silent_before_may_attest(lifecycle):
    life = lifecycle().to(Phase.REVEALING)
    life.reveal(*life.committee[:2])
    life.time_out()
    life.settle()
    attest(life, life.committee[2])
    assert life.task.tallies() == [(RIGHT, 1, 0, 0, 0)]


def test_not_twice(life):
    attest(life, life.committee[0])
    with reverts_with("AlreadyAttested", life.committee[0], 0):
        attest(life, life.committee[0], WRONG)


def test_something_is_attested(life):
    with reverts_with("ZeroBytes32"):
        attest(life, life.committee[0], word(0))


def test_the_round_is_named(life):
    with reverts_with("WrongRound", 1, 0):
        attest(life, life.committee[0], number=1)


@pytest.mark.parametrize("index", [1, 3, 2**256 - 1])
def test_only_on_ones_own_seat(life, index):
    with reverts_with("NotSeated", life.committee[0], 0):
        attest(life, life.committee[0], index=index)


def test_not_a_trainer(life):
    with reverts_with("NotSeated", life.trainers[0], 0):
        attest(life, life.trainers[0], index=0)


def test_not_who_was_replaced(life):
    attest(life, life.committee[0])
    life.time_out()
    life.recover()
    with reverts_with("NotSeated", life.committee[1], 0):
        attest(life, life.committee[1], index=1)


def test_only_members_of_the_federation(life):
    life.cast.federation.leave({"from": life.committee[0]})
    with reverts_with("NotMember", life.committee[0]):
        attest(life, life.committee[0])


def test_only_in_its_window(lifecycle):
    life = lifecycle().to(Phase.SETTLING)
    with reverts_with("WrongPhase", 0, Phase.SETTLING, Phase.AGGREGATING):
        attest(life, life.committee[0])


@pytest.fixture
def agreed(lifecycle, cast):
    """Two of three agree; each attestation is paid for."""
    flat = {"rewardRule": cast.rules["FlatReward"], "rewardParameters": word(0 | 0 << 16 | 5 << 32)}
    life = lifecycle(**flat).to(Phase.AGGREGATING)
    life.attest(*life.committee[:2])
    assert life.phase == Phase.CLOSING
    return life


def test_who_agrees_after_the_others_is_paid_too_and_the_last_one_closes(agreed):
    transaction = attest(agreed, agreed.committee[2])
    assert len(events(transaction, "AggregateAttested")) == 1
    assert events(transaction, "AggregateAgreed") == []
    paid = {event["member"]: event["amount"] for event in events(transaction, "SeatPaid")}
    assert set(paid) == set(agreed.committee)
    assert len(set(paid.values())) == 1
    assert len(events(transaction, "RoundClosed")) == 1
    assert (agreed.round, agreed.phase) == (1, Phase.TRAINING)


def test_a_seat_that_left_is_waited_for(agreed):
    agreed.cast.federation.leave({"from": agreed.committee[2]})
    assert agreed.phase == Phase.CLOSING
    assert len(events(agreed.close(), "RoundClosed")) == 1


def test_who_does_not_agree_comes_too_late(agreed):
    with reverts_with("AnotherAgreed", RIGHT):
        attest(agreed, agreed.committee[2], WRONG)


def test_nobody_agrees_once_the_round_is_being_closed(agreed):
    agreed.close(1)
    with reverts_with("WrongPhase", 0, Phase.CLOSING, Phase.AGGREGATING):
        attest(agreed, agreed.committee[2])


def test_nobody_agrees_twice(agreed):
    with reverts_with("AlreadyAttested", agreed.committee[0], 0):
        attest(agreed, agreed.committee[0])


def test_nobody_agrees_in_a_pause(agreed):
    agreed.pause()
    with reverts_with("WrongPhase", 0, Phase.PAUSED, Phase.CLOSING):
        attest(agreed, agreed.committee[2])


def test_with_too_little_gas_to_close_the_last_only_attests(lifecycle):
    """Whoever attests just before another seat makes it the last, which must not cost that one its pay."""
    life = lifecycle().to(Phase.AGGREGATING)
    first, second, last = life.committee
    life.attest(first, second)
    life.task.attest(0, life.seat_of(last), model(1), {"from": last, "gas_limit": 500_000})
    assert life.phase == Phase.CLOSING
    life.task.close(ALL, life.anyone)
    assert life.round == 1
