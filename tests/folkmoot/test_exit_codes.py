from folkmoot.exit_codes import FAILED, INTERRUPTED


def test_they_are_those_of_shells() -> None:
    assert (FAILED, INTERRUPTED) == (1, 130)
