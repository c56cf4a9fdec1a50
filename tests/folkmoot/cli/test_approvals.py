"""What waits for managers, from events."""

import pytest

from folkmoot.chain.events.federation import ActionConfirmed
from folkmoot.cli.approvals import Pending, _lines, find, hex_name, pending_table, short_name
from folkmoot.cli.explain import Meaning
from folkmoot.cli.tables import Grid
from folkmoot.errors import ConfigError

A = "0x" + "1" * 40


def test_an_actions_short_name_starts_its_name() -> None:
    action = bytes(range(32))
    assert short_name(action) == "0x00010203"
    assert hex_name(action).startswith(short_name(action))


def waiting(start: int) -> Pending:
    action = bytes([start, *bytes(31)])
    return Pending(action=action, target=A, data=b"", meaning=Meaning("", {}), confirmers=(A,), quorum=2, expires=90)


def test_an_action_is_found_by_the_start_of_its_name() -> None:
    actions = [waiting(0x12), waiting(0x13), waiting(0x20)]
    assert find(actions, "0x2") == actions[2]
    assert find(actions, hex_name(actions[0].action)) == actions[0]


@pytest.mark.parametrize(("name", "told"), [("0x1", "2 pending"), ("0x3", "no pending"), ("12", "no pending")])
def test_a_name_that_is_not_one_actions(name: str, told: str) -> None:
    with pytest.raises(ConfigError, match=f"^{told}"):
        find([waiting(0x12), waiting(0x13)], name)


def test_a_pending_action_for_people() -> None:
    document = {"action": bytes(32), "words": "ban it", "confirmers": (A, A), "quorum": 3, "expires": 2**64}
    grid = pending_table([document])
    assert isinstance(grid, Grid)
    assert grid.rows == (("0x00000000", "ban it", f"{A}\n{A}\n(2 of 3)", f"second {2**64}"),)
    assert pending_table([]) == "No pending actions."


@pytest.mark.parametrize(
    ("quorum", "said"), [(1, "done, with 1 of 1 confirmation: it"), (2, "done, with 1 of 2 confirmations: it")]
)
def test_confirmations_are_counted_right(quorum: int, said: str) -> None:
    confirmed = ActionConfirmed(
        action=bytes(32), manager=A, target=A, call=b"", confirmations=1, quorum=quorum, expires=90
    )
    assert _lines(confirmed, "it", executed=True) == (said,)
