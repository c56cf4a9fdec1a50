from dataclasses import replace

from folkmoot.chain import Phase
from folkmoot.learning import Weights
from folkmoot.proposal import Draft
from folkmoot.simulation.sharing import AggregateCache, RoundStore, SharedBlobs
from tests.support.views import NEXT_MODEL, NUMBER, TASK, TRAINERS, a_view


def shared(made: Draft) -> tuple[RoundStore, SharedBlobs]:
    store = RoundStore()
    made.publish(store)
    blobs = SharedBlobs(store, made.descriptor, task=TASK, first_model=made.parameters.model)
    blobs.begin()
    return store, blobs


def test_a_model_is_decoded_once_a_round(made: Draft, parent: bytes) -> None:
    _, blobs = shared(made)
    first = blobs.fetch_model(parent)
    assert blobs.fetch_model(parent) is first
    blobs.begin()
    assert blobs.fetch_model(parent) is not first


def test_an_update_is_decoded_once_a_round_and_for_its_own_author(made: Draft, parent: bytes, model: Weights) -> None:
    store, blobs = shared(made)
    encoded = blobs.encode_update(model, round=NUMBER, author=TRAINERS[0], parent=parent)
    pointer = blobs.publish(encoded)
    given = {"round": NUMBER, "author": TRAINERS[0], "parent": parent}
    assert blobs.fetch_update(pointer, **given) is blobs.fetch_update(pointer, **given)
    assert store.has(pointer, limit=1 << 20)


def test_what_was_dropped_is_gone_and_dropping_it_again_is_no_fault(made: Draft, parent: bytes) -> None:
    store, blobs = shared(made)
    assert blobs.has(parent)
    store.drop(parent)
    store.drop(parent)
    assert not blobs.has(parent)


def test_an_aggregate_is_shared_by_those_who_make_it_from_the_same() -> None:
    cache, view = AggregateCache(), a_view(Phase.AGGREGATING)
    assert cache.get(view) is None
    cache.keep(view, NEXT_MODEL)
    assert cache.get(replace(view, account=TRAINERS[0], now=view.now + 1)) == NEXT_MODEL
    later = replace(view.round, number=NUMBER + 1)
    for changes in ({"updates": view.updates[:2]}, {"seed": b"\x01" * 32}, {"last_update": 1}, {"round": later}):
        assert cache.get(replace(view, **changes)) is None
