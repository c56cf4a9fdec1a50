from folkmoot.audit.findings import described, differences, missing, shown, surplus
from folkmoot.chain import Verdict
from folkmoot.chain.enums import StrikeReason
from folkmoot.chain.events.rounds import RoundSettled
from folkmoot.chain.events.tasks import MemberStruck, TaskFunded
from tests.support.past import A, B

STRUCK = MemberStruck(3, A, StrikeReason.ABSENCE, 1)


def test_each_value_that_differs_is_told_with_both_sides() -> None:
    told = list(differences(STRUCK, MemberStruck(3, A, StrikeReason.UPDATE, 2)))
    assert told == [
        "MemberStruck: reason is absence on the chain; by the record update",
        "MemberStruck: strikes is 1 on the chain; by the record 2",
    ]


def test_of_a_list_the_first_entry_that_differs_is_told_or_its_length() -> None:
    one = RoundSettled(0, 1, (A, B), (5, 6), (Verdict.FAULT, Verdict.FAULT), (), (0, 0))
    other = RoundSettled(0, 1, (A, B), (5, 7), (Verdict.FAULT,), (), (0, 0))
    assert list(differences(one, other)) == [
        "RoundSettled: scores[1] is 6 on the chain; by the record 7",
        "RoundSettled: verdicts has 2 entries on the chain; by the record 1",
    ]


def test_what_is_missing_or_too_much_is_told_by_what_tells_it_apart() -> None:
    assert described(STRUCK) == f"MemberStruck (round 3, member {A})"
    assert missing(STRUCK) == f"MemberStruck (round 3, member {A}) follows from the record, but is not on the chain"
    assert surplus(STRUCK).endswith("is on the chain, but does not follow from the record")
    assert described(TaskFunded(5, 9)) == "TaskFunded"


def test_values_are_shown_as_people_write_them() -> None:
    assert (shown(b"\1\2"), shown(Verdict.PASSED), shown(7)) == ("0x0102", "passed", "7")
