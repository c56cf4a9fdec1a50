"""Code of others, such as a plug-in or a proposer's model: whatever it raises ends in an error of Folkmoot's."""

import traceback
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from folkmoot.errors import FolkmootError, LearningError


@contextmanager
def foreign_code(translate: Callable[[BaseException], FolkmootError], *passing: type[BaseException]) -> Iterator[None]:
    """Raise what `translate` makes of anything that the block raises, but for `passing` and the user's interrupt."""
    kept: tuple[type[BaseException], ...] = (KeyboardInterrupt, *passing)
    try:
        yield
    except kept:
        raise
    except BaseException as error:
        raise translate(error) from error


def code_of(source: Path | str, *passing: type[BaseException]) -> AbstractContextManager[None]:
    """As `foreign_code`, of a file or of what else `source` names: raise `LearningError` with that name."""

    def translate(error: BaseException) -> FolkmootError:
        if isinstance(error, FolkmootError):
            return LearningError(f"{source}: {error.message}", error.hint)
        return LearningError(describe(source, error), "fix it, then start again")

    return foreign_code(translate, *passing)


def describe(source: Path | str, error: BaseException) -> str:
    """An error with what raised it and, of a file, the line."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(source)]
    place = f"{source}, line {lines[-1]}" if lines else str(source)
    return f"{place}: {say(error)}"


def say(error: BaseException) -> str:
    """An error's type and text; its type alone if others' code fails to say more."""
    kind = type(error).__name__
    try:
        return f"{kind}: {error}" if str(error) else kind
    except BaseException:  # noqa: BLE001 - `__str__` is others' code, too
        return kind
