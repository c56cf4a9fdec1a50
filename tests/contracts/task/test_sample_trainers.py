"""draw: who trains, where not everybody does."""

import pytest

from folkmoot.chain.structs import Phase
from folkmoot.rules import sample_trainers
from tests.contracts.lifecycle import pointer
from tests.support.evm import events, reverts_with

PLACES = 20
MAX_DRAWS = 8 * PLACES


def foretold(life):
    """Who will be drawn, by the seed alone."""
    task, seated, number = life.task, life.seated, life.round
    accounts = [task.enrolledAt(i + 1) for i in range(task.roster()["enrolled"])]
    idle = [] if task.parameters()["seatsTrain"] else seated
    marks = {address: task.participant(address) for address in accounts if address not in idle}
    able = [
        one["number"]
        for one in marks.values()
        if not one["retired"] and max(one["since"], one["suspendedUntil"]) <= number
    ]
    numbers = sample_trainers(able, task.round()["eligible"], bytes(task.seed()), PLACES)
    return [accounts[number - 1] for number in numbers]


def drawn(*transactions):
    return [
        account for one in transactions for event in events(one, "TrainersSampled") for account in event["trainers"]
    ]


@pytest.fixture(scope="module")
def life(lifecycle):
    """Of ten members six take part: three sit, three of the other seven are drawn."""
    return lifecycle(trainers=7, activeShare=6_000).to(Phase.SAMPLING)


def test_draw(life):
    expected = foretold(life)
    transaction = life.sample()
    assert len(set(expected)) == 3
    assert events(transaction, "TrainersSampled") == [{"round": 0, "trainers": expected, "left": 0}]
    [announced] = events(transaction, "DeadlineSet")
    assert announced["deadline"] == transaction.timestamp + 6_000
    assert (life.phase, life.task.round()["eligible"], life.task.progress()["sampled"]) == (Phase.TRAINING, 3, 3)
    assert [
        account for account in life.trainers if life.task.participant(account)["sampledIn"] == 1
    ] == life.free_trainers()
    assert set(expected) == {account.address for account in life.free_trainers()}


def test_page_by_page(life):
    expected = foretold(life)
    transactions = []
    while life.phase == Phase.SAMPLING:
        transactions.append(life.sample(1))
        met = drawn(*transactions)
        assert events(transactions[-1], "TrainersSampled")[0]["left"] == 3 - len(met)
        assert life.task.progress()["draws"] == len(transactions)
        assert (life.phase == Phase.TRAINING) == (len(met) == 3)
        assert len(events(transactions[-1], "DeadlineSet")) == (len(met) == 3)
    assert drawn(*transactions) == expected


@pytest.mark.parametrize(
    ("share", "changes", "eligible"),
    [
        (6_000, {}, 3),
        (5_000, {}, 2),
        (5_001, {}, 3),  # rounded up
        (1, {}, 2),  # at least minUpdates
        (1, {"minUpdates": 3, "minEnrolled": 6}, 3),
        (9_000, {}, 6),
        (10_000, {}, 6),  # at most maxUpdates
        (10_000, {"maxUpdates": 4}, 4),
        (8_000, {"seats": 6, "aggregators": 3, "trainers": 4}, 2),
        (4_000, {"seatsTrain": True}, 4),
        (10_000, {"seatsTrain": True}, 6),
    ],
)
def test_how_many(lifecycle, share, changes, eligible):
    life = lifecycle(**{"trainers": 7, "activeShare": share, **changes}).to(Phase.SAMPLING)
    assert life.task.round()["eligible"] == eligible
    assert drawn(life.sample()) == foretold(life)
    assert len(life.free_trainers()) == life.task.round()["eligible"] == eligible


def test_no_more_than_there_are(lifecycle):
    life = lifecycle(trainers=2, activeShare=9_000).to(Phase.CLOSING)
    life.cast.federation.leave({"from": life.committee[2]})
    [opened] = events(life.close(), "RoundOpened")
    assert (len(opened["seats"]), opened["eligible"]) == (3, 1)


def test_who_is_drawn_trains_and_nobody_else(life):
    life.sample()
    chosen = life.free_trainers()
    for account in life.trainers:
        if account not in chosen:
            with reverts_with("NotSampled", account, 0):
                life.submit(account)
    life.submit(*chosen[:2])
    assert life.phase == Phase.TRAINING
    life.submit(chosen[2])
    assert life.phase == Phase.COMMITTING


def test_a_draw_counts_for_one_round(life):
    life.sample()
    before = life.free_trainers()
    life.finish_round()
    assert life.phase == Phase.SAMPLING
    expected = foretold(life)
    life.sample()
    for account in before:
        if account in life.seated:
            with reverts_with("SeatedMembersDoNotTrain", account, 1):
                life.submit(account)
        elif account not in expected:
            with reverts_with("NotSampled", account, 1):
                life.submit(account)
    assert {account.address for account in life.free_trainers()} == set(expected)
    life.finish_round()
    assert life.round == 2


