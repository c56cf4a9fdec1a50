"""A real S3 server, whose own tests are those of the store: tests/integration/store/test_objects.py."""

from pathlib import Path

import pytest

from folkmoot.errors import ConfigError
from folkmoot.testing.object_server import MISSING, binary, object_server
from folkmoot.testing.servers import NODES, answers


@pytest.mark.skipif(not binary(), reason=MISSING)
def test_it_ends_with_its_block(tmp_path: Path) -> None:
    with object_server(tmp_path) as server:
        assert server.add_bucket("clinics").is_dir()
        assert answers(server.port)
    assert not answers(server.port)


def test_without_one_there_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(NODES, raising=False)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ConfigError, match="there is no S3 server"), object_server(tmp_path):
        pass
