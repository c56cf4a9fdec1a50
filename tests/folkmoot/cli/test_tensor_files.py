"""Safetensors files that say where their tensors come from."""

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from safetensors import safe_open
from safetensors.numpy import load_file

from folkmoot.cli.output import Output
from folkmoot.cli.tensor_files import provenance, with_bar, write_tensors
from folkmoot.errors import ConfigError
from folkmoot.learning import Weights
from folkmoot.store import cid
from folkmoot.task_blobs import TaskBlobs

TASK = "0x" + "11" * 20
SESSION: Any = SimpleNamespace(
    record=SimpleNamespace(chain_id=7), task=SimpleNamespace(address=TASK), output=Output(as_json=True)
)
POINTER, PARENT = b"\1" * 32, b"\2" * 32


def test_what_a_file_says_is_text() -> None:
    found = provenance(SESSION, POINTER, [PARENT], round=3, contributors=[TASK], score=None, verdict="accepted")
    assert found == {
        "chain": "7", "task": TASK, "pointer": "0x" + "01" * 32, "cid": cid(POINTER),
        "parents": json.dumps(["0x" + "02" * 32]), "round": "3", "contributors": json.dumps([TASK]),
        "verdict": "accepted",
    }  # fmt: skip


@pytest.mark.parametrize("order", ["C", "F"])
def test_a_file_is_read_by_others_and_has_the_same_bytes_for_the_same_content(tmp_path: Path, order: Any) -> None:
    tensors = {"b": np.arange(6, dtype=np.float32).reshape(2, 3), "a": np.array(2.5, np.float32)}
    said = {"task": TASK, "name": 'Zoë\n"', "cid": "x"}
    write_tensors(tmp_path / "one", {name: np.asarray(t, order=order) for name, t in tensors.items()}, said)
    write_tensors(tmp_path / "two", dict(reversed(tensors.items())), dict(reversed(said.items())))
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    read = load_file(tmp_path / "one")
    assert {name: (t.dtype, t.tolist()) for name, t in read.items()} == {
        name: (t.dtype, t.tolist()) for name, t in tensors.items()
    }
    with safe_open(tmp_path / "one", "np") as file:
        assert file.metadata() == said
    with pytest.raises(ConfigError, match="exists already"):
        write_tensors(tmp_path / "one", tensors, said)


def test_the_bar_watches_what_is_fetched(blobs: TaskBlobs, parent: bytes, model: Weights) -> None:
    found = with_bar(SESSION, blobs, "model", lambda: blobs.fetch_model(parent))
    assert found.keys() == model.keys()
