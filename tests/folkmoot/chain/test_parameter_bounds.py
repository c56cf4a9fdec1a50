import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from folkmoot.chain import Parameters
from folkmoot.chain.parameter_bounds import Bound, bounds, check_bounds
from folkmoot.errors import ConfigError
from tests.support.views import PARAMETERS

SOURCE = Path(__file__).resolve().parents[3] / "contracts" / "libraries" / "ParameterBounds.sol"


def changed(**values: Any) -> Parameters:
    return replace(PARAMETERS, **values)


def test_the_contract_has_the_same_bounds_in_the_same_order() -> None:
    """What they allow is compared on a chain, by the tests of `task`."""
    written = re.findall(r'bounds\(\s*"(\w+)"', SOURCE.read_text())
    sampled = changed(active_share=5_000, redraw=False, aggregators=3)
    assert written == [_camel(bound.name) for bound in bounds(sampled)]


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(map(str.capitalize, others))


def test_parameters_within_bounds() -> None:
    check_bounds(PARAMETERS)


@pytest.mark.parametrize(
    "bound", {b.name: b for b in reversed(list(bounds(PARAMETERS)))}.values(), ids=lambda b: b.name
)
def test_a_value_out_of_bounds_is_told_with_the_bound(bound: Bound) -> None:
    value = bound.smallest - 1
    with pytest.raises(ConfigError) as raised:
        check_bounds(changed(**{bound.name: value}))
    assert raised.value.message == f"{bound.name} cannot be {value}"
    assert re.match(r"at least \d+, at most \d+", raised.value.hint)


@pytest.mark.parametrize(
    ("values", "message", "hint"),
    [
        (
            {"min_updates": 6, "updates_per_round": 5},
            "min_updates cannot be 6",
            "at least 1, at most 5, which is updates_per_round",
        ),
        (
            {"updates_per_round": 4, "committee": 5, "min_updates": 2},
            "committee cannot be 5",
            "at least 3, at most 4, which is updates_per_round; or set redraw",
        ),
        (
            {"max_strikes": 3, "max_empty_rounds": 3},
            "max_strikes cannot be 3",
            "at least 1, at most 2, below max_empty_rounds: who does harm is suspended before the task ends",
        ),
        ({"seats_train": True, "max_enrolled": 2}, "max_enrolled cannot be 2", "at least 3, at most 1000"),
        ({"active_share": 9_001}, "active_share cannot be 9001", "at least 1, at most 9000; or 10000: all"),
        (
            {"aggregators": 400},
            "aggregators cannot be 400",
            f"at least 3, at most {400 - PARAMETERS.committee}, which is 400 less the committee; or 0",
        ),
    ],
)
def test_what_a_bound_depends_on_is_told(values: dict[str, int], message: str, hint: str) -> None:
    with pytest.raises(ConfigError) as raised:
        check_bounds(changed(**values))
    assert (raised.value.message, raised.value.hint) == (message, hint)
