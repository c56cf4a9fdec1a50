import numpy as np
import pytest

from folkmoot.simulation.attacks import inner_product, little_is_enough, trimmed_mean_attack
from folkmoot.simulation.attacks.crafted import deviations
from folkmoot.simulation.attacks.knowledge import APART
from tests.support.attacks import F, change, honest_change, knowledge, put_together, vector


def test_the_trimmed_mean_moves_against_the_honest_direction() -> None:
    attackers = [trimmed_mean_attack(knowledge(seed)) for seed in range(F)]
    known = knowledge()
    clean = change(put_together("trimmed-mean/1", known.honest, known), known)
    hit = change(put_together("trimmed-mean/1", [*known.honest, *attackers], known), known)
    direction = np.sign(honest_change(known))
    assert ((hit - clean) * direction <= 1e-6).all()
    assert (hit - clean) @ direction < -0.05 * direction.size * np.abs(clean).mean()


def test_each_number_lies_in_bifts_interval() -> None:
    known = knowledge()
    rows = np.stack([vector(model) for model in known.honest])
    high, low, rises = rows.max(axis=0), rows.min(axis=0), honest_change(known) > 0
    upper = np.where(high > 0, 2 * high, high / 2)
    lower = np.where(low > 0, low / 2, 2 * low)
    made = vector(trimmed_mean_attack(known))
    slack = 1e-6
    assert (made >= np.where(rises, lower, high) - slack).all()
    assert (made <= np.where(rises, low, upper) + slack).all()
    assert 0.2 < rises.mean() < 0.8  # both sides were seen
    to_the_letter = vector(trimmed_mean_attack(known, directed=False))
    assert (to_the_letter >= high - slack).all()
    assert (to_the_letter <= upper + slack).all()


def test_the_inner_product_with_the_honest_mean_is_negative() -> None:
    known = knowledge()
    made, honest = change(inner_product(known, epsilon=0.5), known), honest_change(known)
    assert made @ honest / (honest @ honest) == pytest.approx(-0.5, abs=0.05)
    assert change(inner_product(known), known) @ honest < 0


def test_a_little_stays_within_the_honest_spread() -> None:
    known = knowledge(n=10, f=4)
    rows = np.stack([vector(model) for model in known.honest])
    made = vector(little_is_enough(known))
    off = made - rows.mean(axis=0)
    z = deviations(10, 4)
    assert 0 < z < 1
    assert (np.abs(off + z * rows.std(axis=0)) <= APART).all()
    assert (np.abs(off) <= rows.std(axis=0) + APART).all()
    assert (made >= rows.min(axis=0) - APART).all()


def test_a_little_shifts_what_robust_rules_give() -> None:
    known = knowledge(f=4)
    attackers = [little_is_enough(knowledge(seed, f=4)) for seed in range(4)]
    clean, hit = (
        change(put_together("median/1", models, known), known) for models in (known.honest, [*known.honest, *attackers])
    )
    assert (hit - clean).mean() < 0


@pytest.mark.parametrize(
    ("n", "f", "z"),
    [
        (50, 24, 1.4261),  # two supporters of 26: the quantile of 24/26
        (50, 12, 0.3360),
        (20, 6, 0.3661),
        (10, 1, 0.0),  # nobody to hide behind
        (10, 8, 0.0),  # two honest ones, of whom one must be farther out
    ],
)
def test_the_fewer_supporters_are_needed_the_farther_out(n: int, f: int, z: float) -> None:
    assert deviations(n, f) == pytest.approx(z, abs=5e-4)