def test_the_suspended_are_not_drawn(lifecycle):
    life = lifecycle(trainers=7, activeShare=8_000, maxStrikes=1, suspensionRounds=2)
    life.scores = (9_000, 8_000, 7_000, 6_000, 0)
    life.to(Phase.TRAINING)
    culprit = life.free_trainers()[4]
    life.finish_round()
    assert life.task.participant(culprit)["suspendedUntil"] == 3
    expected = foretold(life)
    assert drawn(life.sample()) == expected
    assert len(expected) == 5
    assert culprit not in expected


def test_who_enrols_while_it_lasts_is_not_drawn_and_changes_nothing(lifecycle, members):
    life = lifecycle(activeShare=8_000).to(Phase.SAMPLING)
    expected = foretold(life)
    first = life.sample(1)
    life.enrol(*members[7:])
    assert drawn(first, life.sample()) == expected
    with reverts_with("NotYetEligible", members[7], 1):
        life.submit(members[7])


def test_who_is_retired_is_not_drawn(life):
    gone = life.account(foretold(life)[0])
    life.cast.federation.leave({"from": gone})
    life.task.retire(gone, life.anyone)
    expected = foretold(life)
    assert drawn(life.sample()) == expected
    assert gone not in expected


def test_who_was_drawn_and_left_does_not_train(life):
    life.sample()
    gone = life.free_trainers()[0]
    life.cast.federation.leave({"from": gone})
    with reverts_with("NotMember", gone):
        life.task.submitUpdate(0, pointer(gone, 0), 1, {"from": gone})


@pytest.fixture
def short(lifecycle):
    """Three of the four who do not sit are to be drawn; the first two of them have left."""
    life = lifecycle(activeShare=8_000).to(Phase.SAMPLING)
    assert life.task.round()["eligible"] == 3
    retire(life, life.trainers[0])
    retire(life, life.trainers[1])
    return life


def retire(life, account):
    life.cast.federation.leave({"from": account})
    life.task.retire(account, life.anyone)


def test_members_leave_while_it_lasts(short):
    expected = foretold(short)
    assert set(expected) == set(short.trainers[2:])
    first = short.sample(MAX_DRAWS - 1)
    assert (short.phase, events(first, "TrainersSampled")[0]["left"]) == (Phase.SAMPLING, 1)
    last = short.sample()
    assert events(last, "TrainersSampled") == [{"round": 0, "trainers": [], "left": 0}]
    assert (short.phase, short.task.round()["eligible"]) == (Phase.TRAINING, 2)
    assert (short.task.progress()["draws"], drawn(first)) == (MAX_DRAWS, expected)
    short.submit()
    assert short.phase == Phase.COMMITTING


def test_so_many_leave_that_the_round_is_carried(short):
    retire(short, short.trainers[2])
    short.sample()
    assert short.task.round()["eligible"] == 1
    short.submit(short.trainers[3])
    short.time_out(Phase.TRAINING)
    assert len(events(short.recover(), "RoundCarried")) == 1


def test_a_recovery_draws_nobody_anew(life):
    life.sample()
    chosen = life.free_trainers()
    life.submit(chosen[0])
    life.time_out()
    life.recover()
    assert life.free_trainers() == chosen
    life.submit(*chosen[1:])
    assert life.phase == Phase.COMMITTING


def test_training_lasts_as_long_after_a_pause(life):
    expected = foretold(life)
    life.pause(500)
    with reverts_with("WrongPhase", 0, Phase.PAUSED, Phase.SAMPLING):
        life.sample()
    life.time_out()
    transaction = life.sample()
    assert drawn(transaction) == expected
    assert life.deadline(Phase.TRAINING) == transaction.timestamp + 1_000


def test_a_voided_draw_is_made_anew(life):
    life.sample(1)
    life.rollback(0, life.committee)
    assert (life.phase, life.round, life.task.progress()["draws"]) == (Phase.SAMPLING, 1, 0)
    assert drawn(life.sample()) == foretold(life)


def test_anyone_draws(life, stranger):
    life.task.sampleTrainers(MAX_DRAWS, {"from": stranger})
    assert life.phase == Phase.TRAINING


def test_no_steps_are_none(life):
    with reverts_with("ZeroAmount"):
        life.sample(0)


def test_not_twice(life):
    life.sample()
    with reverts_with("WrongPhase", 0, Phase.TRAINING, Phase.SAMPLING):
        life.sample()


def test_where_everybody_trains_nobody_is_drawn(lifecycle):
    life = lifecycle().to(Phase.TRAINING)
    with reverts_with("WrongPhase", 0, Phase.TRAINING, Phase.SAMPLING):
        life.sample()
