import pytest

from folkmoot.audit.discovery import discovered, rule_names
from folkmoot.errors import ConfigError
from tests.integration.audit.conftest import Learned, Lived


def test_the_only_federation_of_a_chain_is_found(learned: Learned) -> None:
    record, client = learned.played.deployment, learned.played.chain.client
    found = discovered(client)
    for name in ("chain_id", "federation", "treasury", "token", "task_implementation"):
        assert getattr(found, name) == getattr(record, name)
    assert {k: v.lower() for k, v in found.libraries.items()} == {k: v.lower() for k, v in record.libraries.items()}
    assert found.block_number <= record.block_number


def test_rules_are_known_by_their_code(lived: Lived) -> None:
    record = lived.network.deployment
    names = rule_names(lived.network.client, record, lived.chronicle.proposals)
    assert {*names.values()} == {"MedianScore", "TopScoreElection", "ScoreShareReward"}
    assert all(record.rules[name] == address for address, name in names.items())


def test_what_is_no_federation_is_told_with_those_that_are(lived: Lived) -> None:
    client, record = lived.network.client, lived.network.deployment
    with pytest.raises(ConfigError, match=f"no federation stands at {record.treasury}") as told:
        discovered(client, record.treasury)
    assert record.federation in told.value.hint
    assert discovered(client, record.federation).treasury == record.treasury
