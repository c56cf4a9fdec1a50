"""Proposing a task: from its settings to the descriptor, model 0 and the parameters on chain."""

import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from folkmoot import learning
from folkmoot.aggregation import check_rule
from folkmoot.blob_keys import FirstReaders, encrypt_first_model
from folkmoot.chain import Parameters, read_address
from folkmoot.chain.parameter_bounds import check_bounds, least_active
from folkmoot.errors import ConfigError, DescriptorError, LearningError
from folkmoot.learning import Descriptor, TensorSpec, Weights, max_blob_size
from folkmoot.learning.numpy_model import numpy_weights
from folkmoot.rule_settings import check_kind, pack
from folkmoot.store import BlobStore, Content, pointer
from folkmoot.task_blobs import FIRST_MODEL, encode_blob
from folkmoot.task_config import TaskConfig

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A task ready to be proposed: the parameters, and the two blobs that they name."""

    descriptor: Descriptor
    parameters: Parameters
    blobs: tuple[Content, Content]

    @property
    def name(self) -> str:
        """The task's name, which the descriptor has."""
        return self.descriptor.task

    def publish(self, store: BlobStore) -> None:
        """Store the descriptor and model 0, from where every member can fetch them. Raises `StoreError`."""
        for blob in self.blobs:
            store.put(blob)


def draft(
    config: TaskConfig,
    rules: Mapping[str, str],
    *,
    folder: Path | None = None,
    least_blocks: int = 0,
    readers: FirstReaders | None = None,
) -> Draft:
    """Make the descriptor, model 0 and the parameters; `rules` maps the names of rules to their addresses.

    `least_blocks` is the federation's `min_blocks`, and `readers` can read an encrypted task's model 0. A model of
    the proposer's own is imported from an installed package, else from a module in `folder`. The same settings give
    the same bytes on the same machine. Raises `ConfigError`, `UnknownRule`, `LearningError` and `DescriptorError`
    for settings that do not make a task.
    """
    check_rule(config.aggregation)
    if not -_SEEDS < config.seed < _SEEDS:
        raise ConfigError(f"seed cannot be {config.seed}", hint="a number above -(2 ** 63), below 2 ** 63")
    if folder and str(folder.resolve()) not in sys.path:
        sys.path.append(str(folder.resolve()))
    weights = numpy_weights(config.model, config.arguments)
    weights = weights or learning.initial_weights(lambda: _model(config), config.seed)
    descriptor = _descriptor(config, weights)
    model = encode_blob(weights, FIRST_MODEL)
    if not descriptor.encrypted and (descriptor.observers or descriptor.updates_for != "participants"):
        raise ConfigError("observers and updates_for mean nothing where nothing is encrypted", "set encrypted = true")
    if descriptor.encrypted:
        if readers is None:
            raise ConfigError("nobody could read the first model", hint="say who its readers are, or do not encrypt it")
        model = encrypt_first_model(model, descriptor, readers)
    blobs = descriptor.to_bytes(), model
    parameters = _parameters(config, rules, pointer(blobs[0]), pointer(blobs[1]))
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
            encrypted=bool(config.encrypted),
            updates_for=config.updates_for,
            observers=tuple(key.lower().removeprefix("0x") for key in config.observers),
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
