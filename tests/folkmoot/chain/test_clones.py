from dataclasses import replace

import pytest

from folkmoot.chain.clones import Clone
from tests.support.views import PARAMETERS, address

CLONE = Clone(address(1), address(2), address(3), PARAMETERS)


def test_code_says_what_it_was_made_of() -> None:
    assert len(CLONE.code) == 45 + 1_088  # contracts/libraries/ImmutableArgs.sol counts on both
    assert Clone.of(CLONE.code) == CLONE


@pytest.mark.parametrize(
    "code",
    [b"", CLONE.code[:-1], CLONE.code + b"\0", b"\x35" + CLONE.code[1:], CLONE.code[:30] + b"\0" + CLONE.code[31:]],
)
def test_other_code_is_that_of_no_task(code: bytes) -> None:
    assert Clone.of(code) is None


def test_a_flag_that_is_neither_true_nor_false_is_no_argument() -> None:
    """The contract would take it for true, and the code for another one than what the event tells."""
    place = 45 + 32 * (2 + 11)
    code = CLONE.code
    assert Clone.of(code[:place] + (2).to_bytes(32) + code[place + 32 :]) is None


def test_differences_are_named() -> None:
    other = Clone(address(4), address(2), address(5), replace(PARAMETERS, max_terms=PARAMETERS.max_terms + 1))
    assert [*CLONE.differences(other)] == ["implementation", "proposer", "max_terms"]
    assert [*CLONE.differences(CLONE)] == []
