from dataclasses import replace

import pytest

from folkmoot.chain import Account, Membership
from folkmoot.cli.membership_status import NO_EXPIRY, expiry, is_member, is_past_due, paid_until, period
from folkmoot.cli.output import timestamp

MEMBER = Account(Membership.ADMITTED, application=1, period=60, paid_until=100, fee=5)
FORMER = replace(MEMBER, membership=Membership.LEFT)


def test_only_an_admitted_account_is_a_member() -> None:
    assert [kind for kind in Membership if is_member(replace(MEMBER, membership=kind))] == [Membership.ADMITTED]


def test_until_when_a_member_has_paid() -> None:
    assert (paid_until(MEMBER), paid_until(replace(MEMBER, paid_until=0)), paid_until(FORMER)) == (100, 0, None)


@pytest.mark.parametrize(("now", "due"), [(99, False), (100, True), (101, True)])
def test_a_member_is_past_due_from_the_end_of_what_it_has_paid(now: int, due: bool) -> None:
    assert is_past_due(MEMBER, now) is due
    assert not is_past_due(FORMER, now)
    assert not is_past_due(replace(MEMBER, paid_until=0), now), "what does not expire is never past due"


def test_in_words() -> None:
    assert (expiry(100), expiry(0)) == (timestamp(100), NO_EXPIRY)
    assert (period(3_600), period(0)) == ("1 h", NO_EXPIRY)
