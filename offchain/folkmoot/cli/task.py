"""`task`: proposing a model to train, approving it, and looking at what was proposed."""

from pathlib import Path
from typing import Annotated, Any

import typer

from folkmoot.chain import Call, Parameters, Phase, TaskContract, phase_at
from folkmoot.chain.events.federation import TaskProposed
from folkmoot.cli.approvals import propose_or_confirm
from folkmoot.cli.command import Committee, command, group
from folkmoot.cli.output import duration, key_values, table, to_json, write_new
from folkmoot.cli.session import Session
from folkmoot.errors import ConfigError, DescriptorError, StoreError
from folkmoot.presets import settings_of
from folkmoot.proposal import draft, load_task_config, task_template
from folkmoot.store import cid

app = group("task", "Tasks: the models that the federation trains.")

TASK = Path("task.toml")
ONE_AT_A_TIME = {"bift"}  # systems in which a proposer's next task waits for the end of its last one

Preset = Annotated[str, typer.Option(help="System to start from: bflc, pos-bfl, bift or plain.")]


@command(app)
def init(
    session: Session, file: Annotated[Path, typer.Argument(help="New file.")] = TASK, *, preset: Preset = "bflc"
) -> None:
    """Write a task's TOML file to edit: every setting, what it is for, and the preset's value."""
    write_new(file, task_template(settings_of(preset)))
    session.output.show({"file": file}, f"{file} is written; edit it, then: folkmoot task propose {file}")


@command(app)
def propose(
    session: Session,
    file: Annotated[Path, typer.Argument(help="Written by `task init`; settings left out are the preset's.")] = TASK,
    *,
    preset: Preset = "bflc",
) -> None:
    """Propose a task: make its descriptor and first model, store both, and record them on the chain."""
    if preset in ONE_AT_A_TIME:
        _require_none_running(session, preset)
    made = draft(load_task_config(file, settings_of(preset)), session.record.rules, folder=file.parent)
    made.publish(session.store)
    receipt = session.send(session.federation.propose_task(made.parameters))
    event = next(event for event in receipt.events if isinstance(event, TaskProposed))
    session.output.show(
        {"task": event.task, "number": event.number, "transaction": receipt.hash, **_pointers(made.parameters)},
        f"task {event.number} is proposed at {event.task}",
        f"The managers approve it by: folkmoot task approve --task {event.number} --budget … --committee …",
    )


@command(app)
def approve(
    session: Session,
    *,
    budget: Annotated[str, typer.Option(help="Most that the task pays, in whole tokens.", show_default=False)],
    committee: Committee,
) -> None:
    """Approve a task with a budget and its first committee. Executed at a quorum of managers."""
    propose_or_confirm(session, session.task.approve(session.money.units(budget), committee))


@command(app)
def cancel(session: Session) -> None:
    """Cancel a task that you proposed, before it is approved."""
    _send(session, session.task.cancel(), "is cancelled")


@command(app)
def enrol(session: Session) -> None:
    """Enrol in a task. A worker does it by itself."""
    _send(session, session.task.enrol(), f"has enrolled {session.address}")


@command(app)
def start(session: Session) -> None:
    """Start round 0 once the committee and enough trainers have enrolled. Workers do it too."""
    _send(session, session.task.start(), "is started")


@command(app)
def expire(session: Session) -> None:
    """Expire a task that did not start before its deadline. Anyone may do it, and workers do."""
    _send(session, session.task.expire(), "is expired")


@command(app, "list")
def list_(session: Session) -> None:
    """List the federation's tasks."""
    tasks = [_summary(session, proposed) for proposed in session.proposals]
    rows = [(t["number"], t["name"], t["phase"], t["round"], t["proposer"], t["task"]) for t in tasks]
    columns = ("number", "name", "phase", "round", "proposer", "address")
    session.output.show(tasks, table("Tasks", columns, rows) if rows else "No tasks.")


@command(app)
def show(session: Session) -> None:
    """Show a task's parameters, rules, budget and descriptor."""
    task = session.task
    parameters = task.parameters()
    rules = {address: name for name, address in session.record.rules.items()}
    bound = to_json(parameters) | {n: rules.get(getattr(parameters, n), getattr(parameters, n)) for n in _RULES}
    document = {"task": task.address, "proposer": task.proposer(), "budget": task.budget(), "parameters": bound}
    descriptor, lacks = _descriptor(session, parameters)
    texts = (
        {n: duration(v) if n in _SPANS else v for n, v in bound.items()} | _words(parameters) | _pointers(parameters)
    )
    money = session.money.text(task.budget())
    session.output.show(
        document | {"descriptor": descriptor},
        key_values({"task": task.address, "proposer": document["proposer"], "budget": money} | texts),
        key_values(descriptor) if descriptor else f"The descriptor cannot be shown: {lacks}",
    )


_RULES = ("score_rule", "election_rule", "reward_rule")
_SPANS = (
    *("enrolling_window", "training_window", "committing_window", "revealing_window", "aggregating_window"),
    "max_pause",
)


def _words(parameters: Parameters) -> dict[str, str]:
    """The rules' parameters as the numbers of 16 bits that they read, lowest bits first."""
    names = ("score_parameters", "election_parameters", "reward_parameters")
    words = {name: int.from_bytes(getattr(parameters, name)) for name in names}
    return {
        n: ", ".join(str(w >> i & 0xFFFF) for i in range(0, w.bit_length(), 16)) or "none" for n, w in words.items()
    }


def _pointers(parameters: Parameters) -> dict[str, str]:
    return {"descriptor": cid(parameters.descriptor), "model": cid(parameters.model)}


def _send(session: Session, call: Call, what: str) -> None:
    receipt = session.send(call)
    document = {"task": call.to, "call": call.name, "transaction": receipt.hash}
    session.output.show(document, f"task {call.to} {what}")


def _summary(session: Session, proposed: TaskProposed) -> dict[str, Any]:
    parameters = proposed.parameters
    return {
        "number": proposed.number,
        "task": proposed.task,
        "name": _name(session, parameters),
        "phase": _phase(session, proposed).name.lower(),
        "round": TaskContract(session.client, proposed.task).round().number,
        "total_rounds": parameters.total_rounds,
        "proposer": proposed.proposer,
    }


def _require_none_running(session: Session, preset: str) -> None:
    for proposed in session.proposals:
        phase = _phase(session, proposed)
        if proposed.proposer == session.address and phase < Phase.FINISHED:
            message = f"your task {proposed.number} is {phase.name.lower()}: with {preset} one follows another"
            raise ConfigError(message, hint="wait for its end, or propose with another preset")


def _phase(session: Session, proposed: TaskProposed) -> Phase:
    running = TaskContract(session.client, proposed.task).round()
    return phase_at(running, min_updates=proposed.parameters.min_updates, time=session.client.now())


def _name(session: Session, parameters: Parameters) -> str | None:
    """What the task's descriptor calls it; None if the descriptor cannot be read."""
    descriptor, _ = _descriptor(session, parameters)
    return str(descriptor["task"]) if descriptor else None


def _descriptor(session: Session, parameters: Parameters) -> tuple[dict[str, Any] | None, str]:
    """A task's descriptor; None if it cannot be read, and why."""
    try:
        return to_json(session.descriptor(parameters)), ""
    except (StoreError, DescriptorError) as error:
        return None, str(error)
