"""The systems of the papers, and one for few members, each as settings of a task.

| name | system | source |
|---|---|---|
| `bflc` | the committee judges by median accuracy, the best providers sit next | Li et al., sections III and IV |
| `pos-bfl` | validators vote, miners weigh their stake, all roles are drawn anew | Yu et al., section 5.3 |
| `bift` | miners recompute a mixture of robust rules, the majority stands | He et al., sections III and IV |
| `peers` | 3 to 15 members all train, judge the others and attest | `docs/results.md`, four hospitals |
| `plain` | federated averaging without a defence: all updates count, no one is paid | the baseline of all three |
"""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from folkmoot import settings
from folkmoot.errors import ConfigError
from folkmoot.task_config import TaskConfig

PEERS = 15
"""The most members of a federation for which the preset `peers` is made: each judges the updates of all others."""

_NEVER = 254  # strikes in a row that suspend a member: as many as there can be
_LONGEST = 10_000  # rounds that a suspension may last

# Roles last one round. None of these papers bounds an update's distance from the model.
_REDRAWN = {"election_rule": "RedrawElection", "redraw": True, "norm_multiple": "0"}

_UNJUDGED = {**_REDRAWN, "score_rule": "Availability", "score_settings": [], "reward_rule": "FlatReward"}

PRESETS: Mapping[str, Mapping[str, Any]] = MappingProxyType(
    {
        "bflc": {},
        "pos-bfl": {
            **_REDRAWN,
            "score_rule": "MajorityVote",
            "score_settings": [800],  # vh = 0.08
            "reward_rule": "StakeReward",
            "committee": 5,
            "aggregators": 3,
            "stake_weighted": True,
            "updates_per_round": 12,
            "max_updates": 12,
            "suspension_rounds": _LONGEST,  # the blacklist
        },
        "bift": {
            **_UNJUDGED,
            "reward_settings": [20, 0, 20],
            "aggregation": "mixed/2",  # the paper's is mixed/1: who uploads last can choose the rule
            "attackers": 9,  # 30 % of the paper's 30 nodes
            "updates_per_round": 25,
            "max_updates": 25,
        },
        "peers": {
            "election_rule": "RedrawElection",
            "redraw": True,
            "seats_train": True,
            "committee": PEERS,
            "updates_per_round": PEERS,
            "min_updates": 2,
            "max_updates": PEERS,
            "max_enrolled": PEERS,
            "metric": "balanced_loss",
            "aggregation": "clipped/1",
            "norm_multiple": "0",  # who has other data may move further than its judges do; clipping bounds the effect
            "epochs": 1,  # the longer members train by themselves, the further their different data drive them apart
            "max_strikes": _NEVER,  # a refused update does no harm, and of three judges none can be spared
            "max_empty_rounds": _NEVER + 1,
        },
        "plain": {
            **_UNJUDGED,
            "reward_settings": [0, 0, 0],
            "committee": 3,
            "updates_per_round": 20,
            "max_updates": 20,
        },
    }
)
"""Each preset's settings, as a task's TOML file gives them; all others have their defaults."""


def settings_of(name: str) -> Mapping[str, Any]:
    """A preset's settings. Raises `ConfigError` for an unknown one."""
    if name not in PRESETS:
        raise ConfigError(f"there is no preset {name!r}", hint=f"one of {', '.join(PRESETS)}")
    return PRESETS[name]


def preset(name: str, /, **changes: Any) -> TaskConfig:
    """A preset with some settings changed. Raises `ConfigError` for an unknown preset or setting and a wrong type."""
    values = {**settings_of(name), **changes}
    listed = {key: list(value) if isinstance(value, tuple) else value for key, value in values.items()}
    return settings.make(TaskConfig, listed, folder=Path())
