import pytest
from brownie import web3
from eth_abi import encode

from folkmoot.chain.scores import packed
from folkmoot.chain.structs import Phase
from folkmoot.rules import ABSTAINED
from tests.contracts.lifecycle import in_words
from tests.support.evm import events, reverts_with, word

GOOD = (5_000, [9_000, 8_000, 7_000, 6_000], word(1))


@pytest.fixture(scope="module")
def committing(lifecycle):
    return lifecycle().to(Phase.COMMITTING)


def commit(life, seat, opening=GOOD):
    encoded = life.commitment(seat, opening)
    life.task.commitScores(0, life.seat_of(seat), encoded, {"from": seat})
    return word(encoded)


def reveal(life, seat, opening=GOOD, *, number=0, index=None):
    place = life.seat_of(seat) if index is None else index
    return life.task.revealScores(number, place, *in_words(opening), {"from": seat})


@pytest.fixture(scope="module")
def life(committing):
    """All seats have committed to `GOOD`."""
    for seat in committing.committee:
        commit(committing, seat)
    return committing


def test_reveal(life):
    seat = life.committee[1]
    transaction = reveal(life, seat)
    assert events(transaction, "ScoresRevealed") == [
        {"round": 0, "member": seat, "attempt": 0, "baseline": 5_000, "words": packed(GOOD[1]), "salt": GOOD[2]}
    ]
    assert events(transaction, "DeadlineSet") == []
    assert life.task.round()["revealed"] == 1
    assert [(place["revealed"], place["baseline"]) for place in life.task.seats()] == [
        (False, 0),
        (True, 5_000),
        (False, 0),
    ]
    assert life.phase == Phase.REVEALING


def test_the_last_who_committed_ends_the_revealing_and_settles(life):
    for seat in life.committee[:2]:
        reveal(life, seat)
    transaction = reveal(life, life.committee[2])
    window = life.task.parameters()["aggregatingWindow"]
    assert [e["deadline"] for e in events(transaction, "DeadlineSet")] == [transaction.timestamp + window]
    assert len(events(transaction, "RoundSettled")) == 1
    assert life.phase == Phase.AGGREGATING


def test_who_did_not_commit_is_not_waited_for(lifecycle):
    life = lifecycle().to(Phase.COMMITTING)
    for seat in life.committee[:2]:
        commit(life, seat)
    life.time_out()
    reveal(life, life.committee[0])
    assert life.phase == Phase.REVEALING
    reveal(life, life.committee[1])
    assert life.phase == Phase.AGGREGATING


def test_the_commitment_is_what_the_view_says(life):
    seat = life.committee[0]
    assert life.task.scoreCommitment(seat, *in_words(GOOD)) == word(life.commitment(seat, GOOD))


def test_not_twice(life):
    reveal(life, life.committee[0])
    with reverts_with("AlreadyRevealed", life.committee[0]):
        reveal(life, life.committee[0])


def test_only_who_committed(lifecycle):
    life = lifecycle().to(Phase.COMMITTING)
    for seat in life.committee[:2]:
        commit(life, seat)
    life.time_out()
    with reverts_with("NotCommitted", life.committee[2], 0):
        reveal(life, life.committee[2])


