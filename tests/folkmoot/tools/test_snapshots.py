import pytest

from tools.snapshots import differences, figures_of, layouts_of

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


LAYOUT = {
    "storage": [{"label": "_round", "slot": "2", "offset": 0, "type": "t_struct"}],
    "types": {
        "t_struct": {
            "label": "struct Round",
            "members": [{"label": "seats", "slot": "0", "offset": 8, "type": "t_16"}],
        },
        "t_16": {"label": "uint16"},
    },
}


def test_a_layout_names_slots_bytes_and_types() -> None:
    assert layouts_of("Task", LAYOUT) == {"Task": ["2:0 _round struct Round"], "struct Round": ["0:8 seats uint16"]}


def test_a_field_that_moved_is_told() -> None:
    recorded, moved = {"struct Round": ["0:8 seats uint16"]}, {"struct Round": ["0:10 seats uint16"]}
    assert list(differences(recorded, recorded)) == []
    [line] = differences(recorded, moved)
    assert "0:8" in line
    assert "0:10" in line
