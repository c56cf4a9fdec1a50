"""The bar of a transfer, on terminals and elsewhere."""

from io import StringIO

import pytest
from rich.console import Console

from folkmoot.cli.transfer_bar import transfer_bar
from folkmoot.task_blobs import LARGE


def shown(console: Console, total: int) -> str:
    with transfer_bar("reading", console) as watch:
        watch(total // 2, total)
        watch(total, total)
    text = console.file
    assert isinstance(text, StringIO)
    return text.getvalue()


def test_a_large_blob_has_a_bar_on_a_terminal() -> None:
    text = shown(Console(file=StringIO(), force_terminal=True, width=100), 2 * LARGE)
    assert "reading" in text
    assert "32.0/32.0 MiB" in text


@pytest.mark.parametrize(
    ("terminal", "quiet", "total"), [(True, False, LARGE - 1), (False, False, LARGE), (True, True, LARGE)]
)
def test_nothing_is_shown_of_a_small_blob_or_where_no_terminal_is(terminal: bool, quiet: bool, total: int) -> None:
    assert "reading" not in shown(Console(file=StringIO(), force_terminal=terminal, quiet=quiet, width=100), total)
