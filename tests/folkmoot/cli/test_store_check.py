"""What the doctor finds of the stores."""

import resource
from pathlib import Path

import pytest

from folkmoot.testing import free_port
from tests.support.cli import Cli, findings

NOBODY = f"http://127.0.0.1:{free_port()}/ipfs/"


@pytest.mark.parametrize(
    ("stores", "state", "told"),
    [
        ((NOBODY, "blobs"), "wrong", "no gateway answers at 127.0.0.1:"),
        (("blobs", NOBODY), "doubt", "blobs can be read and written, but no gateway answers at 127.0.0.1:"),
        (("blobs", "elsewhere"), "doubt", "blobs can be read and written, but there is no blob store elsewhere"),
    ],
)
def test_each_store_of_a_list_is_looked_at(cli: Cli, stores: tuple[str, ...], state: str, told: str) -> None:
    Path("blobs").mkdir()
    Path("folkmoot.toml").write_text(f"store = {[*stores]}")
    found = findings(cli)["store"]
    assert (found["state"], found["message"].replace(f"{cli.folder}/", "")[: len(told)]) == (state, told)
    assert found["hint"]


def test_what_is_written_is_let_go_of(cli: Cli) -> None:
    Path("blobs").mkdir()
    assert findings(cli)["store"]["message"] == "blobs can be read and written"
    assert not [*Path("blobs").iterdir()]


def test_a_store_that_takes_no_bytes(cli: Cli) -> None:
    Path("blobs").mkdir()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))  # as on a full disk, files can be made but not filled
    try:
        found = findings(cli)["store"]
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (found["state"], found["message"]) == ("wrong", "cannot write to the blob store blobs: File too large")
