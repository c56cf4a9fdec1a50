from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import permutations
from math import inf

import numpy as np
import pytest

from folkmoot.aggregation import clip_samples
from folkmoot.chain import Phase, Verdict
from folkmoot.errors import BlobMissing, LearningError, MalformedBlob
from folkmoot.learning import Dataset, Descriptor, TorchLearner, Weights, build, peek_meta, update_norm
from folkmoot.store import MemoryStore
from folkmoot.worker.exchange import Exchange
from folkmoot.worker.labour import Labour
from folkmoot.worker.view import Submission, View
from folkmoot.worker.yardstick import Yardstick
from tests.support.views import NUMBER, SEATS, TASK, TRAINERS, a_view, submission


def quiet(*_: object) -> None:
    pass


def accepted(exchange: Exchange, labours: list[Labour], parent: bytes) -> list[Submission]:
    """Published updates of some trainers, with claims of 10, 20 and 1000 samples."""
    entries = []
    for labour, samples in zip(labours, (10, 20, 1_000), strict=True):
        sealed, _ = labour.train(NUMBER, parent, quiet)
        update = replace(submission(labour.account, verdict=Verdict.ACCEPTED).update, samples=samples)
        entries.append(Submission(update=update, pointer=exchange.publish(sealed)))
    return entries


def judged(parent: bytes, entries: Sequence[Submission]) -> View:
    """What an aggregator sees of these accepted updates."""
    return replace(a_view(Phase.AGGREGATING, SEATS[0]), model=parent, updates=tuple(entries))


@pytest.fixture
def labours(learner: TorchLearner, exchange: Exchange) -> list[Labour]:
    return [Labour(account, learner, exchange) for account in TRAINERS[:3]]


def test_training_follows_the_descriptor(
    labour: Labour, exchange: Exchange, parent: bytes, model: Weights, data: tuple[Dataset, Dataset]
) -> None:
    told: list[tuple[int, int]] = []
    sealed, samples = labour.train(NUMBER, parent, lambda done, total, _: told.append((done, total)))
    assert samples == len(data[0])
    assert told == [(1, 2), (2, 2)]
    update = exchange.fetch_update(exchange.publish(sealed), round=NUMBER, author=SEATS[0], parent=parent)
    assert update_norm(update, model) > 0


def test_a_restarted_trainer_makes_the_same_update(
    labour: Labour, exchange: Exchange, parent: bytes, descriptor: Descriptor, data: tuple[Dataset, Dataset]
) -> None:
    again = Labour(SEATS[0], TorchLearner(build(descriptor.model, descriptor.arguments), *data), exchange)
    assert labour.train(NUMBER, parent, quiet) == again.train(NUMBER, parent, quiet)


def test_the_order_of_samples_differs_between_rounds_and_between_members(
    learner: TorchLearner, labours: list[Labour], parent: bytes
) -> None:
    trained = set()
    for labour, number in ((labours[0], NUMBER), (labours[0], NUMBER + 1), (labours[1], NUMBER)):
        labour.train(number, parent, quiet)
        trained.add(learner.weights()["1.weight"].tobytes())
    assert len(trained) == 3


def test_the_reach_is_a_multiple_of_the_own_update(
    labour: Labour, exchange: Exchange, parent: bytes, model: Weights
) -> None:
    sealed, _ = labour.train(NUMBER, parent, quiet)
    update = exchange.fetch_update(exchange.publish(sealed), round=NUMBER, author=SEATS[0], parent=parent)
    assert labour.calibrate(NUMBER, parent, quiet).reach == 3 * update_norm(update, model)


