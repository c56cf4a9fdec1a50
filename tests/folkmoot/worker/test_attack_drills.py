"""Attacks of the package `experiments`, done by a worker on its own."""

from itertools import combinations
from pathlib import Path

import numpy as np
import pytest

from experiments.attacks import ATTACKS
from experiments.drills import NAMES, Attacker
from folkmoot.config import DRILLS, WorkerConfig, known_drills, load_config
from folkmoot.errors import ConfigError
from folkmoot.learning import Descriptor, TorchLearner, Weights, update_norm
from folkmoot.worker import make_learner
from folkmoot.worker.drills import find_drill
from folkmoot.worker.exchange import Exchange
from folkmoot.worker.labour import Labour
from folkmoot.worker.scoring import Docket
from folkmoot.worker.step import step
from folkmoot.worker.yardstick import Yardstick
from tests.support.views import NUMBER, SEATS, TRAINERS, submission

UPDATE = [name for name in NAMES if ATTACKS[name].update]


def quiet(*_: object) -> None:
    pass


def drilled(name: str, learner: TorchLearner, exchange: Exchange, **settings: object) -> Labour:
    config = WorkerConfig(drill=name, **settings)  # type: ignore[arg-type]
    return find_drill(config).labour(TRAINERS[0], learner, exchange)


def submitted(labour: Labour, exchange: Exchange, parent: bytes) -> Weights:
    """The update that others will find."""
    sealed, samples = labour.train(NUMBER, parent, quiet)
    assert samples == labour.learner.samples
    return exchange.fetch_update(exchange.publish(sealed), round=NUMBER, author=labour.account, parent=parent)


def moved(update: Weights, model: Weights) -> np.ndarray:
    return np.concatenate([(update[name] - model[name]).reshape(-1) for name in sorted(model)])


def test_every_attack_is_a_drill_and_the_built_in_ones_stay() -> None:
    assert known_drills() == (*DRILLS, *NAMES)
    assert set(NAMES) == set(ATTACKS) - {"noise"}


@pytest.mark.parametrize("name", UPDATE)
def test_an_attacker_submits_something_else_and_the_same_after_a_restart(
    name: str, learner: TorchLearner, exchange: Exchange, parent: bytes
) -> None:
    honest = submitted(Labour(TRAINERS[0], learner, exchange), exchange, parent)
    attacker = drilled(name, learner, exchange)
    made = submitted(attacker, exchange, parent)
    assert update_norm(made, honest) > 0
    assert attacker.train(NUMBER, parent, quiet) == attacker.train(NUMBER, parent, quiet)


def test_a_sign_flipper_undoes_what_it_learnt(
    learner: TorchLearner, exchange: Exchange, parent: bytes, model: Weights
) -> None:
    honest = moved(submitted(Labour(TRAINERS[0], learner, exchange), exchange, parent), model)
    flipped = moved(submitted(drilled("sign-flip", learner, exchange), exchange, parent), model)
    np.testing.assert_allclose(flipped, -honest, atol=1e-6)


def test_no_two_stand_ins_are_the_same(learner: TorchLearner, exchange: Exchange, parent: bytes) -> None:
    own = submitted(Labour(TRAINERS[0], learner, exchange), exchange, parent)
    attacker = drilled("krum-attack", learner, exchange)
    assert isinstance(attacker, Attacker)
    models = [own, *attacker._stand_ins(NUMBER, parent, quiet)]
    assert all(update_norm(one, other) > 0 for one, other in combinations(models, 2))


@pytest.mark.parametrize("name", ["krum-attack", "inner-product"])
def test_models_of_other_seeds_stand_for_the_others(
    name: str, learner: TorchLearner, exchange: Exchange, parent: bytes, model: Weights
) -> None:
    honest = moved(submitted(Labour(TRAINERS[0], learner, exchange), exchange, parent), model)
    made = moved(submitted(drilled(name, learner, exchange), exchange, parent), model)
    assert made @ honest < 0


def test_a_colluder_praises_its_friends_only(learner: TorchLearner, exchange: Exchange, parent: bytes) -> None:
    submissions = tuple(submission(author, found=False) for author in TRAINERS)
    docket = Docket(judge=SEATS[0], round=NUMBER, parent=parent, yardstick=Yardstick(1.0), submissions=submissions)
    colluder = drilled("colluding-committee", learner, exchange, friends=TRAINERS[:2])
    judgement = colluder.judge(docket, quiet)
    assert judgement.baseline == Labour(SEATS[0], learner, exchange).judge(docket, quiet).baseline
    assert [mark.author for mark in judgement.marks] == list(TRAINERS)
    assert min(judgement.scores[:2]) >= 9_000
    assert max(judgement.scores[2:]) <= 1_000
    assert colluder.judge(docket, quiet) == judgement


@pytest.mark.parametrize("name", [name for name in NAMES if not ATTACKS[name].scores])
def test_whoever_does_not_attack_scores_judges_honestly(
    name: str, learner: TorchLearner, exchange: Exchange, parent: bytes
) -> None:
    docket = Docket(
        judge=SEATS[0], round=NUMBER, parent=parent, yardstick=Yardstick(1.0), submissions=(submission(TRAINERS[0]),)
    )
    honest = Labour(TRAINERS[0], learner, exchange).judge(docket, quiet)
    assert drilled(name, learner, exchange).judge(docket, quiet) == honest


def test_poisoned_data_change_what_is_learnt_and_not_how_others_are_scored(descriptor: Descriptor) -> None:
    config = WorkerConfig(drill="label-flip")
    honest, flipped = make_learner(config, descriptor), make_learner(config, descriptor, find_drill(config).poison)
    flipped.load(honest.weights())
    assert flipped.evaluate() == honest.evaluate()
    settings = {"epochs": 15, "batch": 20, "learning_rate": 0.1, "optimizer": "sgd", "momentum": 0.0, "seed": 1}
    for learner in (honest, flipped):
        learner.fit(**settings)  # type: ignore[arg-type]
    assert honest.evaluate() > 8_000
    assert flipped.evaluate() < 1_000


def test_a_plug_ins_data_cannot_be_poisoned(tmp_path: Path, descriptor: Descriptor) -> None:
    config = WorkerConfig(drill="data-noise", plugin=tmp_path / "mine.py")
    with pytest.raises(ConfigError, match="'data-noise' cannot reach a plug-in's data"):
        make_learner(config, descriptor, find_drill(config).poison)


def test_only_attacks_on_conduct_decide_otherwise() -> None:
    decides = {name for name in NAMES if find_drill(WorkerConfig(drill=name)).decide is not step}
    assert decides == {"withheld-blob", "withheld-reveal"}


def test_only_attacks_on_data_poison_them() -> None:
    assert {name for name in NAMES if find_drill(WorkerConfig(drill=name)).poison} == {"data-noise", "label-flip"}


def test_a_drill_is_asked_for_in_the_workers_file(tmp_path: Path) -> None:
    file = tmp_path / "worker.toml"
    file.write_text(f'drill = "colluding-committee"\nfriends = ["{TRAINERS[1]}"]')
    config = load_config(file)
    assert (config.drill, config.friends) == ("colluding-committee", (TRAINERS[1],))
