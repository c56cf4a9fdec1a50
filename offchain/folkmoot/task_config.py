"""What a task asks of its members, as its proposer writes it in a TOML file."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

from folkmoot import settings
from folkmoot.chain import FULL_PARTICIPATION


def _digits_mlp() -> dict[str, Any]:
    return {"inputs": 64, "classes": 10, "hidden": [32]}


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskConfig:
    """What a task asks of its members. Fractions are texts, which read the same everywhere; windows are seconds."""

    # The model
    name: Annotated[str, "the task's name, for people to read"] = "digits"
    model: Annotated[
        str,
        '"folkmoot/mlp", "folkmoot/cnn", or a model of your own, "package.module:factory", installed or beside this'
        " file: it makes a torch.nn.Module, which every member has to allow, or gives the first weights as NumPy"
        " arrays, with which every member needs a plug-in",
    ] = "folkmoot/mlp"
    arguments: Annotated[dict[str, Any], "the factory's arguments"] = field(default_factory=_digits_mlp)
    input_shape: Annotated[tuple[int, ...], "shape of one sample"] = (1, 8, 8)
    classes: Annotated[int, "number of classes"] = 10
    seed: Annotated[int, "of the first model's weights"] = 0
    blob_limit: Annotated[int | None, "largest blob, in bytes; by default what the model needs"] = None

    # Training and aggregation
    epochs: Annotated[int, "passes over a trainer's own data in one round"] = 5
    batch: Annotated[int, "samples in a batch"] = 16
    learning_rate: Annotated[str, "a decimal above 0"] = "0.1"
    optimizer: Annotated[str, '"sgd" or "adam"'] = "sgd"
    momentum: Annotated[str, 'of "sgd", below 1'] = "0"
    aggregation: Annotated[str, "versioned name of the aggregation rule: fedavg/1, krum/1, ..."] = "fedavg/1"
    attackers: Annotated[int, "how many attackers the aggregation rule assumes among the accepted updates"] = 0
    metric: Annotated[
        str, 'in which judges score: "accuracy", or "balanced_loss", in which all classes of a judge weigh the same'
    ] = "accuracy"
    norm_multiple: Annotated[
        str, "judges score 0 any update further from the model than this multiple of their own; 0 turns it off"
    ] = "3"
    direction_guard: Annotated[bool, "judges score 0 any update that points against their own"] = False

    # Who reads it
    encrypted: Annotated[
        bool | None,
        "whether only members that take part can read models and updates; by default so, but on a local test network",
    ] = None
    updates_for: Annotated[str, 'who can read a round\'s updates: its "participants", or its "seats" alone'] = (
        "participants"
    )
    observers: Annotated[
        tuple[str, ...], "public keys of others who can read all of it, each by `folkmoot account public-key`"
    ] = ()

    # Rules on chain: names in the deployment record, or addresses
    score_rule: Annotated[str, "judges updates: MedianScore, MajorityVote or Availability"] = "MedianScore"
    score_settings: Annotated[
        tuple[int, ...],
        "in basis points. MedianScore: least ratio to the best score, tolerance below the median baseline (10000: off)."
        " MajorityVote: how far below the baseline a score may lie and still get a seat's vote",
    ] = (5_000, 10_000)
    election_rule: Annotated[
        str, "chooses the next committee: TopScoreElection, RandomElection, MultiFactorElection or RedrawElection"
    ] = "TopScoreElection"
    election_settings: Annotated[
        tuple[int, ...], "MultiFactorElection: weights of score, stake, presence and reputation"
    ] = ()
    reward_rule: Annotated[str, "divides a round's pay: ScoreShareReward, StakeReward, FlatReward or ContestReward"] = (
        "ScoreShareReward"
    )
    reward_settings: Annotated[
        tuple[int, ...],
        "StakeReward: epochs and the unit reward; by default the task's epochs and 1. FlatReward: weights of an"
        " accepted update, of a seat that judged, of one that attested. ContestReward: number of prizes",
    ] = ()

    # The round
    total_rounds: Annotated[int, "rounds"] = 10
    committee: Annotated[int, "seats that judge"] = 5
    aggregators: Annotated[int, "further seats, which attest the next model; with 0 the committee attests"] = 0
    redraw: Annotated[
        bool, "whether all members are candidates in each election, not only the providers of updates"
    ] = False
    seats_train: Annotated[bool, "whether seats submit updates, too; none has a say on its own"] = False
    stake_weighted: Annotated[bool, "whether an attestation weighs its seat's stake, clipped to twice the median"] = (
        False
    )
    active_share: Annotated[int, "share of the members, in basis points, that sit or are sampled to train"] = (
        FULL_PARTICIPATION
    )
    updates_per_round: Annotated[int, "most updates accepted in a round; at least as many as seats"] = 5
    min_updates: Annotated[int, "fewest updates submitted in a round"] = 3
    max_updates: Annotated[int, "most trainers in a round; where more could train, so many are sampled"] = 20
    min_enrolled: Annotated[
        int, "members before which the task starts only when enrolling_window has passed; 0: the fewest that can"
    ] = 0
    max_enrolled: Annotated[int, "most members enrolled"] = 100
    enrolling_window: Annotated[int, "seconds for members to enrol"] = 3_600
    training_window: Annotated[int, "seconds for trainers to submit"] = 600
    committing_window: Annotated[int, "seconds to score updates and commit to the scores"] = 300
    revealing_window: Annotated[int, "seconds to reveal the scores"] = 120
    aggregating_window: Annotated[int, "seconds to attest the next model"] = 300
    max_pause: Annotated[int, "longest pause, in seconds"] = 86_400
    min_blocks: Annotated[
        int, "blocks that each window lasts at least; 0: the federation's number, the least that it allows"
    ] = 0
    suspension_rounds: Annotated[int, "rounds that a suspension lasts"] = 3
    max_attempts: Annotated[int, "most attempts at one round"] = 3
    max_empty_rounds: Annotated[int, "rounds in a row without a new model that end the task"] = 4
    max_strikes: Annotated[int, "strikes that suspend a member; fewer than max_empty_rounds"] = 3
    max_terms: Annotated[int, "most rounds in a row in which a member fills a vacancy"] = 3


def load_task_config(path: str | Path, base: Mapping[str, Any] = MappingProxyType({})) -> TaskConfig:
    """Read a task's TOML file; what it leaves out is as in `base`, else the default. Raises `ConfigError`."""
    return settings.load(TaskConfig, path, base)


def leaves_out(path: str | Path) -> bool:
    """Whether a task's TOML file leaves a setting to its preset. Raises `ConfigError` for an unreadable file."""
    optional = {"blob_limit", "encrypted"}  # no preset has them, and no template
    return not {f.name for f in fields(TaskConfig)} - optional <= settings.read(path).keys()


def task_template(given: Mapping[str, object] | None = None) -> str:
    """A task's TOML file with every setting, what it is for, and the value given here or its default."""
    return settings.render(TaskConfig, "A task's settings.", given or {})
