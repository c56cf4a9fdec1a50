from tests.support.browsing import ROOT, node


def test_what_the_page_computes_is_tested_by_node() -> None:
    assert [*(ROOT / "page/tests/unit").glob("*.test.ts")]
    node("tests/unit/all.ts")
