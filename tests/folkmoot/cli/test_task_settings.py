"""Settings for people; what the chain has of a task is tested on a real one."""

from typing import Any

import pytest

from folkmoot.cli.task_settings import pointers_of, shown_setting
from tests.support.views import PARAMETERS


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("training_window", 3_600, "1 h"),
        ("max_pause", 90, "1 min 30 s"),
        ("score_settings", (5_000, 10_000), "5000, 10000"),
        ("reward_settings", (), "none"),
        ("committee", 5, 5),
    ],
)
def test_times_and_lists_are_shown_as_text(name: str, value: Any, shown: Any) -> None:
    assert shown_setting(name, value) == shown


def test_pointers_are_shown_as_cids() -> None:
    shown = pointers_of(PARAMETERS)
    assert list(shown) == ["descriptor", "first_model"]
    assert all(len(cid) == 46 and cid.startswith("Qm") for cid in shown.values())
