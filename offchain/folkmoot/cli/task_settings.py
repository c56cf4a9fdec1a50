"""A task's settings as its TOML file names them, read from the chain and the store."""

from dataclasses import fields
from typing import Any

from folkmoot.chain import Parameters
from folkmoot.cli.output import duration, to_json
from folkmoot.cli.session import Session
from folkmoot.errors import DescriptorError, StoreError
from folkmoot.proposal import SETTINGS
from folkmoot.rule_settings import unpack
from folkmoot.store import cid

_RULE_SETTINGS = {f"{kind}_parameters": f"{kind}_settings" for kind in ("score", "election", "reward")}
_RULES = ("score_rule", "election_rule", "reward_rule")
_SPANS = (
    *("enrolling_window", "training_window", "committing_window", "revealing_window", "aggregating_window"),
    "max_pause",
)


def settings_of(session: Session, parameters: Parameters) -> dict[str, Any]:
    """A task's parameters by their names in its TOML file, the rules by theirs; the pointers are not in that file."""
    rules = {address: name for name, address in session.record.rules.items()}
    found = {field.name: getattr(parameters, field.name) for field in fields(parameters)}
    found |= {name: rules.get(found[name], found[name]) for name in _RULES}
    found |= {name: unpack(found[name]) for name in _RULE_SETTINGS}
    names = {**_RULE_SETTINGS, "model": "first_model"}
    return {names.get(name, name): value for name, value in found.items()}


def shown_setting(name: str, value: Any) -> Any:
    """A setting's value for people: times as durations, lists as text."""
    if name in _RULE_SETTINGS.values():
        return ", ".join(map(str, value)) or "none"
    return duration(value) if name in _SPANS else value


def pointers_of(parameters: Parameters) -> dict[str, str]:
    """The CIDs of the descriptor and of the first model, which the file does not have."""
    return {"descriptor": cid(parameters.descriptor), "first_model": cid(parameters.model)}


def descriptor_of(session: Session, parameters: Parameters) -> tuple[dict[str, Any] | None, str]:
    """A task's descriptor, by the names in its TOML file; None if it cannot be read, and why."""
    try:
        found = to_json(session.descriptor(parameters))
        return {SETTINGS.get(name, name): value for name, value in found.items()}, ""
    except (StoreError, DescriptorError) as error:
        return None, str(error)
