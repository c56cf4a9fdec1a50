"""Attacks done by a worker on its own."""

from dataclasses import replace
from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from folkmoot.chain import Phase
from folkmoot.config import WorkerConfig
from folkmoot.errors import ConfigError
from folkmoot.learning import Descriptor, TorchLearner, Weights, update_norm
from folkmoot.learning.update_guard import UpdateGuard
from folkmoot.rules import ABSTAINED
from folkmoot.simulation import ATTACKS, SimulationConfig
from folkmoot.simulation.behaviours import ORDER_S, Attacker, find_behaviour
from folkmoot.store import pointer
from folkmoot.task_blobs import TaskBlobs
from folkmoot.worker.actions import Submit, Train
from folkmoot.worker.compute import LocalCompute
from folkmoot.worker.evaluation import EvaluationRequest
from folkmoot.worker.step import step
from tests.support.views import NUMBER, SEATS, TRAINERS, a_view, submission
from tests.support.views import trained as trained_by

UPDATE = [name for name in ATTACKS if ATTACKS[name].update]


def quiet(*_: object) -> None:
    pass


def attacker_of(name: str, learner: TorchLearner, blobs: TaskBlobs, colluders: tuple[str, ...] = ()) -> LocalCompute:
    simulation = SimulationConfig(behaviour=name, colluders=colluders)
    return find_behaviour(simulation).compute(TRAINERS[0], learner, blobs)


def submitted(compute: LocalCompute, blobs: TaskBlobs, parent: bytes) -> Weights:
    """The update that others will find."""
    encoded, samples = compute.train(NUMBER, parent, quiet)
    assert samples == compute.learner.samples
    return blobs.fetch_update(blobs.publish(encoded), round=NUMBER, author=compute.account, parent=parent)


def trained(compute: LocalCompute, parent: bytes) -> tuple[bytes, int]:
    encoded, samples = compute.train(NUMBER, parent, quiet)
    return pointer(encoded), samples


def moved(update: Weights, model: Weights) -> np.ndarray:
    return np.concatenate([(update[name] - model[name]).reshape(-1) for name in sorted(model)])


def test_by_default_a_worker_is_honest(learner: TorchLearner, blobs: TaskBlobs, parent: bytes) -> None:
    behaviour = find_behaviour(SimulationConfig())
    assert behaviour.decide is step
    own, honest = behaviour.compute(TRAINERS[0], learner, blobs), LocalCompute(TRAINERS[0], learner, blobs)
    assert trained(own, parent) == trained(honest, parent)


@pytest.mark.parametrize("name", UPDATE)
def test_an_attacker_submits_something_else_and_the_same_after_a_restart(
    name: str, learner: TorchLearner, blobs: TaskBlobs, parent: bytes
) -> None:
    honest = submitted(LocalCompute(TRAINERS[0], learner, blobs), blobs, parent)
    attacker = attacker_of(name, learner, blobs)
    made = submitted(attacker, blobs, parent)
    assert update_norm(made, honest) > 0
    assert trained(attacker, parent) == trained(attacker, parent)


def test_a_sign_flipper_undoes_what_it_learnt(
    learner: TorchLearner, blobs: TaskBlobs, parent: bytes, model: Weights
) -> None:
    honest = moved(submitted(LocalCompute(TRAINERS[0], learner, blobs), blobs, parent), model)
    flipped = moved(submitted(attacker_of("sign-flip", learner, blobs), blobs, parent), model)
    np.testing.assert_allclose(flipped, -honest, atol=1e-6)


def test_no_two_stand_ins_are_the_same(learner: TorchLearner, blobs: TaskBlobs, parent: bytes) -> None:
    own = submitted(LocalCompute(TRAINERS[0], learner, blobs), blobs, parent)
    attacker = attacker_of("krum-attack", learner, blobs)
    assert isinstance(attacker, Attacker)
    models = [own, *attacker._stand_ins(NUMBER, parent, quiet)]
    assert all(update_norm(one, other) > 0 for one, other in combinations(models, 2))


@pytest.mark.parametrize("name", ["krum-attack", "inner-product"])
def test_models_of_other_seeds_stand_for_the_others(
    name: str, learner: TorchLearner, blobs: TaskBlobs, parent: bytes, model: Weights
) -> None:
    honest = moved(submitted(LocalCompute(TRAINERS[0], learner, blobs), blobs, parent), model)
    made = moved(submitted(attacker_of(name, learner, blobs), blobs, parent), model)
    assert made @ honest < 0


def test_a_colluder_praises_only_those_it_colludes_with(learner: TorchLearner, blobs: TaskBlobs, parent: bytes) -> None:
    submissions = tuple(submission(author, found=False) for author in TRAINERS)
    request = EvaluationRequest(
        evaluator=SEATS[0], round=NUMBER, parent=parent, guard=UpdateGuard(1.0), submissions=submissions, patient=False
    )
    colluder = attacker_of("colluding-committee", learner, blobs, colluders=TRAINERS[:2])
    evaluation = colluder.evaluate(request, quiet)
    assert evaluation.baseline == LocalCompute(SEATS[0], learner, blobs).evaluate(request, quiet).baseline
    assert [update_score.author for update_score in evaluation.update_scores] == list(TRAINERS)
    assert min(evaluation.scores[:2]) >= 9_000
    assert max(evaluation.scores[2:]) <= 1_000
    assert colluder.evaluate(request, quiet) == evaluation