def test_only_what_the_descriptor_guards_is_trained_for(
    descriptor: Descriptor, store: MemoryStore, learner: TorchLearner, parent: bytes, model: Weights
) -> None:
    def yardstick(*, direction_guard: bool) -> Yardstick:
        asked = replace(descriptor, norm_multiple=Decimal(0), direction_guard=direction_guard)
        exchange = Exchange(store, asked, task=TASK, first_model=parent)
        return Labour(SEATS[0], learner, exchange).calibrate(NUMBER, parent, quiet)

    learner.load(model)
    none = yardstick(direction_guard=False)
    assert (none.reach, none.own) == (inf, None)
    assert update_norm(learner.weights(), model) == 0

    guard = yardstick(direction_guard=True)
    assert guard.own is not None
    assert guard.reach == inf
    assert update_norm(guard.own, learner.weights()) == 0 < update_norm(guard.own, model)


class Idle(TorchLearner):
    def fit(self, **_: object) -> int:
        return self.samples


def test_training_that_changes_nothing_gives_no_measure(
    exchange: Exchange, parent: bytes, descriptor: Descriptor, data: tuple[Dataset, Dataset]
) -> None:
    idle = Labour(SEATS[0], Idle(build(descriptor.model, descriptor.arguments), *data), exchange)
    with pytest.raises(LearningError, match="does not change the model"):
        idle.calibrate(NUMBER, parent, quiet)


def test_training_waits_for_the_model(labour: Labour) -> None:
    with pytest.raises(BlobMissing):
        labour.train(NUMBER, b"\x05" * 32, quiet)


def test_all_aggregators_make_the_same_bytes(labours: list[Labour], exchange: Exchange, parent: bytes) -> None:
    entries = accepted(exchange, labours, parent)
    made = {
        labour.aggregate(judged(parent, order))[0]
        for labour, order in zip([*labours, *labours], permutations(entries), strict=True)
    }
    assert len(made) == 1
    meta = peek_meta(made.pop(), limit=1 << 20)
    assert (meta.task, meta.author, meta.round, meta.parent) == (TASK, TASK, NUMBER + 1, parent)


def test_the_next_model_is_the_mean_weighted_by_clipped_samples(
    labours: list[Labour], exchange: Exchange, parent: bytes
) -> None:
    entries = accepted(exchange, labours, parent)
    weights = clip_samples([10, 20, 1_000])
    assert weights == [10, 20, 40]
    sealed, made = labours[0].aggregate(judged(parent, entries))
    assert (made.rule, made.f) == ("fedavg/1", 0)
    pointer = exchange.publish(sealed)
    model = exchange.fetch_model(pointer)
    updates = [
        exchange.fetch_update(entry.pointer, round=NUMBER, author=entry.update.author, parent=parent)
        for entry in entries
    ]
    for name, tensor in model.items():
        mean = np.average([update[name].astype(np.float64) for update in updates], axis=0, weights=weights)
        np.testing.assert_allclose(tensor, mean, rtol=1e-6, atol=1e-7)


def test_an_accepted_update_that_is_none_stops_the_aggregator(
    labours: list[Labour], exchange: Exchange, store: MemoryStore, parent: bytes
) -> None:
    first, *others = accepted(exchange, labours, parent)
    with pytest.raises(MalformedBlob):
        labours[0].aggregate(judged(parent, [replace(first, pointer=store.put(b"no update")), *others]))


@pytest.mark.parametrize(
    ("rule", "seed", "last_update", "by"),
    [
        ("mixed/1", bytes(32), 3, "bulyan/1"),
        ("mixed/1", bytes(32), 5, "trimmed-mean/1"),
        ("mixed/2", bytes([1] * 32), 0, "krum/1"),
        ("mixed/2", bytes([7] * 32), 0, "bulyan/1"),
    ],
)
def test_rules_that_go_by_the_round_are_told_of_it(
    rule: str,
    seed: bytes,
    last_update: int,
    by: str,
    descriptor: Descriptor,
    learner: TorchLearner,
    store: MemoryStore,
    parent: bytes,
) -> None:
    mixing = Exchange(store, replace(descriptor, aggregation=rule, f=1), task=TASK, first_model=parent)
    labours = [Labour(account, learner, mixing) for account in TRAINERS[:3]]
    view = replace(judged(parent, accepted(mixing, labours, parent)), seed=seed, last_update=last_update)
    assert labours[0].aggregate(view)[1].rule == by
