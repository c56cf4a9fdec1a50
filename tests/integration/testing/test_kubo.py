"""A swarm of real Kubo nodes."""

import pytest

from folkmoot.errors import ConfigError
from folkmoot.store import open_store
from folkmoot.testing.kubo import MISSING, binary, run_kubo, run_swarm
from folkmoot.testing.servers import NODES, answers


@pytest.mark.skipif(not binary(), reason=MISSING)
def test_nodes_of_a_swarm_read_from_each_other_and_end_with_it() -> None:
    with run_swarm(3) as nodes:
        names = [open_store([node.url]).put(node.url.encode()) for node in nodes]
        for node in nodes:
            found = [open_store([node.url]).get(name, limit=100).decode() for name in names]
            assert found == [other.url for other in nodes]
    assert not any(answers(node.api) for node in nodes)


def test_without_a_kubo_there_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(NODES, raising=False)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ConfigError, match="there is no Kubo"), run_kubo():
        pass
