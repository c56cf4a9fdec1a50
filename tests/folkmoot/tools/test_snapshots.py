import pytest

from tools.snapshots import figures_of

REPORT = r"""<testsuites>
<testsuite name="tests/forge/Gas.t.sol:GasTest">
<testcase name="a"><system-out>[PASS] a\nLogs:\n  attest: 55820\n  whole round: 5 seats: 21\n</system-out></testcase>
<testcase name="b"><system-out>[PASS] b (gas: 8)\n</system-out></testcase>
</testsuite>
<testsuite name="tests/forge/Money.t.sol:MoneyTest">
<testcase name="c"><system-out>[PASS] c (gas: 9)\nLogs:\n  paid: 3\n</system-out></testcase>
</testsuite>
</testsuites>"""


def test_figures_are_what_the_measuring_tests_log() -> None:
    assert figures_of(REPORT) == {"attest": 55820, "whole round: 5 seats": 21}


def test_a_measuring_test_that_fails_gives_no_figures() -> None:
    failed = REPORT.replace("<system-out>[PASS] b", "<failure/><system-out>[FAIL: too much] b")
    with pytest.raises(SystemExit, match="too much"):
        figures_of(failed)


def test_what_is_no_report_is_shown() -> None:
    with pytest.raises(SystemExit, match="Compiler run failed"):
        figures_of("Compiler run failed")
