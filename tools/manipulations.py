"""Play honest tasks, of which the audit must find nothing, and one hundred manipulations, each of which it must find.

``python -m tools.manipulations [--seed N]``. The honest tasks are random lives of every preset with recoveries, pauses,
roll-backs, departures and failing rules. The manipulations are contracts that do otherwise, nodes that tell otherwise,
storage, code and blobs that were altered, and managers without a quorum. One counts as caught only by the sentence
that names it. A seed draws the same again. Fails if an honest task is accused or a manipulation is not caught.
"""

import argparse
import secrets
import shutil
import sys
import time
from random import Random

from tests.manipulations.honest import LARGE, SHAPES, false_findings, live, live_large
from tests.manipulations.hundred import Result, table, try_all
from tests.manipulations.town import town
from tools import contracts
from tools.workcopy import ROOT

FOLDER = ROOT / "build" / "manipulations" / "blobs"
LIVES_OF_A_SHAPE = 2


def main() -> int:
    """Play as the command line says; 1 if something was accused falsely or not caught."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=lambda text: int(text, 0), help="default: a new one")
    options = parser.parse_args()
    seed = secrets.randbelow(2**32) if options.seed is None else options.seed
    print(f"seed {seed}", flush=True)
    contracts.build()
    shutil.rmtree(FOLDER, ignore_errors=True)
    started = time.monotonic()
    accused = honest(seed)
    results = try_all(FOLDER / "manipulated", seed, _say)
    caught = sum(not result.fault for result in results)
    print(f"{caught} of {len(results)} caught")
    print(*table(results), sep="\n")
    print(f"honest tasks accused: {accused}; seed {seed}, {time.monotonic() - started:.0f} s")
    return int(caught < len(results) or accused > 0)


def honest(seed: int) -> int:
    """Audit honest tasks; how many sentences were said against them."""
    accused = played = 0
    random = Random(seed)  # noqa: S311 - reproducible draws, not secrets
    for number in range(LIVES_OF_A_SHAPE):
        with town(FOLDER / f"honest-{number}") as here:
            for shape in SHAPES:
                live(here, shape, random.randrange(2**32))
            accused += _told(here.audit())
            played += len(SHAPES)
    for members, settings in LARGE:
        with town(FOLDER / f"large-{members}", members=members) as here:
            live_large(here, settings, random.randrange(2**32))
            accused += _told(here.audit())
            played += 1
    print(f"{played} honest tasks, {accused} findings", flush=True)
    return accused


def _told(report: object) -> int:
    found = [*false_findings(report)]  # type: ignore[arg-type]
    for text in found:
        print(f"accused falsely: {text}", flush=True)
    return len(found)


def _say(result: Result) -> None:
    name = f"{result.manipulation.family}: {result.manipulation.kind}"
    print(f"NOT CAUGHT  {name}: {result.fault}" if result.fault else f"caught      {name}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
