import pytest

from folkmoot.plurals import agreeing, counted


@pytest.mark.parametrize(("number", "text"), [(0, "0 blobs"), (1, "1 blob"), (2, "2 blobs")])
def test_a_number_of_things(number: int, text: str) -> None:
    assert counted(number, "blob") == text


@pytest.mark.parametrize(("number", "verb"), [(0, "are"), (1, "is"), (2, "are")])
def test_a_verb_agrees_with_a_number(number: int, verb: str) -> None:
    assert agreeing(number, "is", "are") == verb
