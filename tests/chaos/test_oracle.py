"""What the oracle says of logs in which something went wrong."""

import pytest

from folkmoot.chain import Event, Phase, StrikeReason
from folkmoot.chain.events.rounds import RoundRecovered, ScoresCommitted, UpdateSubmitted
from folkmoot.chain.events.tasks import MemberStruck
from tests.chaos.oracle import doubles, strikes

ANN, BEN = "0x" + "aa" * 20, "0x" + "bb" * 20


def update(author: str, number: int) -> Event:
    return UpdateSubmitted(number, author, 0, pointer=b"\1" * 32, samples=5)


def commitment(member: str, number: int) -> Event:
    return ScoresCommitted(number, member, 0, commitment=b"\1" * 32)


RECOVERED = RoundRecovered(2, stalled=Phase.COMMITTING, attempt=1)


def test_whoever_could_act_must_not_be_struck() -> None:
    struck = [MemberStruck(3, member, StrikeReason.ABSENCE, strikes=1) for member in (ANN, BEN)]
    assert [*strikes(struck, unable={BEN})] == [f"{ANN} was struck in round 3 for ABSENCE"]


@pytest.mark.parametrize(
    ("events", "found"),
    [
        ([update(ANN, 2), update(BEN, 2), update(ANN, 3)], 0),
        ([update(ANN, 2), update(ANN, 2)], 1),
        ([update(ANN, 2), RECOVERED, update(ANN, 2)], 1),
        ([commitment(ANN, 2), commitment(BEN, 2), commitment(ANN, 3)], 0),
        ([commitment(ANN, 2), commitment(ANN, 2)], 1),
        ([commitment(ANN, 2), RECOVERED, commitment(ANN, 2)], 0),
    ],
)
def test_nothing_is_done_twice(events: list[Event], found: int) -> None:
    assert len([*doubles(events)]) == found
