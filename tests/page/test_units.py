from tests.support.browsing import ROOT, node


def test_what_the_page_computes_is_tested_by_node() -> None:
    files = sorted(str(file.relative_to(ROOT / "page")) for file in (ROOT / "page/tests/unit").glob("*.test.ts"))
    assert files
    node(*files)
