"""`make bench`: the demonstration with the seeds 0 to 4, one after the other, compared with what is expected.

Fails if the median of the final accuracies is below 0.93 or the worst below 0.90. Each run is stored in runs/bench/.
"""

import argparse
import sys
from collections.abc import Sequence
from statistics import median

from rich.console import Console
from rich.table import Table

from folkmoot.errors import FolkmootError
from folkmoot.exit_codes import FAILED, INTERRUPTED
from folkmoot.testing.processes import interruptible, leave
from scripts.demo import RUNS, play
from scripts.demo_findings import findings
from scripts.demo_output import make_console
from scripts.demo_settings import Plan
from scripts.demo_watch import Played

SEEDS = range(5)
MEDIAN, WORST = 0.93, 0.90


def main() -> int:
    """Play all, and compare."""
    parser = argparse.ArgumentParser(prog="make bench", description="Play the demonstration with several seeds.")
    parser.add_argument("--seeds", type=int, nargs="+", default=list(SEEDS), metavar="SEED", help="default: 0 to 4")
    seeds = parser.parse_args().seeds
    console = make_console()
    try:
        with interruptible():
            played = [play_one(seed, console) for seed in seeds]
    except KeyboardInterrupt:
        console.print("Stopped; no process is left.")
        leave(INTERRUPTED)
    except FolkmootError as error:
        print(f"bench: {error}", file=sys.stderr)
        return FAILED
    console.print(table(seeds, played))
    finals = [entry.report.final_accuracy for entry in played]
    print(
        f"Final accuracy: median {median(finals):.4f} (at least {MEDIAN}), worst {min(finals):.4f} (at least {WORST})"
    )
    return int(median(finals) < MEDIAN or min(finals) < WORST)


def play_one(seed: int, console: Console) -> Played:
    """Play it with one seed. Raises `FolkmootError`."""
    console.rule(f"seed {seed}")
    return play(RUNS / "bench" / f"seed-{seed}", Plan(seed=seed), console)


def table(seeds: Sequence[int], played: Sequence[Played]) -> Table:
    """A row a seed."""
    shown = Table("seed", "final accuracy", "noise", "honest suspended", "rounds with liar", "swayed", "seconds")
    for seed, entry in zip(seeds, played, strict=True):
        found = findings(entry.report, entry.state, entry.members)
        shown.add_row(
            str(seed),
            f"{entry.report.final_accuracy:.2%}",
            f"{found.noise_blocks} blocks, {'suspended' if found.noise_suspended else 'not suspended'}",
            ", ".join(found.honest_suspended) or "none",
            ", ".join(map(str, found.rounds_with_liar)),
            ", ".join(map(str, found.rounds_swayed)) or "none",
            f"{entry.report.wall_seconds:.0f}",
        )
    return shown


if __name__ == "__main__":
    sys.exit(main())
