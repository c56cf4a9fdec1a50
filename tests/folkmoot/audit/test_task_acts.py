from eth_abi.abi import encode
from eth_utils.crypto import keccak

from folkmoot.audit.stage import Stage
from folkmoot.audit.task_acts import faults
from folkmoot.chain import Event
from folkmoot.chain.events import tasks as t
from folkmoot.chain.replay import replay
from tests.support.past import ENROLLED, TASK, A, B, C, D
from tests.support.staging import Surroundings, stage


def why(where: Stage, event: Event) -> list[str]:
    return [*faults(event, where)]


def proposed(**parameters: object) -> Stage:
    where = stage(**parameters)
    where.state = replay([], task=TASK, parameters=where.state.parameters)
    return where


def test_an_approval_names_a_committee_of_members_and_when_the_enrolment_ends() -> None:
    where = proposed(committee=3, enrolling_window=50)
    assert why(where, t.TaskApproved(900, (A, B, C), 150)) == []
    assert why(where, t.TaskApproved(900, (), 150)) == [], "it is drawn"
    assert "its enrolment ends at 151; by the block's time at 150" in why(where, t.TaskApproved(900, (A, B, C), 151))
    assert "a committee of 2 accounts in 3 seats" in why(where, t.TaskApproved(900, (A, B, A), 150))[0]
    where.world = Surroundings(members={A, B})
    assert why(where, t.TaskApproved(900, (A, B, C), 150)) == [f"{C} is no member of the federation"]
    assert "the task was approved before" in why(stage(committee=3), t.TaskApproved(900, (A, B, C), 150))


def test_a_pause_is_no_longer_than_the_task_allows_and_no_second_one() -> None:
    where = stage(max_pause=20)
    assert why(where, t.TaskPaused(0, 120)) == []
    assert why(where, t.TaskPaused(0, 121)) == ["a pause lasts at most 20 s, and not 21"]
    assert "the task was paused already" in why(stage(t.TaskPaused(0, 150), max_pause=90), t.TaskPaused(0, 120))


def test_nobody_enrols_while_a_task_starts() -> None:
    where = stage()
    before = [t.TaskApproved(900, (A, B, C), 50), *ENROLLED[:3], t.EnrolmentClosed(9)]
    where.state = replay(before, task=TASK, parameters=where.state.parameters)
    assert "nobody can enrol while the task is enrolled" in why(where, t.MemberEnrolled(D, 4, 1))


def test_the_first_seed_is_made_of_the_hash_of_the_block_that_closed_the_enrolment() -> None:
    where = stage()
    before = [t.TaskApproved(900, (A, B, C), 50), *ENROLLED, t.EnrolmentClosed(9)]
    where.state = replay(before, task=TASK, parameters=where.state.parameters)
    where.world = Surroundings(hashes={9: b"h" * 32})
    seed = keccak(encode(["uint256", "address", "bytes32"], [7, TASK, b"h" * 32]))
    assert why(where, t.TaskStarted(seed)) == []
    assert "by the hash of block 9 another" in why(where, t.TaskStarted(b"x" * 32))[0]


def test_an_enrolment_ends_once_enough_have_enrolled() -> None:
    where = stage(time=10, block=9, min_enrolled=6)
    where.state = replay([t.TaskApproved(900, (A, B, C), 50), *ENROLLED], task=TASK, parameters=where.state.parameters)
    assert why(where, t.EnrolmentClosed(9)) == ["4 are enrolled, and 6 are needed"]
    assert why(where, t.EnrolmentClosed(8))[0] == "it names block 8, but is in block 9"
