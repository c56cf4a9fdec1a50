import pytest

from folkmoot.chain.events.rounds import AggregateAttested
from tests.support.past import A, B, C
from tests.support.staging import stage, with_state


def test_a_weight_earns_its_share_of_a_rounds_part_of_the_budget() -> None:
    where = stage(AggregateAttested(0, A, 0, b"m"), AggregateAttested(0, B, 0, b"m"), total_rounds=3)
    where.weights, where.agreed = (50, 0, 25), b"m"
    with_state(where, budget=900)
    assert where.tally.votes == 2
    assert (where.amount(50), where.amount(25)) == (150, 75)  # of 300 for a round, by a weight of 100
    where.weights = (0, 0, 0)
    assert where.amount(0) == 0


def test_without_an_attestation_there_is_no_tally() -> None:
    where = stage(AggregateAttested(0, C, 0, b"other"))
    where.agreed = b"m"
    with pytest.raises(LookupError, match="nobody attested"):
        _ = where.tally


def test_a_new_round_forgets_what_the_last_one_told() -> None:
    where = stage()
    where.failed.add(where.state.parameters.election_rule)
    assert where.has_election_failed
    where.paid, where.draws, where.agreed = 5, 6, b"m"
    where.begin_round()
    assert (where.has_election_failed, where.paid, where.draws, where.agreed) == (False, 0, 0, b"")
