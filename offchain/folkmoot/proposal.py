"""Proposing a task: from its settings to the descriptor, model 0 and the parameters on chain."""

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any

from folkmoot import learning, settings
from folkmoot.aggregation import check_rule
from folkmoot.chain import FULL_PARTICIPATION, Parameters, read_address
from folkmoot.chain.parameter_bounds import check_bounds, least_active
from folkmoot.errors import ConfigError, DescriptorError, LearningError
from folkmoot.learning import Descriptor, TensorSpec, Weights, max_blob_size
from folkmoot.learning.numpy_model import numpy_weights
from folkmoot.rule_settings import check_kind, pack
from folkmoot.store import BlobStore, pointer
from folkmoot.task_blobs import FIRST_MODEL, encode_blob

if TYPE_CHECKING:
    from torch import nn

_SEEDS = 2**63
_DECIMAL = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]{1,4})?")

_SHARED = (
    *("total_rounds", "committee", "aggregators", "redraw", "seats_train", "stake_weighted", "active_share"),
    *("updates_per_round", "min_updates", "max_updates", "min_enrolled", "max_enrolled"),
    *("enrolling_window", "training_window", "committing_window", "revealing_window", "aggregating_window"),
    *("max_pause", "min_blocks", "suspension_rounds", "max_attempts", "max_empty_rounds", "max_strikes", "max_terms"),
)
"""Settings that are parameters as they are."""

SETTINGS = {"task": "name", "f": "attackers"}
"""Settings by the names that the descriptor gives them, where these differ."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A task ready to be proposed: the parameters, and the two blobs that they name."""

    descriptor: Descriptor
    parameters: Parameters
    blobs: tuple[bytes, bytes]

    @property
    def name(self) -> str:
        """The task's name, which the descriptor has."""
        return self.descriptor.task

    def publish(self, store: BlobStore) -> None:
        """Store the descriptor and model 0, from where every member can fetch them. Raises `StoreError`."""
        for blob in self.blobs:
            store.put(blob)


def load_task_config(path: str | Path, base: Mapping[str, Any] = MappingProxyType({})) -> TaskConfig:
    """Read a task's TOML file; what it leaves out is as in `base`, else the default. Raises `ConfigError`."""
    return settings.load(TaskConfig, path, base)


def leaves_out(path: str | Path) -> bool:
    """Whether a task's TOML file leaves a setting to its preset. Raises `ConfigError` for an unreadable file."""
    optional = {"blob_limit"}  # no preset has it, and no template
    return not {f.name for f in fields(TaskConfig)} - optional <= settings.read(path).keys()


def task_template(given: Mapping[str, object] | None = None) -> str:
    """A task's TOML file with every setting, what it is for, and the value given here or its default."""
    return settings.render(TaskConfig, "A task's settings.", given or {})


def draft(config: TaskConfig, rules: Mapping[str, str], *, folder: Path | None = None, least_blocks: int = 0) -> Draft:
    """Make the descriptor, model 0 and the parameters; `rules` maps the names of rules to their addresses.

    `least_blocks` is the federation's `min_blocks`. A model of the proposer's own is imported from an installed
    package, else from a module in `folder`. The same settings give the same bytes on the same machine. Raises
    `ConfigError`, `UnknownRule`, `LearningError` and `DescriptorError` for settings that do not make a task.
    """
    check_rule(config.aggregation)
    if not -_SEEDS < config.seed < _SEEDS:
        raise ConfigError(f"seed cannot be {config.seed}", hint="a number above -(2 ** 63), below 2 ** 63")
    if folder and str(folder.resolve()) not in sys.path:
        sys.path.append(str(folder.resolve()))
    weights = numpy_weights(config.model, config.arguments)
    weights = weights or learning.initial_weights(lambda: _model(config), config.seed)
    descriptor = _descriptor(config, weights)
    blobs = descriptor.to_bytes(), encode_blob(weights, FIRST_MODEL)
    parameters = _parameters(config, rules, *map(pointer, blobs))
    parameters = replace(parameters, min_blocks=config.min_blocks or least_blocks)
    check_bounds(parameters, least_blocks)
    return Draft(descriptor=descriptor, parameters=parameters, blobs=blobs)


def _model(config: TaskConfig) -> "nn.Module":
    module = learning.build(config.model, config.arguments, allowed=[config.model])
    try:
        shape = learning.output_shape(module, config.input_shape)
    except LearningError as error:
        raise ConfigError(error.message, hint="compare input_shape with the arguments") from error
    if shape != (1, config.classes):
        raise ConfigError(f"the model gives {shape}, not (1, {config.classes})", hint="compare classes with arguments")
    return module


def _descriptor(config: TaskConfig, weights: Weights) -> Descriptor:
    spec = TensorSpec.of(weights)
    arguments = {name: tuple(value) if isinstance(value, list) else value for name, value in config.arguments.items()}
    try:
        return Descriptor(
            task=config.name,
            model=config.model,
            arguments=arguments,
            input_shape=config.input_shape,
            classes=config.classes,
            epochs=config.epochs,
            batch=config.batch,
            learning_rate=_decimal("learning_rate", config.learning_rate),
            optimizer=config.optimizer,
            momentum=_decimal("momentum", config.momentum),
            aggregation=config.aggregation,
            f=config.attackers,
            metric=config.metric,
            norm_multiple=_decimal("norm_multiple", config.norm_multiple),
            direction_guard=config.direction_guard,
            spec=spec,
            blob_limit=max_blob_size(spec) if config.blob_limit is None else config.blob_limit,
        )
    except DescriptorError as error:  # which begins with a field's name
        field, _, fault = error.message.partition(" ")
        raise DescriptorError(f"{SETTINGS.get(field, field)} {fault}", error.hint) from error


def _parameters(config: TaskConfig, rules: Mapping[str, str], descriptor: bytes, model: bytes) -> Parameters:
    score_rule, score_parameters = _rule("score", config.score_rule, config.score_settings, rules)
    election_rule, election_parameters = _rule("election", config.election_rule, config.election_settings, rules)
    reward_rule, reward_parameters = _rule("reward", config.reward_rule, _reward_settings(config), rules)
    parameters = Parameters(
        descriptor=descriptor,
        model=model,
        score_rule=score_rule,
        election_rule=election_rule,
        reward_rule=reward_rule,
        score_parameters=score_parameters,
        election_parameters=election_parameters,
        reward_parameters=reward_parameters,
        **{name: getattr(config, name) for name in _SHARED},
    )
    return replace(parameters, min_enrolled=config.min_enrolled or least_active(parameters, 0))


def _reward_settings(config: TaskConfig) -> tuple[int, ...]:
    """StakeReward pays by the task's own epochs unless other numbers are given."""
    return config.reward_settings or ((config.epochs, 1) if config.reward_rule == "StakeReward" else ())


def _rule(kind: str, given: str, numbers: Sequence[int], rules: Mapping[str, str]) -> tuple[str, bytes]:
    """A rule's address and its parameters; a deployed rule is known by its name and by its address."""
    name, address = given, rules.get(given, "")
    if given.lower().startswith("0x"):
        address = read_address(given)
        name = next((name for name, known in rules.items() if known == address), address)
    if not address:
        raise ConfigError(f"no rule {name!r} is deployed", hint=f"use an address, or one of {', '.join(sorted(rules))}")
    check_kind(kind, name)
    return address, pack(f"{kind}_settings", name, numbers)


def _decimal(setting: str, text: str) -> Decimal:
    if not _DECIMAL.fullmatch(text):
        raise ConfigError(f"{setting} cannot be {text!r}", hint='write a decimal as the text "0.05"')
    return Decimal(text)