@pytest.mark.parametrize("name", [name for name in ATTACKS if not ATTACKS[name].scores])
def test_whoever_does_not_attack_scores_judges_honestly(
    name: str, learner: TorchLearner, blobs: TaskBlobs, parent: bytes
) -> None:
    request = EvaluationRequest(
        evaluator=SEATS[0],
        round=NUMBER,
        parent=parent,
        guard=UpdateGuard(1.0),
        submissions=(submission(TRAINERS[0]),),
        patient=False,
    )
    honest = LocalCompute(TRAINERS[0], learner, blobs).evaluate(request, quiet)
    assert attacker_of(name, learner, blobs).evaluate(request, quiet) == honest


def test_noise_is_far_away(learner: TorchLearner, blobs: TaskBlobs, parent: bytes, model: Weights) -> None:
    update = submitted(attacker_of("noise", learner, blobs), blobs, parent)
    guard = LocalCompute(SEATS[0], learner, blobs).train_reference(NUMBER, parent, quiet)
    assert update_norm(update, model) > guard.max_norm


def test_a_liar_praises_everybody(learner: TorchLearner, blobs: TaskBlobs, parent: bytes) -> None:
    submissions = tuple(submission(author, found=False) for author in TRAINERS)
    request = EvaluationRequest(
        evaluator=SEATS[0], round=NUMBER, parent=parent, guard=UpdateGuard(1.0), submissions=submissions, patient=False
    )
    honest = LocalCompute(SEATS[0], learner, blobs).evaluate(request, quiet)
    lie = attacker_of("liar", learner, blobs).evaluate(request, quiet)
    assert set(honest.scores) == {ABSTAINED}
    assert lie.baseline == honest.baseline
    assert len(lie.scores) == len(TRAINERS)
    assert all(9_000 <= score <= 10_000 for score in lie.scores)


def test_a_liar_may_claim_a_baseline_too(learner: TorchLearner, blobs: TaskBlobs, parent: bytes) -> None:
    request = EvaluationRequest(
        evaluator=SEATS[0],
        round=NUMBER,
        parent=parent,
        guard=UpdateGuard(1.0),
        submissions=(submission(TRAINERS[0]),),
        patient=False,
    )
    claims = [None, 0, 10_000]
    attacks = [replace(ATTACKS["liar"], baseline=claim) for claim in claims]
    lies = [Attacker(TRAINERS[0], learner, blobs, attack).evaluate(request, quiet) for attack in attacks]
    assert [lie.baseline for lie in lies[1:]] == [0, 10_000]
    assert 0 < lies[0].baseline < 10_000
    assert len({lie.scores for lie in lies}) == 1


def test_poisoned_data_change_what_is_learnt_and_not_how_others_are_scored(descriptor: Descriptor) -> None:
    honest, flipped = (
        find_behaviour(SimulationConfig(behaviour=name)).learner(WorkerConfig(), descriptor)
        for name in ("none", "label-flip")
    )
    flipped.load(honest.weights())
    assert flipped.evaluate() == honest.evaluate()
    settings = {"epochs": 15, "batch": 20, "learning_rate": 0.1, "optimizer": "sgd", "momentum": 0.0, "seed": 1}
    for learner in (honest, flipped):
        learner.fit(**settings)  # type: ignore[arg-type]
    assert honest.evaluate() > 8_000
    assert flipped.evaluate() < 1_000


def test_a_plug_ins_data_cannot_be_poisoned(tmp_path: Path, descriptor: Descriptor) -> None:
    behaviour = find_behaviour(SimulationConfig(behaviour="data-noise"))
    with pytest.raises(ConfigError, match="'data-noise' cannot reach a plug-in's data"):
        behaviour.learner(WorkerConfig(plugin=tmp_path / "mine.py"), descriptor)


def test_only_attacks_on_conduct_decide_differently() -> None:
    decides = {name for name in ATTACKS if find_behaviour(SimulationConfig(behaviour=name)).decide is not step}
    assert decides == {"withheld-blob", "withheld-reveal", "silent"}


def test_members_submit_in_an_order_as_far_as_they_train() -> None:
    first, second, last = TRAINERS[:3]
    decide = find_behaviour(SimulationConfig(after=(first, SEATS[0], second))).decide
    view = a_view(Phase.TRAINING, last, trained=trained_by(last))
    waits = {
        submitted: decide(replace(view, updates=tuple(map(submission, submitted))))
        for submitted in ((), (first,), (second,), (first, second))
    }
    assert [getattr(action, "who", None) for action in waits.values()] == [(first, second), (second,), (first,), None]
    assert waits[first, second] == step(view) == Submit(NUMBER, trained_by(last))
    assert decide(replace(view, since=view.now - ORDER_S)) == step(view), "of one that is suspended nothing comes"
    assert decide(replace(view, trained=None)) == step(replace(view, trained=None)) == Train(NUMBER)
