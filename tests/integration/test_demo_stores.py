"""Where the demonstration's blobs are stored, and what it says where a program is missing."""

import sys
from pathlib import Path

import pytest

from folkmoot.store import open_store, read_place
from folkmoot.testing import kubo, object_server
from folkmoot.testing.servers import NODES
from scripts import demo_stores
from scripts.demo import RUNS, main
from scripts.demo_stores import run_stores

NEEDS_S3 = pytest.mark.skipif(not object_server.binary(), reason=object_server.MISSING)


@pytest.mark.parametrize(("store", "missing"), [("ipfs", "there is no Kubo"), ("s3", "there is no S3 server")])
def test_without_its_program_nothing_is_started_or_removed(
    store: str, missing: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(NODES, raising=False)
    monkeypatch.setenv("PATH", "")
    name = f"test-missing-{store}"
    monkeypatch.setattr(sys, "argv", ["demo", "--store", store, "--name", name])
    assert main() == 1
    (said,) = capsys.readouterr().err.splitlines()
    assert said.startswith(f"demo: {missing}")
    assert f"on the PATH, or name the folder that has it in {NODES}" in said
    assert not (RUNS / name).exists()


@pytest.mark.parametrize("kind", ["folder", "sftp", pytest.param("s3", marks=NEEDS_S3)])
def test_every_member_reads_what_another_one_wrote(kind: str, tmp_path: Path) -> None:
    with run_stores(kind, tmp_path, 2) as stores:
        one, other = (open_store([read_place(str(place))]) for place in stores.places)
        assert other.get(one.put(b"a blob"), limit=10) == b"a blob"


@pytest.mark.skipif(not kubo.binary(), reason=kubo.MISSING)
def test_three_members_share_a_node_where_memory_is_short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_stores, "free_mib", lambda: 1_000)
    with run_stores("ipfs", tmp_path, 6) as stores:
        first, second = dict.fromkeys(place[0] for place in stores.places)
        assert stores.places == [[first, second]] * 3 + [[second, first]] * 3
        assert stores.fact == "2 Kubo nodes run in a private swarm, as only 1000 MiB of memory are free"
        assert stores.victim
        assert stores.victim.url == second
