import pytest

from folkmoot.errors import LearningError
from folkmoot.learning.foreign_code import foreign_code, say


def translate(error: BaseException) -> LearningError:
    return LearningError(say(error))


@pytest.mark.parametrize("raised", [ValueError("no"), SystemExit("no"), GeneratorExit("no"), BaseException("no")])
def test_whatever_it_raises_is_translated(raised: BaseException) -> None:
    with pytest.raises(LearningError, match=f"^{type(raised).__name__}: no$") as caught, foreign_code(translate):
        raise raised
    assert caught.value.__cause__ is raised


@pytest.mark.parametrize("raised", [KeyboardInterrupt, LookupError, KeyError])
def test_the_users_interrupt_and_what_may_pass_does(raised: type[BaseException]) -> None:
    with pytest.raises(raised), foreign_code(translate, LookupError):
        raise raised


def test_an_error_whose_text_fails_is_told_by_its_type() -> None:
    class Mute(Exception):
        def __str__(self) -> str:
            raise SystemExit

    assert say(Mute()) == "Mute"
    assert say(ValueError()) == "ValueError"
    assert say(ValueError("odd")) == "ValueError: odd"
