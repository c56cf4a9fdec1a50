import pytest
from brownie import web3
from eth_abi import encode

from folkmoot.chain.structs import Phase, Verdict
from tests.contracts.lifecycle import pointer
from tests.support.evm import events, reverts_with, word

HASHED = ["bytes32", "address", "bytes32", "uint256"]


@pytest.fixture(scope="module")
def life(lifecycle):
    return lifecycle().to(Phase.TRAINING)


def submit(life, author, *, number=0, what=None, samples=100):
    return life.task.submitUpdate(number, what or pointer(author, 0), samples, {"from": author})


def digest(*updates):
    """The running hash of updates, computed as the specification says."""
    running = bytes(32)
    for author, what, samples in updates:
        running = web3.keccak(encode(HASHED, [running, author.address, bytes(what), samples]))
    return word(running)


def test_submit(life):
    author = life.trainers[0]
    transaction = submit(life, author)
    assert events(transaction, "UpdateSubmitted") == [
        {"round": 0, "author": author, "index": 0, "pointer": pointer(author, 0), "samples": 100}
    ]
    assert events(transaction, "DeadlineSet") == []
    updates, pointers = life.task.updates(0, 10)
    assert updates == [(author, 100, 0, 0, 0, Verdict.NONE)]
    assert pointers == [pointer(author, 0)]
    assert life.task.round()["submitted"] == 1
    assert life.task.participant(author)["submittedIn"] == 1
    assert life.phase == Phase.TRAINING


def test_the_digest_seals_authors_pointers_and_samples_in_order(life):
    first, second = life.trainers[:2]
    submit(life, first, samples=7)
    submit(life, second, samples=8)
    assert life.task.updatesDigest() == digest((first, pointer(first, 0), 7), (second, pointer(second, 0), 8))


def test_all_eligible_trainers_end_the_training(life):
    life.submit(*life.trainers[:3])
    assert life.phase == Phase.TRAINING
    transaction = submit(life, life.trainers[3])
    ended = transaction.timestamp
    [announced] = events(transaction, "DeadlineSet")
    assert (announced["deadline"], life.deadline()) == (ended + 5_000, ended + 2_000)
    assert life.phase == Phase.COMMITTING


@pytest.mark.parametrize(
    ("claim", "kept"), [(1, 1), (2**32 - 1, 2**32 - 1), (2**32, 2**32 - 1), (2**256 - 1, 2**32 - 1)]
)
def test_claims_of_samples(life, claim, kept):
    author = life.trainers[0]
    transaction = submit(life, author, samples=claim)
    assert events(transaction, "UpdateSubmitted")[0]["samples"] == kept
    assert life.task.updates(0, 1)[0][0]["samples"] == kept
    assert life.task.updatesDigest() == digest((author, pointer(author, 0), kept))


def test_a_pointer_may_be_copied(life):
    """The blob names its author: the copy is malformed, and refusing it would let a copier shut the author out."""
    submit(life, life.trainers[1], what=pointer(life.trainers[0], 0))
    submit(life, life.trainers[0])
    assert life.task.round()["submitted"] == 2


def test_not_twice(life):
    submit(life, life.trainers[0])
    with reverts_with("AlreadySubmitted", life.trainers[0], 0):
        submit(life, life.trainers[0], what=word(99))


def test_again_in_the_next_round(life):
    life.submit()
    life.finish_round()
    author = life.free_trainers()[0]
    submit(life, author, number=1)
    assert life.task.participant(author)["submittedIn"] == 2
    assert life.task.updates(0, 10)[0][0]["author"] == author


def test_the_round_is_named(life):
    with reverts_with("WrongRound", 1, 0):
        submit(life, life.trainers[0], number=1)


def test_something_is_named(life):
    author = life.trainers[0]
    with reverts_with("ZeroBytes32"):
        life.task.submitUpdate(0, word(0), 100, {"from": author})


def test_samples_are_claimed(life):
    with reverts_with("ZeroAmount"):
        submit(life, life.trainers[0], samples=0)


def test_who_sits_does_not_train(life):
    with reverts_with("SeatedMembersDoNotTrain", life.committee[0], 0):
        submit(life, life.committee[0])


def test_only_who_is_enrolled(life, members):
    with reverts_with("NotEnrolled", members[9]):
        submit(life, members[9])


def test_not_in_the_round_in_which_one_came(life, members):
    life.enrol(members[9])
    with reverts_with("NotYetEligible", members[9], 1):
        submit(life, members[9])


def test_only_members_of_the_federation(life):
    life.cast.federation.leave({"from": life.trainers[0]})
    with reverts_with("NotMember", life.trainers[0]):
        submit(life, life.trainers[0])


def test_not_who_was_counted_out(life):
    life.cast.federation.leave({"from": life.trainers[0]})
    life.task.retire(life.trainers[0], life.anyone)
    with reverts_with("NotEnrolled", life.trainers[0]):
        submit(life, life.trainers[0])


def test_not_during_a_suspension(lifecycle):
    life = lifecycle(maxStrikes=1, suspensionRounds=1)
    life.scores = (9_000, 9_000, 9_000, 0)
    culprit = life.trainers[3]
    life.to(Phase.TRAINING).finish_round()
    with reverts_with("Suspended", culprit, 2):
        submit(life, culprit, number=1)
    life.scores = (9_000, 9_000, 9_000)
    life.finish_round()
    submit(life, culprit, number=2)
    assert life.task.participant(culprit)["submittedIn"] == 3


def test_not_who_lost_its_seat_in_this_round(life):
    life.cast.decide(life.cast.federation.ban, life.committee[0])
    life.time_out()
    life.recover()
    filler = life.seated[0]
    assert filler in life.trainers
    with reverts_with("SeatedMembersDoNotTrain", filler, 0):
        submit(life, filler)
