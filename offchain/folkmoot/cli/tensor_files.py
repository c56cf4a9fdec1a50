"""Models and updates as safetensors files that say where they come from."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np
from rich.console import Console
from safetensors.numpy import save

from folkmoot.cli.output import write_new
from folkmoot.cli.session import Session
from folkmoot.cli.transfer_bar import transfer_bar
from folkmoot.learning import Weights
from folkmoot.store import cid
from folkmoot.task_blobs import TaskBlobs

_LENGTH = 8  # bytes before the header, which say how long it is
_ALIGNED = 8


def provenance(session: Session, pointer: bytes, parents: Sequence[bytes], **others: object) -> dict[str, str]:
    """The `__metadata__` of a file, which safetensors has in texts: lists are JSON, what is unknown is left out.

    `pointer` names the stored blob, `parents` those that it was made from.
    """
    found: Mapping[str, object] = {
        "chain": session.record.chain_id,
        "task": session.task.address,
        "pointer": f"0x{pointer.hex()}",
        "cid": cid(pointer),
        "parents": [f"0x{parent.hex()}" for parent in parents],
        **others,
    }
    return {name: _text(value) for name, value in found.items() if value is not None}


def write_tensors(file: Path, weights: Weights, metadata: Mapping[str, str]) -> None:
    """Write a new file, the same bytes for the same content. Raises `ConfigError`.

    The metadata are put into the header here: the library would write them in another order each time.
    """
    data = save({name: np.asarray(tensor, order="C") for name, tensor in weights.items()})
    end = _LENGTH + int.from_bytes(data[:_LENGTH], "little")
    header = json.dumps({"__metadata__": dict(sorted(metadata.items())), **json.loads(data[_LENGTH:end])}).encode()
    header += b" " * (-len(header) % _ALIGNED)
    write_new(file, b"".join((len(header).to_bytes(_LENGTH, "little"), header, memoryview(data)[end:])))


def with_bar(session: Session, blobs: TaskBlobs, what: str, fetch: Callable[[], Weights]) -> Weights:
    """What `fetch` gives, with a bar while it comes."""
    console = Console(stderr=True, quiet=session.output.as_json)
    with transfer_bar(f"reading the {what}", console) as watch, blobs.watched(watch):
        return fetch()


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value)
