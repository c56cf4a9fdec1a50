import pytest

from folkmoot.chain.structs import Phase
from tests.support.evm import events, reverts_with, word

COMMITMENT = word(77)


@pytest.fixture(scope="module")
def life(lifecycle):
    return lifecycle().to(Phase.COMMITTING)


def commit(life, seat, *, number=0, index=None, commitment=COMMITMENT):
    place = life.seat_of(seat) if index is None else index
    return life.task.commitScores(number, place, commitment, {"from": seat})


def test_commit(life):
    seat = life.committee[1]
    transaction = commit(life, seat)
    assert events(transaction, "ScoresCommitted") == [
        {"round": 0, "member": seat, "attempt": 0, "commitment": COMMITMENT}
    ]
    assert events(transaction, "DeadlineSet") == []
    assert life.task.round()["committed"] == 1
    assert [place["committedIn"] for place in life.task.seats()] == [0, 1, 0]
    assert life.phase == Phase.COMMITTING


def test_all_seats_end_the_committing(life):
    for seat in life.committee[:2]:
        commit(life, seat)
    transaction = commit(life, life.committee[2])
    ended = transaction.timestamp
    [announced] = events(transaction, "DeadlineSet")
    assert announced["deadline"] == life.deadline() == ended + 3_000
    assert life.phase == Phase.REVEALING


def test_equal_commitments_are_no_harm(life):
    """They cannot be opened twice: a commitment names its member."""
    commit(life, life.committee[0])
    commit(life, life.committee[1])
    assert life.task.round()["committed"] == 2


def test_not_twice(life):
    commit(life, life.committee[0])
    with reverts_with("AlreadyCommitted", life.committee[0], 0):
        commit(life, life.committee[0], commitment=word(78))


def test_the_round_is_named(life):
    with reverts_with("WrongRound", 1, 0):
        commit(life, life.committee[0], number=1)


def test_something_is_committed(life):
    with reverts_with("ZeroBytes32"):
        commit(life, life.committee[0], commitment=word(0))


@pytest.mark.parametrize("index", [1, 3, 2**256 - 1])
def test_only_on_ones_own_seat(life, index):
    with reverts_with("NotSeated", life.committee[0], 0):
        commit(life, life.committee[0], index=index)


def test_not_a_trainer(life):
    with reverts_with("NotSeated", life.trainers[0], 0):
        commit(life, life.trainers[0], index=0)


def test_only_members_of_the_federation(life):
    life.cast.decide(life.cast.federation.ban, life.committee[0])
    with reverts_with("NotMember", life.committee[0]):
        commit(life, life.committee[0])


@pytest.mark.parametrize("phase", [Phase.TRAINING, Phase.REVEALING])
def test_only_in_its_window(lifecycle, phase):
    life = lifecycle().to(phase)
    with reverts_with("WrongPhase", 0, phase, Phase.COMMITTING):
        commit(life, life.committee[0])


# After a recovery


@pytest.fixture(scope="module")
def again(lifecycle):
    """The second attempt: the first seat has revealed in the first one, the others were replaced."""
    life = lifecycle().to(Phase.COMMITTING)
    life.commit()
    life.reveal(life.committee[0])
    life.time_out()
    life.recover()
    assert life.phase == Phase.COMMITTING
    return life


def test_who_has_revealed_does_not_commit_again(again):
    with reverts_with("AlreadyRevealed", again.committee[0]):
        commit(again, again.committee[0])


def test_who_was_replaced_has_no_seat(again):
    with reverts_with("NotSeated", again.committee[1], 0):
        commit(again, again.committee[1], index=1)


def test_the_new_seats_commit_for_the_new_attempt(again):
    fillers = again.seated[1:]
    assert events(commit(again, fillers[0]), "ScoresCommitted")[0]["attempt"] == 1
    commit(again, fillers[1])
    assert again.phase == Phase.REVEALING


def test_who_committed_in_vain_commits_again(lifecycle):
    life = lifecycle().to(Phase.COMMITTING)
    commit(life, life.committee[0])
    life.time_out()
    life.recover()
    assert life.seated[0] == life.committee[0]
    assert life.task.round()["committed"] == 0
    commit(life, life.committee[0])
    assert life.task.round()["committed"] == 1
