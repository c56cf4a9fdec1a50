"""`model`: every model that a task has made, as safetensors for any use."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from eth_utils.address import to_checksum_address

from folkmoot import learning
from folkmoot.chain import Parameters, TaskContract, replay
from folkmoot.cli.command import command, group
from folkmoot.cli.encryption import blob_keys, left_out, task_blobs
from folkmoot.cli.lineage import BEST, LATEST, TaskModel, choose, task_models
from folkmoot.cli.output import MAX_DIGITS
from folkmoot.cli.session import Session
from folkmoot.cli.tables import table
from folkmoot.cli.tensor_files import provenance, with_bar, write_tensors
from folkmoot.config import WorkerConfig
from folkmoot.encryption import write_shares
from folkmoot.errors import ConfigError
from folkmoot.files import at_home
from folkmoot.learning import Descriptor, Weights
from folkmoot.learning.foreign_code import code_of
from folkmoot.plurals import counted
from folkmoot.score_meaning import percent, shown, titled
from folkmoot.store import cid
from folkmoot.task_blobs import TaskBlobs, stored_limit
from folkmoot.worker import make_learner, member_data

app = group("model", "A task's models, one for each round.")

Number = Annotated[
    int | None, typer.Argument(metavar="MODEL", min=0, help="Its number. Default: the latest.", show_default=False)
]


def which_model(text: str) -> int | str:
    """A model's number, `latest` or `best`. Raises `typer.BadParameter` for anything else."""
    if text in {LATEST, BEST}:
        return text
    if not (text.isascii() and text.isdecimal() and len(text) <= MAX_DIGITS):
        raise typer.BadParameter(f"{text!r} is no number greater than or equal to 0, nor {LATEST!r} or {BEST!r}")
    return int(text)


Which = Annotated[
    Any,
    typer.Argument(
        parser=which_model,
        metavar="MODEL",
        help='Its number, "latest", or "best": the one with the highest score. Default: the latest.',
        show_default=False,
    ),
]


@command(app, "list")
def list_(session: Session) -> None:
    """List a task's models: what each was made of and by whom, and what the committees scored it."""
    task = session.task
    parameters = task.parameters()
    models, stored = models_of(session, task, parameters), _stored(session, parameters)
    document = [_described(model) | {"stored": stored(model.pointer)} for model in models]
    rows = [
        (
            model.number,
            shown(model.score, settled=model.measured),
            model.origin,
            "\n".join(one.author for one in model.contributors) or None,
            cid(model.pointer),
            entry["stored"],
        )
        for model, entry in zip(models, document, strict=True)
    ]
    score = titled("score", session.scores(parameters).of_models)
    lacks = left_out(session.known_descriptor(parameters), "in which metric scores are", "which models the store has")
    columns = ("number", score, "made", "contributors", "CID", "in the store")
    session.output.show(document, table("Models", columns, rows), *lacks)


@command(app)
def get(
    session: Session,
    model: Which = LATEST,
    *,
    output: Annotated[
        Path | None, typer.Option(help="New file. Default: model-NUMBER.safetensors.", show_default=False)
    ] = None,
) -> None:
    """Save a model as a safetensors file with the names of its `state_dict`.

    Its metadata say which task, round, models and contributors it comes from.
    """
    task = session.task
    parameters = task.parameters()
    models = models_of(session, task, parameters)
    chosen = choose(models, model)
    weights = _fetched(session, task_blobs(session, parameters), chosen.pointer)
    file = output or Path(f"model-{chosen.number}.safetensors")
    parents = [] if chosen.parent is None else [models[chosen.parent].pointer]
    by = [one.author for one in chosen.contributors]
    facts = {"model": chosen.number, "round": chosen.round, "repeats": chosen.repeats}
    write_tensors(file, weights, provenance(session, chosen.pointer, parents, contributors=by, **facts))
    session.output.show(
        _described(chosen) | {"file": file},
        f"model {chosen.number}, {_said(chosen)}, is in {file}; in Python it loads into your own module by:",
        f"    module.load_state_dict(safetensors.torch.load_file({json.dumps(str(file))}))",
    )


def _said(model: TaskModel) -> str:
    """What was made of a model, each by other seats on other data than those of another one."""
    return "not scored" if model.score is None else f"scored {percent(model.score)} by its committee"


