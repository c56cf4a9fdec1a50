from dataclasses import FrozenInstanceError, dataclass

import pytest

from folkmoot.chain import Event, Origin

ORIGIN = Origin("0x" + "22" * 20, 12, 3, "0x" + "05" * 32)


@dataclass(frozen=True, slots=True)
class Happened(Event):
    number: int


def test_events_with_the_same_values_are_equal_wherever_they_come_from() -> None:
    assert Happened(1, origin=ORIGIN) == Happened(1) != Happened(2, origin=ORIGIN)
    assert hash(Happened(1, origin=ORIGIN)) == hash(Happened(1))


def test_an_origin_is_kept_and_not_shown() -> None:
    assert Happened(1, origin=ORIGIN).origin == ORIGIN
    assert "origin" not in repr(Happened(1, origin=ORIGIN))


def test_events_are_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        Happened(1).number = 2  # type: ignore[misc]
