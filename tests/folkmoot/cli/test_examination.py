"""How findings follow from checks, whatever these look at."""

from pathlib import Path

import pytest

from folkmoot.cli.examination import Check, Finding, State, examine
from folkmoot.cli.session import Session
from folkmoot.errors import StoreError


@pytest.fixture
def session() -> Session:
    """No check here looks at it."""
    return Session(file=None, given={}, as_json=True)


def found(state: State) -> Check:
    return lambda _: Finding(state, "it was looked at")


def fail(_: Session) -> Finding:
    raise StoreError("the disk is gone", "buy another")


def no_path(_: Session) -> Finding:
    Path("n" * 300).stat()
    raise AssertionError


@pytest.mark.parametrize(
    ("state", "after"),
    [
        (State.FINE, State.FINE),
        (State.DOUBT, State.FINE),
        (State.WRONG, State.SKIPPED),
        (State.SKIPPED, State.SKIPPED),
    ],
)
def test_a_check_needs_that_another_found_nothing_wrong(session: Session, state: State, after: State) -> None:
    checks = {"first": (found(state), ()), "second": (found(State.FINE), ("first",))}
    assert [(name, finding.state) for name, finding in examine(session, checks)] == [
        ("first", state),
        ("second", after),
    ]


def test_a_skipped_check_names_all_that_it_misses(session: Session) -> None:
    checks = {
        "first": (found(State.WRONG), ()),
        "second": (found(State.FINE), ()),
        "third": (fail, ()),
        "last": (found(State.FINE), ("first", "second", "third")),
    }
    assert dict(examine(session, checks))["last"] == Finding(State.SKIPPED, "needs: first, third")


def test_an_error_is_a_finding_with_its_hint(session: Session) -> None:
    assert dict(examine(session, {"store": (fail, ())}))["store"] == Finding(
        State.WRONG, "the disk is gone", "buy another"
    )


def test_a_path_that_cannot_be_is_a_finding(session: Session) -> None:
    finding = dict(examine(session, {"path": (no_path, ())}))["path"]
    assert finding == Finding(State.WRONG, f"cannot use {'n' * 300}: File name too long", "correct the settings")
