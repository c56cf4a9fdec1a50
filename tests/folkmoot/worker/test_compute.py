from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import permutations
from math import inf
from pathlib import Path

import numpy as np
import pytest

from folkmoot.aggregation import clip_samples
from folkmoot.chain import Phase, Verdict
from folkmoot.config import WorkerConfig
from folkmoot.errors import BlobMissing, LearningError, MalformedBlob
from folkmoot.learning import Dataset, Descriptor, TorchLearner, Weights, build, peek_meta, update_norm
from folkmoot.learning.update_guard import UpdateGuard
from folkmoot.store import MemoryStore
from folkmoot.store.content import measured, pieces
from folkmoot.task_blobs import TaskBlobs
from folkmoot.worker.compute import LocalCompute
from folkmoot.worker.evaluation import EvaluationRequest
from folkmoot.worker.learners import make_learner
from folkmoot.worker.view import Submission, View
from tests.support.views import NUMBER, SEATS, TASK, TRAINERS, a_view, submission


def quiet(*_: object) -> None:
    pass


def accepted(blobs: TaskBlobs, computes: list[LocalCompute], parent: bytes) -> list[Submission]:
    """Published updates of some trainers, with claims of 10, 20 and 1000 samples."""
    entries = []
    for compute, samples in zip(computes, (10, 20, 1_000), strict=True):
        encoded, _ = compute.train(NUMBER, parent, quiet)
        update = replace(submission(compute.account, verdict=Verdict.ACCEPTED).update, samples=samples)
        entries.append(Submission(update=update, pointer=blobs.publish(encoded)))
    return entries


def judged(parent: bytes, entries: Sequence[Submission]) -> View:
    """What an aggregator sees of these accepted updates."""
    return replace(a_view(Phase.AGGREGATING, SEATS[0]), model=parent, updates=tuple(entries))


@pytest.fixture
def computes(learner: TorchLearner, blobs: TaskBlobs) -> list[LocalCompute]:
    return [LocalCompute(account, learner, blobs) for account in TRAINERS[:3]]


def test_training_follows_the_descriptor(
    compute: LocalCompute, blobs: TaskBlobs, parent: bytes, model: Weights, data: tuple[Dataset, Dataset]
) -> None:
    told: list[tuple[int, int]] = []
    encoded, samples = compute.train(NUMBER, parent, lambda done, total, _: told.append((done, total)))
    assert samples == len(data[0])
    assert told == [(1, 2), (2, 2)]
    update = blobs.fetch_update(blobs.publish(encoded), round=NUMBER, author=SEATS[0], parent=parent)
    assert update_norm(update, model) > 0


def test_a_restarted_trainer_makes_the_same_update(
    compute: LocalCompute, blobs: TaskBlobs, parent: bytes, descriptor: Descriptor, data: tuple[Dataset, Dataset]
) -> None:
    again = LocalCompute(SEATS[0], TorchLearner(build(descriptor.model, descriptor.arguments), *data), blobs)
    made = [measured(one.train(NUMBER, parent, quiet)[0]) for one in (compute, again)]
    assert made[0] == made[1]


def test_the_order_of_samples_differs_between_rounds_and_between_members(
    learner: TorchLearner, computes: list[LocalCompute], parent: bytes
) -> None:
    trained = set()
    for compute, number in ((computes[0], NUMBER), (computes[0], NUMBER + 1), (computes[1], NUMBER)):
        compute.train(number, parent, quiet)
        trained.add(learner.weights()["1.weight"].tobytes())
    assert len(trained) == 3


def test_the_norm_bound_is_a_multiple_of_the_own_update(
    compute: LocalCompute, blobs: TaskBlobs, parent: bytes, model: Weights
) -> None:
    encoded, _ = compute.train(NUMBER, parent, quiet)
    update = blobs.fetch_update(blobs.publish(encoded), round=NUMBER, author=SEATS[0], parent=parent)
    assert compute.train_reference(NUMBER, parent, quiet).max_norm == 3 * update_norm(update, model)


def test_only_what_the_descriptor_guards_is_trained_for(
    descriptor: Descriptor, store: MemoryStore, learner: TorchLearner, parent: bytes, model: Weights
) -> None:
    def guard(*, direction_guard: bool) -> UpdateGuard:
        asked = replace(descriptor, norm_multiple=Decimal(0), direction_guard=direction_guard)
        blobs = TaskBlobs(store, asked, task=TASK, first_model=parent)
        return LocalCompute(SEATS[0], learner, blobs).train_reference(NUMBER, parent, quiet)

    learner.load(model)
    none = guard(direction_guard=False)
    assert (none.max_norm, none.reference) == (inf, None)
    assert update_norm(learner.weights(), model) == 0

    guard = guard(direction_guard=True)
    assert guard.reference is not None
    assert guard.max_norm == inf
    assert update_norm(guard.reference, learner.weights()) == 0 < update_norm(guard.reference, model)


class Idle(TorchLearner):
    def fit(self, **_: object) -> int:
        return self.samples


def test_a_reference_that_changes_nothing_is_refused(
    blobs: TaskBlobs, parent: bytes, descriptor: Descriptor, data: tuple[Dataset, Dataset]
) -> None:
    idle = LocalCompute(SEATS[0], Idle(build(descriptor.model, descriptor.arguments), *data), blobs)
    with pytest.raises(LearningError, match="does not change the model"):
        idle.train_reference(NUMBER, parent, quiet)


