"""How far a large blob has come, as a bar on a terminal."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn

from folkmoot.task_blobs import LARGE, Watch


@contextmanager
def transfer_bar(what: str, console: Console) -> Iterator[Watch]:
    """Gives a watch for `TaskBlobs`. The bar is shown for large blobs, on a terminal, and is gone at the end."""
    columns = TextColumn("{task.description}"), BarColumn(), DownloadColumn(binary_units=True)
    is_hidden = console.quiet or not console.is_terminal
    with Progress(
        *columns, TransferSpeedColumn(), TimeRemainingColumn(), console=console, transient=True, disable=is_hidden
    ) as bar:

        def watch(done: int, total: int) -> None:
            if total >= LARGE:
                task = bar.task_ids[0] if bar.task_ids else bar.add_task(what)
                bar.update(task, completed=done, total=total)

        yield watch
