"""A run that fails must never be counted as one that passed."""

from argparse import ArgumentTypeError

import pytest

from tools.run_tests import SUITES, Outcome, Totals, count, known
from tools.workcopy import ROOT

REPORT = """<testsuites><testsuite>
<testcase name="good"/><testcase name="bad"><failure/></testcase>
<testcase name="broken"><error/></testcase><testcase name="left out"><skipped/></testcase>
</testsuite></testsuites>"""
ALL_GOOD = '<testsuite><testcase name="good"/></testsuite>'


@pytest.mark.parametrize(
    ("code", "report", "totals"),
    [
        (1, REPORT, Totals(passed=1, failed=2, skipped=1)),
        (0, ALL_GOOD, Totals(passed=1)),
        (2, ALL_GOOD, Totals(passed=1, failed=1)),
        (1, "", Totals(failed=1)),
        (1, "Compiler run failed", Totals(failed=1)),
        (0, "", Totals()),
    ],
)
def test_a_runner_that_fails_without_naming_a_test_counts_as_one_failure(
    code: int, report: str, totals: Totals
) -> None:
    assert count(Outcome(code, report, "")) == totals


def test_totals_add_up() -> None:
    assert str(Totals(1, 0, 0) + Totals(2, 3, 4)) == "3 passed, 3 failed, 4 skipped"


@pytest.mark.parametrize("target", ["forge", "contracts@prague", "tests/contracts/test_lifecycle.py@prague"])
def test_targets(target: str) -> None:
    assert known(target) == target


@pytest.mark.parametrize("target", ["everything", "tests", "tools/run_tests.py", "tests/support/evm.py"])
def test_what_is_no_target(target: str) -> None:
    with pytest.raises(ArgumentTypeError, match="neither a file of a suite nor one of integration, networks, forge"):
        known(target)


@pytest.mark.parametrize("target", ["forge@prague", "tests/forge/Gas.t.sol@prague"])
def test_forge_has_no_chain_with_rules_of_its_own(target: str) -> None:
    with pytest.raises(ArgumentTypeError, match=f"^'{target}' has no chain"):
        known(target)


@pytest.mark.parametrize("name", [name for name, suite in SUITES.items() if suite.longest])
def test_the_files_that_take_longest_begin_and_none_is_left_out(name: str) -> None:
    suite, folder = SUITES[name], f"tests/{name}"
    files = suite.files(ROOT, folder)
    assert files[: len(suite.longest)] == [f"{folder}/{longest}" for longest in suite.longest]
    assert sorted(files) == sorted(file.relative_to(ROOT).as_posix() for file in (ROOT / folder).rglob("test_*.py"))
