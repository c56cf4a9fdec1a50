import pytest

from tests.support.keys import public_key_of

MANY = 2**256 - 1


def test_all_members_in_the_order_of_their_applications(cast):
    assert cast.federation.members(0, 10) == cast.members
    assert cast.federation.members(0, MANY) == cast.members


def test_page_by_page(cast):
    pages = [cast.federation.members(start, 4) for start in range(0, 10, 4)]
    assert pages == [cast.members[:4], cast.members[4:8], cast.members[8:]]


@pytest.mark.parametrize(("start", "count"), [(0, 0), (10, 1), (10, MANY), (MANY, MANY)])
def test_none_where_there_is_no_application(cast, start, count):
    assert cast.federation.members(start, count) == []


def test_only_members(cast, apply, outsider, stranger):
    cast.federation.leave({"from": cast.members[1]})
    cast.decide(cast.federation.ban, cast.members[3])
    apply(outsider)
    cast.decide(cast.federation.reject, apply(stranger))
    assert cast.federation.members(0, 12) == [cast.members[0], cast.members[2], *cast.members[4:]]
    assert cast.federation.members(1, 3) == [cast.members[2]]


def test_one_that_came_back_is_listed_once(cast, apply, member):
    cast.federation.leave({"from": member})
    cast.decide(cast.federation.admit, apply(member))
    assert cast.federation.members(0, MANY) == [*cast.members[1:], member]


def test_a_successor_is_listed_in_the_place_of_the_member(cast, apply, members, outsider):
    cast.decide(cast.federation.reject, apply(outsider))
    cast.decide(cast.federation.replaceMember, members[2], outsider, public_key_of(outsider))
    assert cast.federation.members(0, MANY) == [*members[:2], outsider, *members[3:]]
