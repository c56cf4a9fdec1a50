"""`update`: what members submitted to a task's rounds, as safetensors for any use."""

from pathlib import Path
from typing import Annotated

import typer

from folkmoot.chain import TaskState, Update, Verdict, replay
from folkmoot.cli.command import Author, command, group
from folkmoot.cli.encryption import task_blobs
from folkmoot.cli.session import Session
from folkmoot.cli.task_status import is_scored
from folkmoot.cli.tensor_files import provenance, with_bar, write_tensors
from folkmoot.errors import ConfigError
from folkmoot.store import cid

app = group("update", "A task's updates, one of each trainer in a round.")


@command(app)
def get(
    session: Session,
    number: Annotated[int, typer.Argument(metavar="ROUND", min=0, help="The round's number.", show_default=False)],
    author: Author,
    *,
    output: Annotated[
        Path | None, typer.Option(help="New file. Default: update-ROUND-ADDRESS.safetensors.", show_default=False)
    ] = None,
) -> None:
    """Save an update as a safetensors file, whose metadata say which task, round, model and author it comes from."""
    task = session.task
    parameters = task.parameters()
    state = replay(session.events(task.address), task=task.address, parameters=parameters)
    update, pointer, judged = _found(state, number, author)
    parent = state.ledger.get(number, parameters.model)
    blobs = task_blobs(session, parameters)
    weights = with_bar(
        session, blobs, "update", lambda: blobs.fetch_update(pointer, round=number, author=author, parent=parent)
    )
    file = output or Path(f"update-{number}-{author}.safetensors")
    facts = {"round": number, "author": author, "samples": update.samples}
    write_tensors(file, weights, provenance(session, pointer, [parent], contributors=[author], **facts))
    session.output.show(
        {**facts, **judged, "pointer": pointer, "cid": cid(pointer), "file": file},
        f"the update of {author} in round {number} is in {file}",
    )


def _found(state: TaskState, number: int, author: str) -> tuple[Update, bytes, dict[str, object]]:
    """An update, its pointer, and what the round found about it, as far as it has. Raises `ConfigError`."""
    entry = next((entry for entry in (*state.past, state.running) if entry.round.number == number), None)
    updates = entry.updates if entry else ()
    for update, pointer in zip(updates, entry.pointers if entry else (), strict=True):
        if entry and update.author == author:
            settled = update.verdict != Verdict.NONE
            judged: dict[str, object] = {
                "verdict": update.verdict.name.lower() if settled else None,
                "score": update.score if settled and is_scored(entry, update) else None,
                "rank": update.rank or None,
            }
            return update, pointer, judged
    others = ", ".join(update.author for update in updates)
    hint = f"these did: {others}" if others else "nobody did: see `folkmoot history`"
    raise ConfigError(f"{author} submitted no update in round {number}", hint)
