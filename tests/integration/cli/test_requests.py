"""What a look at a federation costs its nodes, however old it is."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from requests import Session

from folkmoot.chain import Sender
from folkmoot.chain.connection import HttpConnection
from folkmoot.testing import Anvil
from folkmoot.testing.rpc_proxy import rpc_proxy
from tests.integration.cli.people import SMALL, Crew, People, propose

LATER = 20_000
"""Empty blocks between two rounds: looking through them takes four searches, of two requests each."""

LONG = 200_000  # seconds of a window, more than these blocks take
VIEWS = ("status", "model list", "task show", "earnings", "history", "payees", "events --decode", "model get 0")

Requests = Callable[[Crew, str], int]


@pytest.fixture
def requests(people: People, tmp_path: Path) -> Iterator[Requests]:
    """How many requests a command needs."""
    with Session() as session, rpc_proxy(HttpConnection(people.network.urls[0], 30.0, session)) as proxy:

        def count(crew: Crew, words: str) -> int:
            before, cli = proxy.asked, crew("t0")
            cli = replace(cli, environment={"RPC": proxy.url, "CACHE": str(tmp_path / "cache")})
            saves = ["--output", tmp_path / f"{len(list(tmp_path.iterdir()))}"] if words.startswith("model get") else []
            cli.json(*words.split(), *saves)
            return proxy.asked - before

        yield count


@pytest.mark.usefixtures("rewound")
def test_a_view_of_an_old_task_costs_no_more_than_of_a_new_one(
    people: People, crew_members: dict[str, Sender], anvil: Anvil, requests: Requests
) -> None:
    settings = SMALL.replace("window = 5000", f"window = {LONG}").replace("encrypted = false", "encrypted = true")
    (people.folder / "long.toml").write_text(settings)
    old = propose(people, crew_members, "long.toml")
    old.start("0")
    old.play()
    young = {view: requests(old, view) for view in VIEWS}
    for _ in range(LATER // 1_000):
        anvil.mine(1_000)
    first = {view: requests(old, view) for view in VIEWS}
    assert first["status"] >= young["status"] + 2 * LATER // 5_000, "somebody has to look through all blocks once"
    old.play()
    new = propose(people, crew_members, "long.toml")
    fresh = {view: requests(new, view) for view in VIEWS}
    assert max(fresh[view] - young[view] for view in VIEWS) <= 5, "of what was before its proposal nothing is asked"
    later = {view: requests(old, view) for view in VIEWS}
    assert max(later[view] - fresh[view] for view in VIEWS) <= 2, "what was kept is compared by one block"
