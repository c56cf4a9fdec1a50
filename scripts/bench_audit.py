"""How long an audit takes beside the task that it judges: `python -m scripts.bench_audit [--members 5 100]`.

Each task is played by real contracts on an Anvil, its members train for real, in one process. Then it is audited twice:
from nothing, and again with what the first audit kept. All on one machine, one after the other:
the ratio is what to look at.
"""

import argparse
import tempfile
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import Any

from rich.console import Console
from rich.table import Table

from experiments.data import digits
from experiments.systems import active, task
from folkmoot.audit.checkpoint import Checkpoint
from folkmoot.audit.examination import Examination, Look
from folkmoot.audit.report import Outcome
from folkmoot.chain.logbook import Logbook
from folkmoot.simulation import Plan, Played, simulate
from folkmoot.task_blobs import TaskBlobs

ROUNDS = 3
PEERS = 15
MOST_SHARES = 100  # of the digits; more members have the same ones


def plan(members: int) -> Plan:
    """Few members all train and judge; of a crowd a tenth judges, and seven tenths take part in a round."""
    learning: dict[str, Any] = {"epochs": 1, "learning_rate": "0.1", "batch": 16, "total_rounds": ROUNDS}
    if members <= PEERS:
        chosen = task("bflc", members=members, trainers=members, committee=members, seats_train=True, **learning)
    else:
        seats = members // 10
        chosen = task("bflc", members=members, committee=seats, **active(members, 0.7, seats), **learning)
    shares = digits(min(members, MOST_SHARES), 3)
    copies = -(-members // MOST_SHARES)
    return Plan(task=chosen, shares=replace(shares, members=(*shares.members,) * copies), seed=3)


def audited(played: Played, folder: Path) -> tuple[float, int]:
    """Seconds of an audit with what an earlier one kept in a folder, and how many events it judged."""
    began = monotonic()
    client, p = played.chain.client, played.task.parameters()
    blobs = TaskBlobs(played.store, played.blobs.descriptor, task=played.task.address, first_model=p.model)
    report = Examination(
        nodes=[Look("", client, Logbook(client, folder))],
        record=played.deployment,
        blobs=lambda _: blobs,
        checkpoint=Checkpoint(folder / "checked"),
    ).report()
    if report.outcome != Outcome.HOLDS:
        raise SystemExit(f"it does not hold: {report.all_findings or report.all_unseen}")
    return monotonic() - began, len(Logbook(client, None).events([played.task.address], from_block=0))


def measured(members: int) -> tuple[str, ...]:
    """One row: members, events, seconds of the task, of an audit, of one more, and how many times faster."""
    with simulate(plan(members)) as played, tempfile.TemporaryDirectory() as folder:
        began = monotonic()
        for _ in played.rounds.play():
            played.blobs.begin()
        task_s = monotonic() - began
        first, events = audited(played, Path(folder))
        again, _ = audited(played, Path(folder))
    return (str(members), str(events), *(f"{s:.1f}" for s in (task_s, first, again)), f"{task_s / first:.0f}")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Time audits beside their tasks.")
    parser.add_argument("--members", type=int, nargs="+", default=[5, 100], help="(default: %(default)s)")
    console = Console()
    grid = Table("members", "events", "task, s", "audit, s", "again, s", "times faster", title=f"{ROUNDS} rounds")
    for members in parser.parse_args().members:
        with console.status(f"{members} members"):
            grid.add_row(*measured(members))
    console.print(grid)


if __name__ == "__main__":
    main()
