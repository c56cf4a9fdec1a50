"""`model`: every model that a task has made, as safetensors for anybody's own use."""

from pathlib import Path
from typing import Annotated, Any

import typer
from safetensors.numpy import save

from folkmoot.chain import replay
from folkmoot.cli.command import command, group
from folkmoot.cli.output import percent, table, write_new
from folkmoot.cli.session import Session
from folkmoot.cli.status import history
from folkmoot.cli.task_blobs import blobs_of, model_pointer
from folkmoot.cli.task_status import reports
from folkmoot.store import cid

app = group("model", "A task's models, one for each round.")

Number = Annotated[int | None, typer.Argument(min=0, help="Default: the latest.", show_default=False)]


@command(app, "list")
def list_(session: Session) -> None:
    """List all models: their pointers, and their accuracy as the committees measured it."""
    task = session.task
    parameters, events = task.parameters(), history(session, task)
    state = replay(events, task=task.address, parameters=parameters)
    measured = {report.round: report.baseline for report in reports(state, events)}
    pointers = {0: parameters.model} | _models(state.ledger, parameters.updates_per_round)
    models = [
        {"model": n, "pointer": p, "cid": cid(p), "stored": session.store.has(p), "accuracy": measured.get(n)}
        for n, p in pointers.items()
    ]
    session.output.show(models, table("Models", ("number", "accuracy", "CID", "in the store"), map(_row, models)))


@command(app)
def get(
    session: Session,
    number: Number = None,
    *,
    output: Annotated[
        Path | None, typer.Option(help="Where to. Default: model-NUMBER.safetensors.", show_default=False)
    ] = None,
) -> None:
    """Save a model as a safetensors file with the names of its `state_dict`."""
    task = session.task
    parameters = task.parameters()
    number, pointer = model_pointer(task, parameters, number)
    weights = blobs_of(session, task, parameters).fetch_model(pointer)
    file = output or Path(f"model-{number}.safetensors")
    write_new(file, save(weights))
    session.output.show(
        {"model": number, "file": file, "pointer": pointer, "cid": cid(pointer)},
        f"model {number} is in {file}; in Python it loads into your own module by:",
        f'    module.load_state_dict(safetensors.torch.load_file("{file}"))',
    )


@command(app)
def evaluate(
    session: Session,
    number: Number = None,
    *,
    data: Annotated[
        str | None,
        typer.Option(
            help='"digits", an .npz file with x and y, or a folder of LEAF JSON. Default: the settings\' test data, '
            "or all of their data.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Measure a model's accuracy on data of your own."""
    from folkmoot.cli.evaluation import measure  # noqa: PLC0415 - it imports PyTorch, which takes its time

    task = session.task
    parameters = task.parameters()
    number, pointer = model_pointer(task, parameters, number)
    blobs = blobs_of(session, task, parameters)
    found, samples = measure(session.config, blobs.descriptor, blobs.fetch_model(pointer), data)
    session.output.show(
        {"model": number, "accuracy": found, "samples": samples},
        f"model {number}: {percent(found)} of {samples or 'the scoring'} samples",
    )


def _models(ledger: Any, k: int) -> dict[int, bytes]:
    return {block // (k + 1): pointer for block, pointer in sorted(ledger.items()) if block % (k + 1) == 0}


def _row(model: dict[str, Any]) -> tuple[object, ...]:
    accuracy = model["accuracy"]
    measured = None if accuracy is None else percent(accuracy)
    return model["model"], measured, model["cid"], model["stored"]
