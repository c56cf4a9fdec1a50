"""How soon the page shows a task, and what it asks for: `python -m scripts.bench_page [--rounds 20 500]`.

Each task is played by real contracts on an Anvil, five members train for real. `folkmoot page` serves it twice: with
nothing kept of the chain's logs, and with what the first one kept. A real Chromium looks at the task's view.
"""

import argparse
import json
import os
import subprocess
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from experiments.data import digits
from experiments.systems import task
from folkmoot.simulation import Plan, Played, simulate
from tests.support.browsing import CHROMIUM, ROOT, page_of

MEMBERS = 5


def plan(rounds: int) -> Plan:
    """All train and judge."""
    learning: dict[str, Any] = {"epochs": 1, "learning_rate": "0.1", "batch": 16, "total_rounds": rounds}
    chosen = task("bflc", members=MEMBERS, trainers=MEMBERS, committee=MEMBERS, seats_train=True, **learning)
    return Plan(task=chosen, shares=digits(MEMBERS, 3), seed=3)


def looked(played: Played, cache: Path) -> dict[str, Any]:
    """What a browser measures at a page that keeps logs in `cache`."""
    options = ("--rpc", played.chain.url, "--federation", played.deployment.federation, "--cache", str(cache))
    with page_of(*options) as page:
        told = {"PAGE": f"{page}#/task/0", "CHROMIUM": str(CHROMIUM)}
        command = ["node", "--import", "tsx", "tests/browser/measure.ts"]
        run = subprocess.run(
            command, cwd=ROOT / "page", env=os.environ | told, text=True, capture_output=True, check=True
        )
    found: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return found


def measured(rounds: int) -> tuple[str, ...]:
    """One row."""
    with simulate(plan(rounds)) as played, tempfile.TemporaryDirectory() as folder:
        for _ in played.rounds.play():
            played.blobs.begin()
        first, again = (looked(played, Path(folder)) for _ in range(2))
    times = (f"{min(one['first'])} {median(one['first']):.0f} {max(one['first'])}" for one in (first, again))
    return (str(rounds), *times, str(again["opening"]), str(again["minutely"]))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Time the page.")
    parser.add_argument("--rounds", type=int, nargs="+", default=[20, 500], help="(default: %(default)s)")
    console = Console()
    columns = ("rounds", "view, ms", "again, ms", "requests to open", "requests a minute")
    grid = Table(*columns, title="Time to the first view: least, median, most of five")
    for rounds in parser.parse_args().rounds:
        with console.status(f"{rounds} rounds"):
            grid.add_row(*measured(rounds))
    console.print(grid)


if __name__ == "__main__":
    main()
