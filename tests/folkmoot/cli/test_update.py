"""Which update is meant; what is saved is tested on a real chain."""

import pytest

from folkmoot.chain import Event, Verdict
from folkmoot.cli.update import _found
from folkmoot.errors import ConfigError
from tests.folkmoot.cli.task_events import CLOSED, COMMITTED, OPENED, REVEALED, SETTLED, SUBMITTED, A, D, after

SETTLED_ROUND: list[Event] = [*OPENED, SUBMITTED, *COMMITTED, *REVEALED, *SETTLED]


@pytest.mark.parametrize("more", [[], CLOSED], ids=["running", "past"])
def test_a_judged_update(more: list[Event]) -> None:
    update, pointer, judged = _found(after(*SETTLED_ROUND, *more), 0, D)
    assert (update.author, update.samples, update.verdict, pointer) == (D, 600, Verdict.ACCEPTED, b"\3" * 32)
    assert judged == {"verdict": "accepted", "score": 7_000, "rank": 1}


def test_an_update_that_was_not_judged_yet() -> None:
    _, pointer, judged = _found(after(*OPENED, SUBMITTED), 0, D)
    assert pointer == b"\3" * 32
    assert judged == {"verdict": None, "score": None, "rank": None}


@pytest.mark.parametrize(
    ("number", "author", "hint"),
    [(0, A, f"these did: {D}"), (1, D, "nobody did: see `folkmoot history`"), (7, D, "nobody did")],
)
def test_no_such_update(number: int, author: str, hint: str) -> None:
    with pytest.raises(ConfigError, match=f"{author} submitted no update in round {number}") as caught:
        _found(after(*SETTLED_ROUND, *CLOSED), number, author)
    assert caught.value.hint.startswith(hint)
