import sys
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from eth_account import Account
from eth_utils.address import to_checksum_address

from folkmoot.aggregation import rules
from folkmoot.chain import public_key
from folkmoot.errors import ConfigError, DescriptorError, FolkmootError, LearningError, UnknownRule
from folkmoot.learning import Descriptor, decode, max_blob_size
from folkmoot.proposal import draft
from folkmoot.store import MemoryStore, pointer
from folkmoot.task_blobs import FIRST_MODEL
from folkmoot.task_config import TaskConfig

_DEPLOYED = "MedianScore", "TopScoreElection", "MultiFactorElection", "ScoreShareReward", "FlatReward", "ContestReward"
OBSERVER = public_key(Account.from_key(b"\1" * 32)).hex()
RULES = {name: f"0x{index:040x}" for index, name in enumerate(_DEPLOYED, 1)}


def test_the_parameters_name_the_blobs() -> None:
    made, store = draft(TaskConfig(), RULES), MemoryStore()
    made.publish(store)
    assert [made.parameters.descriptor, made.parameters.model] == list(map(pointer, made.blobs))
    descriptor = Descriptor.from_bytes(store.get(made.parameters.descriptor, limit=1 << 20))
    assert descriptor == made.descriptor
    model = decode(
        [store.get(made.parameters.model, limit=descriptor.blob_limit)],
        descriptor.spec,
        limit=descriptor.blob_limit,
        meta=FIRST_MODEL,
    )
    assert all(np.isfinite(tensor).all() for tensor in model.values())


OWN_MODEL = """
from torch import nn

def linear(inputs, classes):
    return nn.Sequential(nn.Flatten(), nn.Linear(inputs, classes))
"""


def test_a_model_of_ones_own_lies_beside_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "path", [*sys.path])
    (tmp_path / "own_model_beside.py").write_text(OWN_MODEL)
    config = TaskConfig(model="own_model_beside:linear", arguments={"inputs": 64, "classes": 10})
    with pytest.raises(LearningError, match="No module named 'own_model_beside'"):
        draft(config, RULES)
    made = draft(config, RULES, folder=tmp_path)
    assert made.descriptor.model == "own_model_beside:linear"
    assert dict(made.descriptor.spec.shapes) == {"1.bias": (10,), "1.weight": (10, 64)}


def test_the_seed_decides_the_first_model() -> None:
    drafts = [draft(TaskConfig(seed=seed), RULES).parameters for seed in (0, 0, 1)]
    assert drafts[0] == drafts[1]
    assert drafts[0].model != drafts[2].model
    assert drafts[0].descriptor == drafts[2].descriptor


def test_settings_reach_the_descriptor_and_the_chain() -> None:
    config = TaskConfig(
        learning_rate="0.050",
        momentum="0.9",
        attackers=2,
        metric="balanced_loss",
        committee=4,
        min_updates=2,
        training_window=77,
    )
    made = draft(config, RULES)
    assert (made.descriptor.learning_rate, made.descriptor.momentum) == (Decimal("0.05"), Decimal("0.9"))
    assert (made.descriptor.f, made.descriptor.metric) == (2, "balanced_loss")
    assert made.descriptor.blob_limit == max_blob_size(made.descriptor.spec)
    assert (made.parameters.committee, made.parameters.min_updates, made.parameters.training_window) == (4, 2, 77)
    assert made.parameters.score_rule == RULES["MedianScore"]


def test_rule_parameters_are_lanes_of_16_bits() -> None:
    config = TaskConfig(
        score_settings=(5_000, 300), election_rule="MultiFactorElection", election_settings=(1, 2, 65_535, 0)
    )
    parameters = draft(config, RULES).parameters
    assert int.from_bytes(parameters.score_parameters) == 5_000 | 300 << 16
    assert int.from_bytes(parameters.election_parameters) == 1 | 2 << 16 | 65_535 << 32
    assert parameters.reward_parameters == bytes(32)


@pytest.mark.parametrize("unknown", ["fedavg/2", "Krum"])
def test_an_aggregation_rule_that_nobody_has_is_refused_with_the_known_ones(unknown: str) -> None:
    with pytest.raises(UnknownRule, match=f"no aggregation rule '{unknown}'") as caught:
        draft(TaskConfig(aggregation=unknown), RULES)
    assert caught.value.hint == f"known are {', '.join(rules())}"


