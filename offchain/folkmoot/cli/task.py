"""`task`: proposing a model to train, approving it, and looking at what was proposed."""

from dataclasses import replace
from pathlib import Path
from shlex import quote
from typing import Annotated, Any

import numpy as np
import typer

from folkmoot.aggregation import Circumstances, Contribution, aggregate
from folkmoot.chain import Call, Milestone, Phase, Receipt, TaskContract, phase_at, replay
from folkmoot.chain.events.federation import TaskProposed
from folkmoot.chain.events.tasks import EnrolmentClosed
from folkmoot.cli.approvals import propose_or_confirm
from folkmoot.cli.command import FirstCommittee, command, group
from folkmoot.cli.encryption import LOCAL_CHAIN, first_readers, first_readers_note, readable_by
from folkmoot.cli.output import to_json, write_new
from folkmoot.cli.session import Session
from folkmoot.cli.status import enrolled_at, start_time
from folkmoot.cli.tables import Whole, key_values, table
from folkmoot.cli.task_preset import choose_preset
from folkmoot.cli.task_rules import require_rules
from folkmoot.cli.task_settings import descriptor_of, pointers_of, settings_of, shown_setting
from folkmoot.cli.task_status import task_status
from folkmoot.errors import ConfigError
from folkmoot.plurals import counted
from folkmoot.presets import PEERS, PRESETS
from folkmoot.proposal import draft
from folkmoot.task_config import TaskConfig, leaves_out, load_task_config, task_template

app = group("task", "Tasks: the models that the federation trains.")

TASK = Path("task.toml")
ONE_AT_A_TIME = {"bift"}  # systems in which a proposer's next task waits for the end of its last one

Preset = Annotated[
    str | None,
    typer.Option(
        help=f"System to start from: {', '.join(PRESETS)}. Default: peers up to {PEERS} members, bflc beyond.",
        show_default=False,
    ),
]


@command(app)
def init(
    session: Session, file: Annotated[Path, typer.Argument(help="New file.")] = TASK, *, preset: Preset = None
) -> None:
    """Write a task's TOML file to edit: every setting, what it is for, and the preset's value."""
    chosen = choose_preset(session, preset)
    write_new(file, task_template(chosen.settings))
    named = f" --preset {preset}" if preset else ""
    session.output.show(
        {"file": file, "preset": chosen.name},
        str(chosen),
        f"{file} is written; edit it, then: folkmoot task propose {quote(str(file))}{named}",
    )


@command(app)
def propose(
    session: Session,
    file: Annotated[Path, typer.Argument(help="By `folkmoot task init`; what it leaves out is the preset's.")] = TASK,
    *,
    preset: Preset = None,
) -> None:
    """Propose a task: make its descriptor and first model, store both, and record them on the chain."""
    chosen = choose_preset(session, preset)
    if chosen.name in ONE_AT_A_TIME:
        _require_none_running(session, chosen.name)
    config, used = load_task_config(file, chosen.settings), leaves_out(file)
    if config.encrypted is None:
        config = replace(config, encrypted=session.client.chain_id != LOCAL_CHAIN)
    readers = first_readers(session) if config.encrypted else None
    least_blocks = session.federation.min_blocks()
    made = draft(config, session.record.rules, folder=file.parent, least_blocks=least_blocks, readers=readers)
    require_rules(session, made.parameters)
    if note := attackers_note(config):
        session.output.announce(note)
    made.publish(session.store)
    receipt = session.send(session.federation.propose_task(made.name, made.parameters))
    event = next(event for event in receipt.events if isinstance(event, TaskProposed))
    committee = "" if config.seats_train else " --committee …"
    preset = chosen.name if used else None
    document = {"task": event.task, "number": event.number, "preset": preset, "transaction": receipt.hash}
    session.output.show(
        document | pointers_of(made.parameters),
        *([f"what {file} leaves out is by {chosen}"] if used else []),
        f"task {event.number} is proposed at {event.task}",
        f"its models are {readable_by(made.descriptor)}",
        *first_readers_note(readers),
        f"The managers approve it by: folkmoot task approve --task {event.number} --budget …{committee}",
    )


@command(app)
def approve(
    session: Session,
    *,
    budget: Annotated[str, typer.Option(help="Most that the task pays, in whole tokens.", show_default=False)],
    committee: FirstCommittee = None,
) -> None:
    """Approve a task with a budget and its first committee. Executed at a quorum of managers.

    Without a committee the first one is drawn when the task starts, among all that are enrolled.
    """
    propose_or_confirm(session, session.task.approve(session.money.units(budget), committee or []))


