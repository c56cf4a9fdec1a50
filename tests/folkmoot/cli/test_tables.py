import re
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from folkmoot.cli.tables import Grid, key_values, table

ADDRESSES = ["0x" + digit * 40 for digit in "abcd"]
CID = "Qm" + "x" * 44
CELLS = st.sampled_from([*ADDRESSES, CID, True, None, 12, "admit the member that applied", "100.00 %", "a\nb"])


def printed(grid: Grid, width: int) -> str:
    """A table as a terminal of this width shows it."""
    screen = StringIO()
    Console(file=screen, width=width, markup=False, highlight=False).print(grid.rendered(str, width))
    return screen.getvalue()


def test_a_wide_table_has_a_line_a_row() -> None:
    assert printed(table("t", "1234", [ADDRESSES]), 200).splitlines()[-1].split() == ADDRESSES


@pytest.mark.parametrize(
    ("columns", "row"),
    [
        (("seat", "member", "committed", "revealed", "attested"), (0, ADDRESSES[0], True, False, None)),
        (("seat", "member", "committed", "revealed", "attested"), (0, f'"A Hospital" ({ADDRESSES[0]})', 1, 2, 3)),
        (("", "what", "model or round", "author", "CID"), ("lost", "update, not accepted", 12, ADDRESSES[0], CID)),
        (("name", "action", "confirmed by", "until"), ("x" * 12, "admit the member " * 5, ADDRESSES[0], "2 h " * 9)),
        (("number", "score", "CID", "in the store"), (12, "99.99 %", CID, "yes, encrypted with a key that is known")),
    ],
)
def test_an_address_is_broken_last(columns: tuple[str, ...], row: tuple[object, ...]) -> None:
    shown = printed(table("t", columns, [row]), 80)
    assert any(whole in shown for whole in re.findall(r"0x[a-d]{40}|Qmx{44}", str(row))), shown


@given(st.integers(1, 6).flatmap(lambda n: st.lists(st.tuples(*[CELLS] * n), min_size=1)), st.sampled_from([40, 80]))
def test_nothing_is_cut_on_a_narrow_terminal(rows: list[tuple[object, ...]], width: int) -> None:
    columns = ["number", "proposer", "address", "until", "", "CID"][: len(rows[0])]
    for grid in (table("title", columns, rows), key_values({f"row {n}": row for n, row in enumerate(rows)})):
        shown, wide = (printed(grid, columns) for columns in (width, 10_000))
        assert max(map(len, shown.splitlines())) <= width
        assert sorted("".join(shown.split())) == sorted("".join(wide.split()))