def test_a_rule_that_would_pay_nobody_asks_for_its_settings() -> None:
    with pytest.raises(ConfigError, match="ContestReward needs reward_settings") as caught:
        draft(TaskConfig(reward_rule="ContestReward"), RULES)
    assert caught.value.hint == "for example reward_settings = [3]: the number of prizes"
    prizes = draft(TaskConfig(reward_rule="ContestReward", reward_settings=(3,)), RULES).parameters.reward_parameters
    assert int.from_bytes(prizes) == 3


def test_a_rule_may_be_an_address() -> None:
    rule = "0x" + "ab" * 20
    assert draft(TaskConfig(score_rule=rule), RULES).parameters.score_rule == to_checksum_address(rule)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"min_updates": 6}, "min_updates cannot be 6 (at least 1, at most 5, which is updates_per_round)"),
        ({"training_window": 0}, "training_window cannot be 0 (at least 1, at most 31536000)"),
        ({"learning_rate": "fast"}, "learning_rate cannot be 'fast' (write a decimal as the text \"0.05\")"),
        ({"attackers": -1}, "attackers cannot be -1 (a whole number, at least 0)"),
        ({"name": ""}, "name cannot be '' (a name has 1 to 64 printable ASCII characters, no space at either end)"),
        ({"epochs": 0}, "epochs cannot be 0 (a whole number, at least 1)"),
        (
            {"score_settings": (-1,)},
            "score_settings cannot be [-1] (at most 16 numbers, each at least 0, at most 65535)",
        ),
    ],
)
def test_a_setting_out_of_range_is_told_by_its_name_with_its_range(wrong: dict[str, Any], told: str) -> None:
    with pytest.raises(FolkmootError) as caught:
        draft(replace(TaskConfig(), **wrong), RULES)
    assert str(caught.value) == told


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"score_rule": "NoScore"}, ConfigError),
        ({"score_rule": "FlatReward"}, ConfigError),
        ({"election_rule": "MedianScore"}, ConfigError),
        ({"score_rule": RULES["FlatReward"]}, ConfigError),
        ({"score_rule": RULES["MedianScore"], "score_settings": (1,)}, ConfigError),
        ({"score_rule": "ab" * 20}, ConfigError),
        ({"score_rule": "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD"}, ConfigError),
        ({"score_rule": "0x" + "0" * 40}, ConfigError),
        ({"score_settings": (-1,)}, ConfigError),
        ({"reward_settings": (65_536,)}, ConfigError),
        ({"election_settings": (1,) * 17}, ConfigError),
        ({"election_rule": "MultiFactorElection"}, ConfigError),
        ({"reward_rule": "FlatReward"}, ConfigError),
        ({"learning_rate": "fast"}, ConfigError),
        ({"learning_rate": "NaN"}, ConfigError),
        ({"learning_rate": "1_0"}, ConfigError),
        ({"learning_rate": "٠.١"}, ConfigError),
        ({"learning_rate": "1e999999999"}, ConfigError),
        ({"learning_rate": "1e999"}, DescriptorError),
        ({"norm_multiple": "0.5"}, DescriptorError),
        ({"metric": "auc"}, DescriptorError),
        ({"direction_guard": "yes"}, DescriptorError),
        ({"classes": 9}, ConfigError),
        ({"input_shape": (1, 9, 9)}, ConfigError),
        ({"input_shape": ()}, ConfigError),
        ({"input_shape": (-1,)}, ConfigError),
        ({"input_shape": (2**70,)}, ConfigError),
        ({"seed": 2**63}, ConfigError),
        ({"seed": -(2**63)}, ConfigError),
        ({"blob_limit": 0}, DescriptorError),
        ({"blob_limit": 10}, DescriptorError),
        ({"model": "os:system"}, LearningError),
        ({"model": "folkmoot/transformer"}, LearningError),
        ({"model": "mlp"}, LearningError),
        ({"arguments": {"width": 3}}, LearningError),
    ],
)
def test_settings_that_make_no_task_are_refused(wrong: dict[str, Any], error: type[FolkmootError]) -> None:
    with pytest.raises(error) as caught:
        draft(replace(TaskConfig(), **wrong), RULES)
    assert caught.value.message


@pytest.mark.parametrize("setting", [{"updates_for": "seats"}, {"observers": (OBSERVER,)}])
def test_who_reads_is_no_question_where_nothing_is_encrypted(setting: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="nothing is encrypted") as error:
        draft(TaskConfig(**setting), RULES)
    assert error.value.hint == "set encrypted = true"


def test_an_encrypted_model_needs_a_reader() -> None:
    with pytest.raises(ConfigError, match="nobody could read the first model"):
        draft(TaskConfig(encrypted=True), RULES)
