"""A federation with a round that is over, for all tests of the page, and a page that shows it through a proxy."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from requests import Session

from folkmoot.chain import Client
from folkmoot.chain.connection import HttpConnection
from folkmoot.page.live import LiveSource
from folkmoot.page.opening import opened as open_source
from folkmoot.testing import Anvil
from folkmoot.testing.rpc_proxy import RpcProxy, rpc_proxy
from tests.integration.cli.people import Crew, found_people, propose
from tests.support.chains import AnyChain, anvil_of, chain_under_test
from tests.support.pages import Browser, built, serving


@pytest.fixture(scope="session")
def chain() -> Iterator[AnyChain]:
    """An Anvil of its own, since other tests move the time."""
    with chain_under_test() as chain:
        yield chain


@pytest.fixture(scope="session")
def anvil(chain: AnyChain) -> Anvil:
    return anvil_of(chain)


@pytest.fixture(scope="session")
def played(chain: AnyChain, tmp_path_factory: pytest.TempPathFactory) -> Crew:
    """One round is over."""
    people = found_people(chain, tmp_path_factory.mktemp("federation"))
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(people.folder)
        crew = propose(people, people.crew_members())
        crew.start("30")
    crew.play()
    return crew


@pytest.fixture
def node(played: Crew) -> Iterator[RpcProxy]:
    """The node behind the page, which can be made to fail, and counts what it is asked."""
    with rpc_proxy(HttpConnection(played.people.network.urls[0], 10.0, Session())) as proxy:
        yield proxy


Opened = Callable[..., AbstractContextManager[LiveSource]]


@pytest.fixture
def opened(played: Crew, node: RpcProxy) -> Opened:
    """Open the federation at the proxy, with what was kept in a folder."""

    @contextmanager
    def opened(folder: Path | None = None, url: str = "") -> Iterator[LiveSource]:
        urls, record = [url or node.url], played.people.network.deployment
        with Client(urls) as client, open_source(record, client, urls, folder=folder) as source:
            yield source

    return opened


@pytest.fixture
def source(opened: Opened) -> Iterator[LiveSource]:
    with opened() as source:
        yield source


@pytest.fixture
def files(tmp_path: Path) -> Path:
    return built(tmp_path / "files")


@pytest.fixture
def browser(source: LiveSource, files: Path) -> Iterator[Browser]:
    with serving(source, files) as url:
        yield Browser(url)
