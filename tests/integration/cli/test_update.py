"""`update` on a real chain: a plain update without a key, an encrypted one with one of its readers'."""

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors import safe_open

from folkmoot.blob_keys import BlobKeys
from folkmoot.chain import Sender
from folkmoot.store import LocalStore, cid
from folkmoot.task_blobs import TaskBlobs, fetch_descriptor
from tests.integration.cli.people import SMALL, Crew, People, propose


def submitted(crew: Crew, trainer: Sender) -> tuple[bytes, bytes]:
    """Publish and submit an update of numbers 0.5, as the trainer's worker would; its pointer and its parent's."""
    parameters, store = crew.task.parameters(), LocalStore(crew.people.folder / "blobs")
    descriptor, record = fetch_descriptor(store, parameters.descriptor), crew.people.network.deployment
    keys = BlobKeys.of(store, descriptor, task=crew.task, record=record, account=lambda: trainer._account)
    blobs = TaskBlobs(store, descriptor, task=crew.task.address, first_model=parameters.model, keys=keys)
    weights = {name: np.full(shape, 0.5, np.float32) for name, shape in descriptor.spec.shapes.items()}
    encoded = blobs.encode_update(weights, round=0, author=trainer.address, parent=parameters.model)
    pointer = blobs.publish(encoded)
    crew.people.network.send(trainer, crew.task.submit_update(0, pointer, 10))
    return pointer, parameters.model


@pytest.mark.usefixtures("rewound")
def test_an_update_is_saved_with_where_it_comes_from(people: People, crew: Crew, tmp_path: Path) -> None:
    crew.start("0")
    t0, file = crew.trainers[0], tmp_path / "update"
    pointer, parent = submitted(crew, t0)
    found = people.anybody(crew.task).json("update", "get", 0, t0.address, "--output", file)
    assert (found["cid"], found["samples"], found["verdict"]) == (cid(pointer), 10, None)
    with safe_open(file, "np") as saved:
        assert all((saved.get_tensor(name) == 0.5).all() for name in saved.keys())  # noqa: SIM118 - no mapping
        assert saved.metadata() == {
            "chain": str(people.network.client.chain_id), "task": crew.task.address, "round": "0",
            "author": t0.address, "contributors": json.dumps([t0.address]), "samples": "10",
            "pointer": f"0x{pointer.hex()}", "cid": cid(pointer), "parents": json.dumps([f"0x{parent.hex()}"]),
        }  # fmt: skip
    told = people.anybody(crew.task).refused("update", "get", 0, crew.trainers[1].address)
    assert told.startswith(f"error: {crew.trainers[1].address} submitted no update in round 0\nhint: these did: ")


@pytest.mark.usefixtures("rewound")
def test_an_encrypted_update_needs_a_readers_key(
    people: People, crew_members: dict[str, Sender], tmp_path: Path
) -> None:
    Path("secret-updates.toml").write_text(
        SMALL.replace("encrypted = false", "encrypted = true") + 'updates_for = "seats"\n'
    )
    crew = propose(people, crew_members, "secret-updates.toml")
    crew.start("0")
    t0 = crew.trainers[0]
    submitted(crew, t0)
    words = ("update", "get", "0", t0.address, "--output")
    found = crew("s0").json(*words, tmp_path / "s0")
    assert found["author"] == t0.address
    assert "has no key for it" in crew("t1").refused(*words, tmp_path / "t1")
    assert "keystore.json" in people.anybody(crew.task).refused(*words, tmp_path / "nobody")
