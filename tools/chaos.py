"""Besiege federations of real workers: faulty nodes, kills, halts, re-organisations, stores that are away or full.

``python -m tools.chaos [--seconds N] [--seed N]``. One federation follows another, each by a plan of its own. A seed
gives the same plans again; the time says how many of them. Where S3 and Kubo are (`FOLKMOOT_NODES`), every third
federation each has its blobs there. Fails with the first federation that does not survive.
"""

import argparse
import secrets
import shutil
import sys
import time

from tests.chaos.siege import Fallen, besiege_for
from tools.workcopy import ROOT

FOLDER = ROOT / "build" / "chaos"  # the members' files of the last run
ROUNDS = 20  # of each federation


def main() -> int:
    """Besiege as the command line says; 1 if a federation fell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=600, help="default: %(default)s")
    parser.add_argument("--seed", type=lambda text: int(text, 0), help="of the first federation; default: a new one")
    options = parser.parse_args()
    seed = secrets.randbelow(2**32) if options.seed is None else options.seed
    print(f"seed {seed}", flush=True)
    shutil.rmtree(FOLDER, ignore_errors=True)
    started = time.monotonic()
    try:
        report = besiege_for(FOLDER, options.seconds, seed, rounds=ROUNDS, say=_say)
    except Fallen as fallen:
        print(f"{fallen}\nall of it is in {FOLDER}")
        return 1
    print(f"{report}, all survived; seed {seed}, {time.monotonic() - started:.0f} s")
    return 0


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
