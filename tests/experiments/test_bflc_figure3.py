from fractions import Fraction

import pytest
from scipy.stats import hypergeom

from experiments.bflc_figure3 import attack_success


def test_a_committee_of_three_counted_by_hand() -> None:
    # Of five nodes two are malicious; both sit in 3 of the 10 committees of three.
    assert attack_success(nodes=5, malicious=2, seats=3) == Fraction(3, 10)


@pytest.mark.parametrize(("malicious", "seats"), [(300, 100), (500, 100), (510, 50), (600, 400), (1000, 10), (0, 10)])
def test_it_is_the_hypergeometric_distributions_tail(malicious: int, seats: int) -> None:
    tail = hypergeom.sf(seats // 2, 1000, malicious, seats)
    assert float(attack_success(1000, malicious, seats)) == pytest.approx(tail, rel=1e-9, abs=1e-12)
