from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from folkmoot.errors import BlobMissing, DeadlinePassed, DescriptorError, MalformedBlob, StoreError
from folkmoot.learning import BlobMeta, Descriptor, Weights, decode, max_blob_size
from folkmoot.proposal import Draft
from folkmoot.store import LocalStore, MemoryStore, pointer
from folkmoot.store.content import pieces
from folkmoot.task_blobs import FIRST_MODEL, TaskBlobs, fetch_descriptor
from tests.support.views import NUMBER, TRAINERS, address

AUTHOR = "0x" + "Ab" * 20


def test_an_update_goes_through_the_store_and_back(blobs: TaskBlobs, model: Weights, parent: bytes) -> None:
    encoded = blobs.encode_update(model, round=NUMBER, author=AUTHOR, parent=parent)
    name = blobs.publish(encoded)
    assert name == pointer(encoded)
    found = blobs.fetch_update(name, round=NUMBER, author=AUTHOR.lower(), parent=parent)
    assert all(np.array_equal(found[tensor], model[tensor]) for tensor in model)


@pytest.mark.parametrize("change", [{"round": NUMBER + 1}, {"author": TRAINERS[0]}, {"parent": bytes(32)}])
def test_an_update_for_something_else_is_malformed(
    blobs: TaskBlobs, model: Weights, parent: bytes, change: dict[str, object]
) -> None:
    meant = {"round": NUMBER, "author": AUTHOR, "parent": parent}
    name = blobs.publish(blobs.encode_update(model, round=NUMBER, author=AUTHOR, parent=parent))
    with pytest.raises(MalformedBlob):
        blobs.fetch_update(name, **(meant | change))  # type: ignore[arg-type]


def test_an_update_of_another_task_is_malformed(
    blobs: TaskBlobs, store: MemoryStore, descriptor: Descriptor, model: Weights, parent: bytes
) -> None:
    other = TaskBlobs(store, descriptor, task=address(78), first_model=parent)
    name = other.publish(other.encode_update(model, round=NUMBER, author=AUTHOR, parent=parent))
    with pytest.raises(MalformedBlob):
        blobs.fetch_update(name, round=NUMBER, author=AUTHOR, parent=parent)


def test_the_first_model_is_nobodys(made: Draft, descriptor: Descriptor) -> None:
    assert decode(pieces(made.blobs[1]), descriptor.spec, limit=descriptor.blob_limit, meta=FIRST_MODEL).keys()
    assert BlobMeta(task=address(0), round=0, author=address(0), parent=bytes(32)) == FIRST_MODEL


def test_later_models_are_the_tasks(blobs: TaskBlobs, model: Weights, parent: bytes) -> None:
    name = blobs.publish(blobs.encode_model(model, round=1, parent=parent))
    assert blobs.fetch_model(name).keys() == model.keys()


def test_an_update_is_no_model(blobs: TaskBlobs, model: Weights, parent: bytes) -> None:
    name = blobs.publish(blobs.encode_update(model, round=1, author=AUTHOR, parent=parent))
    with pytest.raises(MalformedBlob):
        blobs.fetch_model(name)


def test_another_first_model_is_none(blobs: TaskBlobs, store: MemoryStore, made: Draft, model: Weights) -> None:
    bias = "1.bias"
    other = blobs.encode_model(model | {bias: model[bias] + 1}, round=0, parent=bytes(32))
    claimed = TaskBlobs(store, made.descriptor, task=address(78), first_model=blobs.publish(other))
    with pytest.raises(MalformedBlob):
        claimed.fetch_model(pointer(other))


def test_whether_a_blob_is_there(blobs: TaskBlobs, parent: bytes) -> None:
    assert (blobs.has(parent), blobs.has(bytes(32))) == (True, False)
    with pytest.raises(BlobMissing):
        blobs.fetch_model(bytes(32))


class BrokenStore(MemoryStore):
    def has(self, pointer: bytes, *, limit: int) -> bool:
        raise StoreError(f"the disk with {limit} bytes of {pointer.hex()} is gone")


def test_a_store_that_fails_has_nothing(descriptor: Descriptor, parent: bytes) -> None:
    assert not TaskBlobs(BrokenStore(), descriptor, task=address(78), first_model=parent).has(parent)


def test_the_descriptor_is_fetched_by_its_pointer(store: MemoryStore, made: Draft) -> None:
    assert fetch_descriptor(store, made.parameters.descriptor) == made.descriptor
    with pytest.raises(DescriptorError):
        fetch_descriptor(store, made.parameters.model)
    with pytest.raises(BlobMissing):
        fetch_descriptor(store, bytes(32))


def test_a_descriptor_that_is_kept_is_read_while_its_store_is_away(made: Draft, tmp_path: Path) -> None:
    store, kept, named = MemoryStore(), LocalStore(tmp_path / "kept"), made.parameters.descriptor
    with pytest.raises(BlobMissing):
        fetch_descriptor(store, named, kept)
    made.publish(store)
    assert fetch_descriptor(store, named, kept) == made.descriptor
    assert fetch_descriptor(MemoryStore(), named, kept) == made.descriptor
    (file,) = (tmp_path / "kept").iterdir()
    file.write_bytes(b"damaged")
    assert fetch_descriptor(store, named, kept) == made.descriptor
    assert fetch_descriptor(MemoryStore(), named, kept) == made.descriptor


def test_blobs_beyond_the_limit_are_not_read(store: MemoryStore, made: Draft, parent: bytes) -> None:
    wide = replace(made.descriptor, blob_limit=made.descriptor.blob_limit + 8)
    blobs = TaskBlobs(store, wide, task=address(78), first_model=store.put([*pieces(made.blobs[1]), bytes(8)]))
    with pytest.raises(MalformedBlob):
        blobs.fetch_model(pointer([*pieces(made.blobs[1]), bytes(8)]))
    assert TaskBlobs(store, wide, task=address(78), first_model=parent).fetch_model(parent)


def test_who_watches_sees_blobs_go_and_come(blobs: TaskBlobs, model: Weights, parent: bytes) -> None:
    seen: list[tuple[int, int]] = []
    with blobs.watched(lambda done, total: seen.append((done, total))):
        name = blobs.publish(blobs.encode_model(model, round=1, parent=parent))
        sent, seen[:] = list(seen), []
        blobs.fetch_model(name)
        fetched, seen[:] = list(seen), []
    for moved in (sent, fetched):
        assert [done for done, _ in moved] == sorted({done for done, _ in moved})
        assert {total for _, total in moved} == {max_blob_size(blobs.descriptor.spec)}
        assert 0 <= moved[-1][1] - moved[-1][0] < 32, "all but what the digits of the round may take"
    seen.clear()
    blobs.fetch_model(name)
    assert not seen


def test_who_watches_may_end_a_transfer(blobs: TaskBlobs, store: MemoryStore, model: Weights, parent: bytes) -> None:
    def watch(done: int, total: int) -> None:
        raise DeadlinePassed(f"{done} of {total} bytes is too late")

    encoded = blobs.encode_model(model, round=1, parent=parent)
    with blobs.watched(watch):
        with pytest.raises(DeadlinePassed):
            blobs.publish(encoded)
        assert not store.has(pointer(encoded), limit=1 << 20)
        with pytest.raises(DeadlinePassed):
            blobs.fetch_model(parent)
    assert blobs.fetch_model(parent)
