from dataclasses import replace

from folkmoot.chain import Phase
from folkmoot.learning import TorchLearner, Weights
from folkmoot.proposal import Draft
from folkmoot.simulation.sharing import AggregateCache, RoundStore, SharedBlobs, SharingCompute
from folkmoot.worker.compute import LocalCompute
from tests.support.views import NUMBER, SEATS, TASK, TRAINERS, a_view


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
    assert store.has(pointer)


def test_what_was_dropped_is_gone_and_dropping_it_again_is_no_fault(made: Draft, parent: bytes) -> None:
    store, blobs = shared(made)
    assert blobs.has(parent)
    store.drop(parent)
    store.drop(parent)
    assert not blobs.has(parent)


def test_what_one_member_aggregated_the_next_one_takes(
    made: Draft, parent: bytes, model: Weights, learner: TorchLearner
) -> None:
    _, blobs = shared(made)
    first, second, alone = TRAINERS[:3]
    view = a_view(Phase.AGGREGATING, SEATS[0], model=parent)
    entries = []
    for entry in view.updates:
        encoded = blobs.encode_update(model, round=NUMBER, author=entry.update.author, parent=parent)
        entries.append(replace(entry, pointer=blobs.publish(encoded)))
    view, cache = replace(view, updates=tuple(entries)), AggregateCache()
    computes = [SharingCompute(account, learner, blobs, aggregate_cache=cache) for account in (first, second)]
    encoded, how = computes[0].aggregate(view)
    assert computes[1].aggregate(view)[0] is encoded
    assert LocalCompute(alone, learner, blobs).aggregate(view)[0] == encoded
    fewer = replace(view, updates=view.updates[:2])
    assert computes[1].aggregate(fewer)[1] is not how, "another aggregate is made"