LIVE = """
from folkmoot.learning import TorchLearner, load_digits, mlp, split_member


class Live(TorchLearner):
    def weights(self):
        return {{name: tensor.numpy() for name, tensor in self._module.state_dict().items()}}

    def load(self, weights):
        super().load(weights)
        for tensor in weights.values():
            tensor[...] = 0

    def fit(self, **settings):
        samples = super().fit(**settings)
        {after}
        return samples


def learner(descriptor):
    return Live(mlp(**descriptor.arguments), *split_member(load_digits(), 0.25, seed=0))
"""


@pytest.fixture
def live(tmp_path: Path, descriptor: Descriptor, store: MemoryStore, parent: bytes) -> Callable[[str], LocalCompute]:
    """Of a plug-in that hands out its live parameters and wipes what it is given; what it does `after` training."""
    guarded = replace(descriptor, direction_guard=True)

    def make(after: str) -> LocalCompute:
        (tmp_path / "live.py").write_text(LIVE.format(after=after))
        learner = make_learner(WorkerConfig(plugin=tmp_path / "live.py"), guarded)
        return LocalCompute(SEATS[0], learner, TaskBlobs(store, guarded, task=TASK, first_model=parent))

    return make


@pytest.mark.parametrize("reversed_first", [True, False])
def test_whoever_submits_first_does_not_set_the_direction(
    live: Callable[[str], LocalCompute], blobs: TaskBlobs, parent: bytes, model: Weights, reversed_first: bool
) -> None:
    compute = live("pass")
    guard = compute.train_reference(NUMBER, parent, quiet)
    assert guard.reference is not None
    own = {name: tensor.copy() for name, tensor in guard.reference.items()}
    updates = {
        account: {name: model[name] + np.float32(times) * (own[name] - model[name]) for name in model}
        for account, times in zip(TRAINERS, (-0.5, 0.5), strict=False)
    }
    submissions = tuple(
        replace(
            submission(account),
            pointer=blobs.publish(blobs.encode_update(updates[account], round=NUMBER, author=account, parent=parent)),
        )
        for account in sorted(updates, key=TRAINERS.index, reverse=not reversed_first)
    )
    request = EvaluationRequest(evaluator=SEATS[0], round=NUMBER, parent=parent, guard=guard, submissions=submissions)
    evaluation = compute.evaluate(request, quiet)
    faults = {scored.author: scored.fault for scored in evaluation.update_scores}
    assert faults == {TRAINERS[0]: "it points against the judge's own update", TRAINERS[1]: ""}
    assert update_norm(guard.reference, own) == 0


@pytest.mark.parametrize(
    ("after", "fault"),
    [
        ("self._module[1].bias.data = self._module[1].bias.data[:3]", r"1.bias is \(3,\), expected \(8,\)"),
        ("self._module.register_buffer('more', self._module[1].bias.data)", r"more is \(8,\), expected None"),
        ("self._module.pop(3)", r"3.bias is None, expected \(10,\)"),
        ("self._module.double()", "not float32 arrays by name"),
        ("self._module[1].bias.data[2] = float('nan')", "NaN or infinity in 1.bias"),
        ("self._module[1].bias.data[2] = float('inf')", "NaN or infinity in 1.bias"),
    ],
)
def test_what_cannot_be_an_update_is_refused_at_home(
    live: Callable[[str], LocalCompute], parent: bytes, after: str, fault: str
) -> None:
    with pytest.raises(LearningError, match=rf"live\.py: .*{fault}"):
        live(after).train(NUMBER, parent, quiet)


def test_training_waits_for_the_model(compute: LocalCompute) -> None:
    with pytest.raises(BlobMissing):
        compute.train(NUMBER, b"\x05" * 32, quiet)


def test_all_aggregators_make_the_same_bytes(computes: list[LocalCompute], blobs: TaskBlobs, parent: bytes) -> None:
    entries = accepted(blobs, computes, parent)
    made = {
        b"".join(pieces(compute.aggregate(judged(parent, order))[0]))
        for compute, order in zip([*computes, *computes], permutations(entries), strict=True)
    }
    assert len(made) == 1
    meta = peek_meta(made.pop(), limit=1 << 20)
    assert (meta.task, meta.author, meta.round, meta.parent) == (TASK, TASK, NUMBER + 1, parent)


def test_the_next_model_is_the_mean_weighted_by_clipped_samples(
    computes: list[LocalCompute], blobs: TaskBlobs, parent: bytes
) -> None:
    entries = accepted(blobs, computes, parent)
    weights = clip_samples([10, 20, 1_000])
    assert weights == [10, 20, 40]
    encoded, made = computes[0].aggregate(judged(parent, entries))
    assert (made.rule, made.f) == ("fedavg/1", 0)
    pointer = blobs.publish(encoded)
    model = blobs.fetch_model(pointer)
    updates = [
        blobs.fetch_update(entry.pointer, round=NUMBER, author=entry.update.author, parent=parent) for entry in entries
    ]
    for name, tensor in model.items():
        mean = np.average([update[name].astype(np.float64) for update in updates], axis=0, weights=weights)
        np.testing.assert_allclose(tensor, mean, rtol=1e-6, atol=1e-7)


def test_an_accepted_update_that_is_none_stops_the_aggregator(
    computes: list[LocalCompute], blobs: TaskBlobs, store: MemoryStore, parent: bytes
) -> None:
    first, *others = accepted(blobs, computes, parent)
    with pytest.raises(MalformedBlob):
        computes[0].aggregate(judged(parent, [replace(first, pointer=store.put(b"no update")), *others]))


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
    mixing = TaskBlobs(store, replace(descriptor, aggregation=rule, f=1), task=TASK, first_model=parent)
    computes = [LocalCompute(account, learner, mixing) for account in TRAINERS[:3]]
    view = replace(judged(parent, accepted(mixing, computes, parent)), seed=seed, last_update=last_update)
    assert computes[0].aggregate(view)[1].rule == by