@command(app)
def evaluate(
    session: Session,
    model: Which = LATEST,
    *,
    data: Annotated[
        str | None,
        typer.Option(
            callback=lambda source: source and str(at_home(source)),
            help='"digits", an .npz file with x and y, or a folder of LEAF JSON. Default: the data of the settings.',
            show_default=False,
        ),
    ] = None,
) -> None:
    """Measure a model on your own data: its accuracy, or what your plug-in scores."""
    task = session.task
    parameters = task.parameters()
    chosen = choose(models_of(session, task, parameters), model)
    blobs = task_blobs(session, parameters)
    found, metric, samples = measure(session.config, blobs.descriptor, _fetched(session, blobs, chosen.pointer), data)
    measured = counted(samples, "sample") if samples else "the scoring samples"
    session.output.show(
        {"model": chosen.number, "score": found, "metric": metric, "samples": samples},
        f"model {chosen.number}: {percent(found, metric)} on {measured}",
    )


@command(app)
def share(session: Session, number: Number = None) -> None:
    """Hand on the key of an encrypted model to members that take part and cannot read it yet.

    Workers do it by themselves for the model of the running round.
    """
    task = session.task
    parameters = task.parameters()
    number, pointer = model_pointer(task, parameters, number)
    keys = blob_keys(session, session.descriptor(parameters))
    if keys is None:
        raise ConfigError("the task's models are not encrypted", "whoever can read the store can read them")
    task_blobs(session, parameters, keys).fetch_model(pointer)
    shares = keys.due(pointer, keys.lacking_model(pointer))
    readers = [to_checksum_address(share.recipient) for share in shares]
    handed_on = f"the key of model {number} is handed on to {', '.join(readers)}"
    if shares:
        session.send(task.share_keys(session.store.put(write_shares(shares))))
    session.output.show(
        {"model": number, "recipients": readers},
        handed_on if shares else f"model {number} is known to all members that take part by now",
    )


def model_pointer(task: TaskContract, parameters: Parameters, number: int | None) -> tuple[int, bytes]:
    """A model's number and pointer; the latest model's without a number. Raises `ConfigError` if there is none."""
    latest = _latest(task)
    chosen = latest if number is None else number
    if not 0 <= chosen <= latest:
        raise ConfigError(f"there is no model {chosen} yet", f"the task has models up to {latest}")
    return chosen, task.ledger(chosen) if chosen else parameters.model


def models_of(session: Session, task: TaskContract, parameters: Parameters) -> list[TaskModel]:
    """All models of a task so far."""
    events = session.events(task.address)
    return task_models(replay(events, task=task.address, parameters=parameters), events)


def _described(model: TaskModel) -> dict[str, Any]:
    """A model for machines: its score in basis points, None unless it was measured."""
    return {
        "model": model.number,
        "pointer": model.pointer,
        "cid": cid(model.pointer),
        "score": model.score,
        "round": model.round,
        "parent": model.parent,
        "repeats": model.repeats,
        "carried": model.carried,
        "contributors": model.contributors,
    }


def _fetched(session: Session, blobs: TaskBlobs, pointer: bytes) -> Weights:
    return with_bar(session, blobs, "model", lambda: blobs.fetch_model(pointer))


def measure(
    config: WorkerConfig, descriptor: Descriptor, weights: Weights, source: str | None
) -> tuple[int, str, int | None]:
    """A model's score in basis points, in which metric, and on how many samples.

    `source` names a data set. Without it the plug-in of the settings measures, which does not say on how many samples,
    or else all data of the settings are used. Data measure the accuracy, a plug-in the task's metric. Raises
    `LearningError` and `ConfigError`.
    """
    if source is None and config.plugin:
        learner = make_learner(config, descriptor)
        learner.load(weights)
        return learner.evaluate(), descriptor.metric, None
    module = learning.build(descriptor.model, descriptor.arguments, allowed=config.allowed_models)
    data = learning.load(source) if source else member_data(config)
    with code_of(f"the model {descriptor.model!r}"):
        learning.load_weights(module, weights)
        return learning.accuracy(module, data, threads=config.threads), "accuracy", len(data)


def _latest(task: TaskContract) -> int:
    """The running round's number names the model that it started from; a task's last round leaves one more."""
    number = task.round().number
    return number + any(task.ledger(number + 1))


def _stored(session: Session, parameters: Parameters) -> Callable[[bytes], bool | None]:
    """Whether the store has a model, intact; None where it has not even the descriptor, which says how large one is."""
    descriptor = session.known_descriptor(parameters)
    if not isinstance(descriptor, Descriptor):
        return lambda _: None
    limit = stored_limit(descriptor)
    return lambda pointer: session.store.has(pointer, limit=limit)
