"""A federation opened for the page: its nodes, what is kept of its logs, and the verdict of its last audit."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from folkmoot.audit.checkpoint import Checkpoint
from folkmoot.audit.verdict import checkpoint_file, last_verdict, own_folder
from folkmoot.chain import Client, Deployment
from folkmoot.chain.logbook import Logbook
from folkmoot.page.live import LiveSource
from folkmoot.page.secrets import hiding
from folkmoot.page.shelf import LongClient, Shelf
from folkmoot.page.subject import Subject
from folkmoot.store import Place


@contextmanager
def opened(
    record: Deployment,
    client: Client,
    urls: Sequence[str],
    *,
    folder: Path | None = None,
    names: Mapping[str, str] | None = None,
    rules: Mapping[str, str] | None = None,
    store: Place = "",
    check: Callable[[], object] = lambda: None,
) -> Iterator[LiveSource]:
    """A source that asks the nodes at some URLs, by this client and by one of its own.

    `folder` keeps logs, times of blocks and audits' verdicts, as for commands; none are kept without one. `names` are a
    member's own, `rules` those of rules that the record leaves out, both by addresses. `check` is as in `LiveSource`.
    """
    file = folder and folder / f"page-{record.chain_id}-{record.federation.lower()}"
    audits = [checkpoint_file(own_folder(folder, url), record) for url in urls]
    subject = Subject.of(record, names or {}, kind_of(store))
    with LongClient(urls) as searcher:
        yield LiveSource(
            replace(subject, contracts={**(rules or {}), **subject.contracts}),
            client,
            Shelf(searcher, Logbook(searcher, folder), Checkpoint(file), record.federation, record.first_block),
            verdict=lambda: last_verdict(audits),
            check=check,
            hide=hiding(urls),
        )


def kind_of(store: Place) -> str:
    """The kind of a store, which says nothing of where it is."""
    scheme, is_url, _ = str(store).partition("://")
    return scheme.partition("+")[0] if is_url else "folder" if scheme else ""
