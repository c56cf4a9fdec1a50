"""Code of others, such as a plug-in or a proposer's model: whatever it raises ends in an error of Folkmoot's."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from folkmoot.errors import FolkmootError


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


def say(error: BaseException) -> str:
    """An error's type and text; its type alone if others' code fails to say more."""
    kind = type(error).__name__
    try:
        return f"{kind}: {error}" if str(error) else kind
    except BaseException:  # noqa: BLE001 - `__str__` is others' code, too
        return kind