@pytest.mark.parametrize("count", [0, 17, 33])
def test_a_word_for_16_updates(life, count):
    with reverts_with("InvalidScoreCount", 1, (count + 15) // 16):
        reveal(life, life.committee[0], (5_000, [9_000] * count, GOOD[2]))


def test_nothing_stands_behind_the_last_score(life):
    with reverts_with("InvalidScore", 1):
        reveal(life, life.committee[0], (5_000, [*GOOD[1], 1], GOOD[2]))


def test_the_first_score_has_the_lowest_bits(life):
    packed_by_hand = 9_000 + (8_000 << 16) + (7_000 << 32) + (6_000 << 48)
    life.task.revealScores(0, 0, 5_000, [packed_by_hand], GOOD[2], {"from": life.committee[0]})
    assert life.task.seats()[0]["revealed"]


@pytest.mark.parametrize("limit", [10_000, 10_001, 65_534, ABSTAINED, 65_536])
def test_a_baseline_is_basis_points_or_an_abstention(lifecycle, limit):
    life = lifecycle().to(Phase.COMMITTING)
    opening = (limit, GOOD[1], GOOD[2])
    for seat in life.committee:
        commit(life, seat, opening)
    if limit in (10_000, ABSTAINED):
        reveal(life, life.committee[0], opening)
        return
    with reverts_with("InvalidScore", limit):
        reveal(life, life.committee[0], opening)


@pytest.mark.parametrize("place", [0, 3])
def test_a_score_is_basis_points(lifecycle, place):
    life = lifecycle().to(Phase.COMMITTING)
    best, too_good = ([*GOOD[1][:place], limit, *GOOD[1][place + 1 :]] for limit in (10_000, 10_001))
    commit(life, life.committee[0], (5_000, best, GOOD[2]))
    commit(life, life.committee[1], (5_000, too_good, GOOD[2]))
    commit(life, life.committee[2])
    reveal(life, life.committee[0], (5_000, best, GOOD[2]))
    with reverts_with("InvalidScore", 10_001):
        reveal(life, life.committee[1], (5_000, too_good, GOOD[2]))


@pytest.mark.parametrize(
    "other",
    [(5_001, GOOD[1], GOOD[2]), (5_000, [9_001, *GOOD[1][1:]], GOOD[2]), (5_000, GOOD[1], word(2))],
    ids=["baseline", "scores", "salt"],
)
def test_what_was_committed_is_revealed(life, other):
    seat = life.committee[0]
    expected, actual = word(life.commitment(seat, GOOD)), word(life.commitment(seat, other))
    with reverts_with("CommitmentMismatch", expected, actual):
        reveal(life, seat, other)


def test_a_copied_commitment_does_not_open(lifecycle):
    life = lifecycle().to(Phase.COMMITTING)
    copied = commit(life, life.committee[0])
    life.task.commitScores(0, 1, copied, {"from": life.committee[1]})
    commit(life, life.committee[2])
    reveal(life, life.committee[0])
    with reverts_with("CommitmentMismatch", copied, word(life.commitment(life.committee[1], GOOD))):
        reveal(life, life.committee[1])


def test_a_commitment_is_for_one_attempt(lifecycle):
    life = lifecycle().to(Phase.COMMITTING)
    seat = life.committee[0]
    early = commit(life, seat)
    life.time_out()
    life.recover()
    fresh = [seat, *life.seated[1:]]
    life.task.commitScores(0, 0, early, {"from": seat})
    for other in fresh[1:]:
        commit(life, other)
    with reverts_with("CommitmentMismatch", early, word(life.commitment(seat, GOOD))):
        reveal(life, seat)


def test_the_round_is_named(life):
    with reverts_with("WrongRound", 1, 0):
        reveal(life, life.committee[0], number=1)


@pytest.mark.parametrize("index", [1, 3, 2**256 - 1])
def test_only_on_ones_own_seat(life, index):
    with reverts_with("NotSeated", life.committee[0], 0):
        reveal(life, life.committee[0], index=index)


def test_only_members_of_the_federation(life):
    life.cast.federation.leave({"from": life.committee[0]})
    with reverts_with("NotMember", life.committee[0]):
        reveal(life, life.committee[0])


@pytest.mark.parametrize("phase", [Phase.COMMITTING, Phase.SETTLING])
def test_only_in_its_window(lifecycle, phase):
    life = lifecycle().to(phase)
    with reverts_with("WrongPhase", 0, phase, Phase.REVEALING):
        reveal(life, life.committee[0])


def test_the_salts_make_the_next_seed(lifecycle):
    """The next seed hashes the last 40 bits of the xor of the salts' hashes with task, round and the last seed."""
    life = lifecycle().to_last_reveal()
    salts = 0
    for seat in life.committee:
        salts ^= int.from_bytes(web3.keccak(bytes(life._openings[seat.address][2]))[-5:])
    kinds = ["uint256", "address", "uint256", "bytes32"]
    expected = web3.keccak(encode(kinds, [salts, life.task.address, 0, bytes(life.task.seed())]))
    life.finish_round()
    assert life.task.seed() == word(expected)
