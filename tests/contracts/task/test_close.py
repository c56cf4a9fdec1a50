"""close: blocks, payments and the next round. See also test_strikes.py and test_election.py (who sits next)."""

from dataclasses import replace

import pytest

from folkmoot.chain.structs import Milestone, Phase
from tests.contracts.cast import model
from tests.contracts.lifecycle import BUDGET, pointer
from tests.support.evm import events, reverts_with, rewound, word

SHARE = BUDGET // 4  # of each of four rounds
PAY = [SHARE * score // 24_000 for score in (9_000, 8_000, 7_000)]
NOBODY = word(0)


@pytest.fixture(scope="module")
def life(lifecycle):
    """Updates with 9000, 8000, 7000 and 6000 have been judged; the best three are accepted."""
    return lifecycle().to(Phase.CLOSING)


def test_close(life):
    transaction = life.close()
    assert events(transaction, "RoundClosed") == [
        {"round": 0, "model": 1, "pointer": model(1), "paid": sum(PAY), "seed": life.task.seed()}
    ]
    [opened] = events(transaction, "RoundOpened")
    assert (opened["round"], opened["seats"], opened["fillers"]) == (1, life.trainers[:3], [False] * 3)
    assert (opened["committee"], opened["eligible"], opened["sampled"]) == (3, 4, False)
    assert events(transaction, "DeadlineSet")[0]["deadline"] == transaction.timestamp + 6_000
    assert (life.phase, life.round) == (Phase.TRAINING, 1)
    current = life.task.round()
    assert (current["submitted"], current["committed"], current["revealed"], current["attempt"]) == (0, 0, 0, 0)
    assert current["milestone"] == Milestone.OPEN
    assert (life.task.progress()["pages"], life.task.progress()["closed"]) == (0, 0)


def test_the_ledger(life):
    transaction = life.close()
    assert events(transaction, "ModelBlockWritten") == [{"round": 0, "model": 1, "pointer": model(1)}]
    assert events(transaction, "UpdateBlockWritten") == [
        {
            "round": 0,
            "author": author,
            "rank": 1 + rank,
            "pointer": pointer(author, 0),
            "score": 9_000 - 1_000 * rank,
            "amount": PAY[rank],
        }
        for rank, author in enumerate(life.trainers[:3])
    ]
    assert [life.task.ledger(number) for number in range(3)] == [model(0), model(1), NOBODY]


def test_accepted_updates_are_recorded_with_their_ranks(lifecycle):
    life = lifecycle()
    life.scores = (6_000, 7_000, 9_000, 8_000)
    recorded = events(life.to(Phase.CLOSING).close(), "UpdateBlockWritten")
    expected = {1 + rank: pointer(life.trainers[index], 0) for rank, index in enumerate((2, 3, 1))}
    assert {event["rank"]: event["pointer"] for event in recorded} == expected


def test_a_round_may_accept_fewer(lifecycle):
    life = lifecycle()
    life.scores = (9_000, 8_000, 100, 100)
    recorded = events(life.to(Phase.CLOSING).close(), "UpdateBlockWritten")
    assert [event["rank"] for event in recorded] == [1, 2]
    assert life.task.ledger(1) == model(1)


def test_pay(life):
    treasury = life.cast.treasury
    transaction = life.close()
    assert events(transaction, "Credited") == [
        {"task": life.task, "round": 0, "accounts": life.trainers[:3], "amounts": PAY}
    ]
    assert [treasury.owedTo(author) for author in life.trainers] == [*PAY, 0]
    assert treasury.budgetOf(life.task) == BUDGET - sum(PAY)  # what cannot be divided stays


def test_stakes(life):
    life.close()
    members = [life.task.participant(author) for author in life.trainers]
    assert [marks["stake"] for marks in members] == [9_001, 8_001, 7_001, 1]
    assert [marks["acceptedIn"] for marks in members] == [1, 1, 1, 0]


def test_an_accepted_score_is_a_quarter_of_a_reputation(life):
    """Everybody begins with 5000."""
    life.close()
    assert [life.task.participant(author)["reputation"] for author in life.trainers] == [6_000, 5_750, 5_500, 5_000]
    life.submit(life.trainers[3], *life.committee)
    replace(life, scores=(9_999, 8_000, 7_000, 6_000)).to(Phase.CLOSING).close()
    assert life.task.participant(life.trainers[3])["reputation"] == (3 * 5_000 + 9_999) // 4


def test_later_money_pays_later_rounds_too(life):
    life.cast.decide(life.task.fund, 400)
    transaction = life.close()
    expected = [(SHARE + 100) * score // 24_000 for score in (9_000, 8_000, 7_000)]
    assert events(transaction, "Credited")[0]["amounts"] == expected


def test_without_a_budget_nobody_is_paid(lifecycle):
    life = lifecycle()
    life.approve(0)
    life.to(Phase.CLOSING)
    assert events(life.close(), "Credited")[0]["amounts"] == [0, 0, 0]
    assert life.cast.treasury.owed() == 0


def test_what_was_judged_stands(life):
    """An author who is banned after the verdict is paid, but sits no more."""
    banned = life.trainers[0]
    life.cast.decide(life.cast.federation.ban, banned)
    transaction = life.close()
    assert life.cast.treasury.owedTo(banned) == PAY[0]
    assert events(transaction, "RoundOpened")[0]["seats"] == [*life.trainers[1:3], life.committee[0]]


def test_the_last_round_ends_the_task(lifecycle, cast):
    life = lifecycle(totalRounds=1).to(Phase.CLOSING)
    pool = cast.treasury.pool()
    transaction = life.close()
    paid = [BUDGET * score // 24_000 for score in (9_000, 8_000, 7_000)]
    rest = BUDGET - sum(paid)
    assert events(transaction, "TaskFinished") == [{"round": 0, "released": rest}]
    assert events(transaction, "RoundOpened") == []
    assert life.phase == Phase.FINISHED
    assert life.task.ledger(1) == model(1)
    assert (cast.treasury.pool(), cast.treasury.budgetOf(life.task)) == (pool + rest, 0)


def test_no_steps_are_none(life):
    with reverts_with("ZeroAmount"):
        life.close(0)


@pytest.mark.parametrize("phase", [Phase.AGGREGATING, Phase.TRAINING])
def test_only_in_its_phase(lifecycle, phase):
    life = lifecycle().to(phase)
    with reverts_with("WrongPhase", 0, phase, Phase.CLOSING):
        life.close()


# Step by step


def outcome(life):
    """What a closing leaves behind."""
    people = [*life.committee, *life.trainers]
    marks = [tuple(life.task.participant(account)) for account in people]
    owed = [life.cast.treasury.owedTo(account) for account in people]
    models = [life.task.ledger(number) for number in range(3)]
    return marks, owed, models, life.task.seed(), life.seated, tuple(life.task.roster())


def test_steps_come_to_the_same_as_the_whole(lifecycle):
    life = lifecycle()
    life.scores = (9_000, 100, 7_000, 6_000)  # one fault
    life.to(Phase.CLOSING)
    outcomes = []
    for steps in ([100], [1] * 8, [3, 5], [4, 4], [5, 3], [7, 1], [2, 6]):
        with rewound():
            for count in steps:
                assert life.phase == Phase.CLOSING
                life.close(count)
            assert life.phase == Phase.TRAINING
            outcomes.append(outcome(life))
    assert all(other == outcomes[0] for other in outcomes)


def test_nothing_is_done_twice(life):
    paid = []
    for done in range(1, 8):
        life.close(1)
        assert (life.phase, life.task.progress()["closed"]) == (Phase.CLOSING, done)
        paid.append(life.cast.treasury.owed())
    assert paid == [PAY[0], PAY[0] + PAY[1], *[sum(PAY)] * 5]
    life.close(1)
    assert life.phase == Phase.TRAINING
    assert life.cast.treasury.owed() == sum(PAY)
