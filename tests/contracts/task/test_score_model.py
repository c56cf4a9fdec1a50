import pytest

from folkmoot.chain.structs import Phase
from tests.support.evm import events, reverts_with

ROLES = {"committee": 3, "aggregators": 3, "totalRounds": 1}


@pytest.fixture(scope="module")
def over(lifecycle):
    return lifecycle(totalRounds=2).to(Phase.FINISHED)


@pytest.fixture(scope="module")
def with_aggregators(lifecycle):
    return lifecycle(seats=6, **ROLES).to(Phase.FINISHED)


def scored(life):
    return [seat["scored"] for seat in life.task.seats()]


def test_score_model(over):
    seat = over.judging[1]
    transaction = over.score_model(seat, 9_526)
    assert events(transaction, "ModelScored") == [{"round": 1, "model": 2, "member": seat, "score": 9_526}]
    assert scored(over) == [index == 1 for index in range(len(over.seated))]


def test_all_seats_that_judge_may(with_aggregators):
    life = with_aggregators
    for score, seat in enumerate(life.judging):
        life.score_model(seat, score)
    assert scored(life) == [True] * 3 + [False] * 3


def test_nothing_follows_from_it(over):
    """Neither pay nor a strike, and the task stays what it is."""
    seat, treasury = over.judging[0], over.cast.treasury
    before = [over.task.participant(seat), over.task.round(), over.task.roster(), treasury.owedTo(seat)]
    transaction = over.score_model(seat, 0)
    assert [over.task.participant(seat), over.task.round(), over.task.roster(), treasury.owedTo(seat)] == before
    assert len(transaction.events) == 1
    assert over.phase == Phase.FINISHED


def test_once(over):
    seat = over.judging[0]
    over.score_model(seat, 9_000)
    with reverts_with("AlreadyScored", seat):
        over.score_model(seat, 9_001)


@pytest.mark.parametrize("score", [10_001, 65_535, 2**16])
def test_no_more_than_the_whole(over, score):
    """Who cannot look says nothing: there is no abstention."""
    with reverts_with("InvalidScore", score):
        over.score_model(over.judging[0], score)


def test_the_whole(over):
    over.score_model(over.judging[0], 10_000)


def test_only_its_own_seat(over):
    first, second = over.judging[:2]
    with reverts_with("NotSeated", first, 1):
        over.task.scoreModel(over.seat_of(second), 9_000, {"from": first})


def test_no_seat_of_an_earlier_round(over):
    """Round 0 was judged by whom the managers had named, round 1 by those whom it accepted."""
    earlier = over.committee[0]
    assert earlier not in over.seated
    for seat in range(3):
        with reverts_with("NotSeated", earlier, 1):
            over.task.scoreModel(seat, 9_000, {"from": earlier})


def test_no_aggregator(with_aggregators):
    life = with_aggregators
    aggregator = life.seated[3]
    with reverts_with("NotSeated", aggregator, 0):
        life.score_model(aggregator, 9_000)


def test_no_seat_beyond_the_last(over):
    with reverts_with("NotSeated", over.judging[0], 1):
        over.task.scoreModel(len(over.seated), 9_000, {"from": over.judging[0]})


def test_only_members_of_the_federation(over):
    seat = over.judging[0]
    over.cast.federation.leave({"from": seat})
    with reverts_with("NotMember", seat):
        over.score_model(seat, 9_000)


@pytest.mark.parametrize("phase", [Phase.TRAINING, Phase.AGGREGATING, Phase.CLOSING])
def test_not_before_the_end(lifecycle, phase):
    life = lifecycle(totalRounds=1).to(phase)
    with reverts_with("WrongPhase", 0, phase, Phase.FINISHED):
        life.score_model(life.committee[0], 9_000)


@pytest.mark.parametrize("phase", [Phase.CANCELLED, Phase.EXPIRED])
def test_not_where_no_round_was_played(lifecycle, phase):
    life = lifecycle().to(phase)
    with reverts_with("WrongPhase", 0, phase, Phase.FINISHED):
        life.task.scoreModel(0, 9_000, {"from": life.committee[0]})


def test_after_a_last_round_that_was_carried(lifecycle):
    """The seats that a recovery gave are those of the last round; the final model is the one before."""
    life = lifecycle(totalRounds=1, maxAttempts=2).to_stalled(Phase.COMMITTING)
    life.recover()
    successors = life.judging
    assert life.committee[0] not in successors
    life.time_out()
    life.recover()
    assert life.phase == Phase.FINISHED
    assert events(life.score_model(successors[0], 5_000), "ModelScored")[0]["model"] == 1
    with reverts_with("NotSeated", life.committee[0], 0):
        life.task.scoreModel(0, 9_000, {"from": life.committee[0]})


def test_after_a_last_round_that_was_rolled_back(lifecycle):
    """Its own seats score the model, not those that were named for a round that does not come."""
    life = lifecycle(totalRounds=1).to(Phase.COMMITTING)
    life.rollback(0, life.trainers[:3])
    assert life.phase == Phase.FINISHED
    life.score_model(life.committee[0], 5_000)
    with reverts_with("NotSeated", life.trainers[0], 0):
        life.task.scoreModel(0, 9_000, {"from": life.trainers[0]})