@command(app)
def cancel(session: Session) -> None:
    """Cancel a task: its proposer before it is approved, a quorum of managers until it starts."""
    state = session.task.round().milestone
    if state == Milestone.PROPOSED and session.address == session.task.proposer():
        _send(session, session.task.cancel(), "is cancelled")
    else:
        propose_or_confirm(session, session.task.cancel())


@command(app)
def enrol(session: Session) -> None:
    """Enrol in a task. A worker does it by itself."""
    _send(session, session.task.enrol(), f"has enrolled {session.address}")


@command(app)
def start(session: Session) -> None:
    """Start a task once the committee and enough trainers have enrolled. Workers do it too.

    One call ends the enrolment; another, in a later block, opens round 0.
    """
    receipt = session.send(session.task.start())
    while any(isinstance(event, EnrolmentClosed) for event in receipt.events):
        receipt = session.send(session.task.start())
    _show(session, session.task.start(), receipt, "is started")


@command(app)
def expire(session: Session) -> None:
    """Expire a task that did not start before its deadline. Anyone may do it, and workers do."""
    _send(session, session.task.expire(), "is expired")


@command(app, "list")
def list_(session: Session) -> None:
    """List the federation's tasks."""
    tasks = [_summary(session, proposed) for proposed in session.proposals]
    rows = [(t["number"], _whole(t["name"]), t["phase"], t["round"], t["proposer"], t["task"]) for t in tasks]
    columns = ("number", "name", "phase", "round", "proposer", "address")
    session.output.show(tasks, table("Tasks", columns, rows) if rows else "No tasks.")


@command(app)
def show(session: Session) -> None:
    """Show a task's phase, budget, rules and other settings, by their names in its TOML file."""
    task = session.task
    parameters, events, now = task.parameters(), session.events(task.address), session.client.now()
    state = replay(events, task=task.address, parameters=parameters)
    stand = task_status(state, now, session.client.head().number, enrolled_at(session, events))
    settings = settings_of(session, parameters)
    document = {"task": task.address, "phase": stand.phase, "proposer": task.proposer(), "budget": task.budget()}
    texts = {
        **document,
        "phase": stand.phase.name.capitalize(),
        "budget": session.money.text(task.budget()),
        "waiting for": stand.waiting or None,
        **start_time(stand, now),
    }
    shown = {name: shown_setting(name, value) for name, value in settings.items()} | pointers_of(parameters)
    descriptor, lacks = descriptor_of(session, parameters)
    session.output.show(
        to_json(document | {"starts": stand.starts, "parameters": settings, "descriptor": descriptor}),
        key_values(texts | shown),
        key_values({name: _whole(value) for name, value in descriptor.items()})
        if descriptor
        else f"The descriptor cannot be shown: {lacks}",
    )


def attackers_note(config: TaskConfig) -> str:
    """What to know about a rule that assumes fewer attackers than the settings say; empty if it assumes as many."""
    tensors = {"": np.zeros(1, np.float32)}
    updates = [Contribution(f"0x{number:040x}", 1, tensors) for number in range(config.updates_per_round)]
    made = aggregate(config.aggregation, updates, parent=tensors, circumstances=Circumstances(f=config.attackers))
    if made.rule != config.aggregation or made.f == config.attackers:  # one that calls others has no number of its own
        return ""
    assumed = f"at most {counted(made.f, 'attacker')}, not {config.attackers}"
    return f"note: among {counted(len(updates), 'update')} {made.rule} assumes {assumed}"


def _whole(value: object) -> object:
    """A proposer's own text, in which an address is no account of the federation."""
    return Whole(value) if isinstance(value, str | list | dict) else value


def _send(session: Session, call: Call, what: str) -> None:
    _show(session, call, session.send(call), what)


def _show(session: Session, call: Call, receipt: Receipt, what: str) -> None:
    document = {"task": call.to, "call": call.name, "transaction": receipt.hash}
    session.output.show(document, f"task {call.to} {what}")


def _summary(session: Session, proposed: TaskProposed) -> dict[str, Any]:
    parameters = proposed.parameters
    return {
        "number": proposed.number,
        "task": proposed.task,
        "name": proposed.name if proposed.name.isprintable() else None,
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
    client = session.client
    return phase_at(running, proposed.parameters, time=client.now(), block=client.head().number)
