import numpy as np
import pytest

from folkmoot.simulation.attacks import Knowledge, krum_attack
from folkmoot.simulation.attacks.krum import bound
from tests.support.attacks import F, N, a_parent, added, change, honest_change, knowledge, put_together, vector

RULES = ["krum/1", "bift-krum/1"]


def scattered(seed: int = 7, size: int = 400, scale: float = 0.1) -> Knowledge:
    """Honest models far apart for the way that they went together, as under label skew: the attack finds room."""
    rng = np.random.default_rng(11)
    parent = {"w": rng.standard_normal(size).astype(np.float32)}
    honest = [added(parent, {"w": (0.02 + scale * rng.standard_normal(size)).astype(np.float32)}) for _ in range(N - F)]
    return knowledge(seed, parent=parent, own=honest[0], honest=honest)


@pytest.mark.parametrize("directed", [True, False])
@pytest.mark.parametrize("rule", RULES)
def test_krum_chooses_a_crafted_model_at_30_percent(rule: str, *, directed: bool) -> None:
    known = scattered()
    attackers = [krum_attack(scattered(seed), rule=rule, directed=directed) for seed in range(F)]
    chosen = vector(put_together(rule, [*known.honest, *attackers], known))
    assert any((chosen == vector(model)).all() for model in attackers)
    assert change({"w": chosen.astype(np.float32)}, known) @ honest_change(known) < 0 or not directed


def test_without_attackers_krum_chooses_an_honest_one() -> None:
    known = scattered()
    chosen = vector(put_together("krum/1", known.honest, known))
    assert change({"w": chosen.astype(np.float32)}, known) @ honest_change(known) > 0


def test_the_crafted_model_lies_within_bifts_bound() -> None:
    known = scattered()
    changes = np.stack([change(model, known) for model in known.honest])
    largest = bound(changes, N, F) * np.sqrt(400) + 0.01
    halvings = np.log2(largest / np.linalg.norm(change(krum_attack(known), known)))
    assert halvings == pytest.approx(round(halvings), abs=0.02)
    assert round(halvings) >= 0


def test_the_bound_is_that_of_equation_6() -> None:
    changes = np.random.default_rng(0).standard_normal((5, 8))  # m = 7, c = 2
    squares = [[float(((a - b) ** 2).sum()) for b in changes] for a in changes]
    closest = min(sum(sorted(row)[1 : 1 + 7 - 2 - 2]) for row in squares)  # the first is the model's own
    farthest = max(float(np.sqrt((a**2).sum())) for a in changes)
    expected = np.sqrt(closest / ((7 - 2 * 2 - 1) * 8)) + farthest / np.sqrt(8)
    assert bound(changes, 7, 2) == pytest.approx(expected)


@pytest.mark.parametrize(("known", "n", "f"), [(1, 7, 2), (2, 30, 9), (5, 20, 16)])
def test_the_bound_is_finite_for_few_known_models_and_many_attackers(known: int, n: int, f: int) -> None:
    assert 0 < bound(np.random.default_rng(0).standard_normal((known, 8)), n, f) < np.inf


def test_where_krum_cannot_be_fooled_the_parent_comes_back() -> None:
    known = knowledge(f=1, n=8)
    update = krum_attack(known)
    assert np.linalg.norm(change(update, known)) < 0.02
    chosen = vector(put_together("krum/1", [*known.honest, update], known))
    assert any((chosen == vector(model)).all() for model in known.honest)


def test_directed_goes_against_the_honest_and_the_letter_down_everywhere() -> None:
    known = scattered()
    down = change(krum_attack(known, directed=False), known)
    against = change(krum_attack(scattered()), known)
    assert np.ptp(down) < 0.1 * abs(down.mean())
    assert down.mean() < 0
    assert np.sign(against) == pytest.approx(-np.sign(honest_change(known)))


def test_an_honest_round_without_change_ends_too() -> None:
    same = a_parent()
    assert np.linalg.norm(change(krum_attack(knowledge(honest=[same] * (N - F))), knowledge())) < 0.02
