from pathlib import Path

import pytest

from folkmoot.errors import ConfigError, LearningError
from folkmoot.learning.foreign_code import code_of, describe, foreign_code, say


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


@pytest.mark.parametrize(
    ("raised", "told"),
    [(KeyError("x"), r"KeyError: 'x' \(fix it, then start again"), (ConfigError("no data", "add"), r"no data \(add")],
)
def test_what_a_named_source_raises_is_told_with_its_name(raised: Exception, told: str) -> None:
    with pytest.raises(LearningError, match=rf"^the model 'a:b': {told}\)$"), code_of("the model 'a:b'"):
        raise raised


def test_what_may_pass_a_named_source_does() -> None:
    with pytest.raises(KeyError), code_of("the model 'a:b'", LookupError):
        raise KeyError("x")


def test_an_error_of_a_file_is_told_with_its_last_line() -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        1 // 0  # noqa: B018 - it raises
    assert describe(Path(__file__), caught.value) == f"{__file__}, line {caught.tb.tb_lineno}: {say(caught.value)}"
    assert describe("elsewhere", caught.value) == f"elsewhere: {say(caught.value)}"


def test_an_error_whose_text_fails_is_told_by_its_type() -> None:
    class Mute(Exception):
        def __str__(self) -> str:
            raise SystemExit

    assert say(Mute()) == "Mute"
    assert say(ValueError()) == "ValueError"
    assert say(ValueError("odd")) == "ValueError: odd"
