"""`page`: a federation in a browser, without a key."""

import asyncio
import re
import signal
import webbrowser
from collections.abc import Callable
from contextlib import AbstractContextManager, ExitStack, suppress
from pathlib import Path
from threading import Thread
from typing import Annotated

import typer

from folkmoot.audit.discovery import rule_names
from folkmoot.chain import Deployment, deployments
from folkmoot.chain.passwords import read_password
from folkmoot.cli.audit import find_record
from folkmoot.cli.session import Session
from folkmoot.errors import ChainGone, ConfigError, ConnectionFailed, NotDeployed
from folkmoot.page.access import EVERY, LOOPBACK, Access, is_loopback
from folkmoot.page.live import LiveSource
from folkmoot.page.opening import opened
from folkmoot.page.record import load
from folkmoot.page.saving import save as save_record
from folkmoot.page.server import FILES, PORT, PageServer
from folkmoot.page.subject import Source

_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?")
_OPEN = (
    "ask for a password: --page-password FILE; or have a reverse proxy ask for one and say by which name browsers "
    "reach it: --behind-proxy NAME"
)


def page(
    session: Session,
    *,
    host: Annotated[
        str, typer.Option("--host", help="Address to serve at. Beyond loopback only with one of the next two.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port; 0: any free one.")] = PORT,
    opens: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
    page_password: Annotated[
        Path | None, typer.Option("--page-password", help="File with a password that browsers have to give.")
    ] = None,
    behind_proxy: Annotated[
        str | None,
        typer.Option(
            "--behind-proxy",
            metavar="NAME",
            help="A reverse proxy of this name asks for passwords, and passes its name.",
        ),
    ] = None,
    record: Annotated[
        Path | None, typer.Option("--record", help="Show the record in this folder, without any node.")
    ] = None,
    save: Annotated[
        Path | None, typer.Option("--save", help="Write a record of the federation into this folder, and end.")
    ] = None,
) -> None:
    """Show the federation in a browser: a page that only looks, until Ctrl-C. It needs no key.

    Only this machine reaches it, unless --host names another address: then it asks for a password (--page-password), or
    a reverse proxy before it does (--behind-proxy), since who reaches it reads all that members and tasks are called.
    """
    access = _access(host, page_password, behind_proxy)
    with ExitStack() as stack:
        source: Source = load(record) if record else stack.enter_context(_live(session))
        if save:
            with session.output.working("reading the chain"):
                file = save_record(source, save)
            session.output.show({"file": file}, f"Written: {file}. To look at it: folkmoot page --record {save}")
            return
        server = PageServer(source, access, FILES)

        def ready(found: int) -> None:
            url = f"http://{_shown(host)}:{found}/"
            about = f"Look at {url}, until Ctrl-C."
            session.output.show({"url": url, "federation": source.settings()["federation"]}, about)
            if opens:
                Thread(target=webbrowser.open, args=[url], daemon=True).start()

        asyncio.run(_until_stopped(server, host, port, ready))


async def _until_stopped(server: PageServer, host: str, port: int, ready: Callable[[int], None]) -> None:
    """Serve until Ctrl-C, or until a service manager says so, which is a success."""
    end = asyncio.Event()
    with suppress(NotImplementedError):  # on Windows
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, end.set)
    await server.serve(host, port, ready, end)


def _access(host: str, page_password: Path | None, name: str | None) -> Access:
    """Who may look. Raises `ConfigError` where everybody could who reaches this machine."""
    if not is_loopback(host) and page_password is None and name is None:
        raise ConfigError(f"other machines reach {host}, and the page would show all to whoever asks", _OPEN)
    if name and not _NAME.fullmatch(name):
        raise ConfigError(f"{name!r} is no name of a server", "only the name: --behind-proxy page.example.org")
    password = read_password(page_password, page_password) if page_password else None
    own = {host.lower()} - EVERY | ({name.lower()} if name else set())
    return Access(hosts=LOOPBACK | own, password=password)


def _shown(host: str) -> str:
    """A host as a browser of this machine reaches it."""
    return "127.0.0.1" if host in EVERY else f"[{host}]" if ":" in host else host


# -------------------------------------------------------------------- a live one


def _live(session: Session) -> AbstractContextManager[LiveSource]:
    record, is_checked = _record(session)
    unnamed = is_checked and not record.rules  # without a deployment record their code tells what they are
    return opened(
        record,
        session.client,
        session.config.rpc,
        folder=session.logbook.folder,
        names={address: name for name, address in session.book.addresses.items()},
        rules=rule_names(session.client, record, session.proposals) if unnamed else {},
        store=session.config.store[0],
        check=(lambda: None) if is_checked else lambda: _compare(session, record),
    )


def _record(session: Session) -> tuple[Deployment, bool]:
    """The deployment record, and whether it was compared with the chain: not while no node answers.

    Raises `ConnectionFailed` where a node would have to tell what stands where.
    """
    try:
        find_record(session)
    except ConnectionFailed:
        with suppress(NotDeployed):
            found = deployments.recorded(session.config.deployments)
            if session.sought in {None, found.federation}:
                return found, False
        raise
    return session.record, True


def _compare(session: Session, record: Deployment) -> None:
    """Raise a `ChainError` where the chain that answers at last is not that of the record."""
    if session.client.chain_id != record.chain_id:
        raise ChainGone(
            f"the node is on chain {session.client.chain_id}, and the federation on chain {record.chain_id}",
            "correct --rpc, or start the page again with that chain's deployment record",
        )
    deployments.read(session.config.deployments, session.client)
