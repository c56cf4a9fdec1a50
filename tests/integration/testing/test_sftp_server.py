"""A real SFTP server, whose own tests are those of the store: tests/integration/store/test_sftp.py."""

from pathlib import Path

from folkmoot.testing.servers import answers
from folkmoot.testing.sftp_server import sftp_server


def test_it_serves_its_folder_and_ends_with_its_block(tmp_path: Path) -> None:
    with sftp_server(tmp_path) as server:
        name = server.connect().put(b"a blob")
        assert [file.read_bytes() for file in server.root.rglob("Qm*")] == [b"a blob"]
        assert server.connect().has(name, limit=10)
    assert not answers(server.port)
