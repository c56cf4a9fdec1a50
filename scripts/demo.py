"""`make demo`: twelve worker processes train one model on a local chain, though two of them misbehave.

Anvil, a federation (3 managers, 2 of whom decide), 12 members with keystores and processes of their own, and a task of
6 rounds with a committee of 5 and 5 accepted updates a round. The digits are shared out by Dirichlet(0.5), a test set
is held back. One member submits Gaussian noise; one of the first committee praises everybody.

`make demo ARGS="--seed 3"` draws other data, weights and keys. Everything that was written lies in runs/demo/.
"""

import argparse
import sys

from rich.columns import Columns
from rich.console import Console

from folkmoot.errors import FolkmootError
from scripts.demonstration.findings import findings, sentences
from scripts.demonstration.play import RUNS, Played, play
from scripts.demonstration.processes import INTERRUPTED, interruptible
from scripts.demonstration.report import rounds_of
from scripts.demonstration.tables import member_table, round_table
from scripts.demonstration.telling import make_console


def main() -> int:
    """Play the demonstration that the command line asks for, and show what came of it."""
    parser = argparse.ArgumentParser(prog="make demo", description="Train one model in 12 worker processes.")
    parser.add_argument("--seed", type=int, default=0, help="of data, weights and keys (default: %(default)s)")
    parser.add_argument("--name", default="demo", help="folder under runs/ (default: %(default)s)")
    options = parser.parse_args()
    console = make_console()
    folder = RUNS / options.name
    try:
        with interruptible():
            played = play(folder, options.seed, console)
    except KeyboardInterrupt:
        console.print("Stopped; no process is left.")
        return INTERRUPTED
    except FolkmootError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    show(played, console)
    print(f"Written: {', '.join(str((folder / n).relative_to(RUNS.parent)) for n in ('accuracy.png', 'report.json'))}")
    return 0


def show(played: Played, console: Console) -> None:
    """A table a round, a table a member, and what they prove."""
    people = {person.address: person for person in played.people}
    for report, found in zip(played.report.rounds, rounds_of(played.state), strict=True):
        console.print(round_table(report, found, played.state, people), "")
    members = zip(played.report.members, played.people, strict=True)
    console.print(Columns(member_table(report, person, played.state, played.shares) for report, person in members))
    for sentence in sentences(findings(played.report, played.state, played.people)):
        console.print(sentence, highlight=False)
    console.print(f"Final accuracy {played.report.final_accuracy:.2%}, {played.report.wall_seconds:.0f} s.")


if __name__ == "__main__":
    sys.exit(main())
