"""Play the stateful campaign (SPECIFICATION.md, section 13) at length, in a copy of the contracts that has small pages.

``python -m tools.fuzz [--seconds N] [--seed HEX]``. What the contracts do in pages of 64 to 250 they do there in pages
of the size that the campaign sets, mostly 1 to 6: as the base fee, which they do not read otherwise. Beside it the
Python tests that are marked `fuzz` run again and again, with many inputs each. A seed plays the same games and draws
the same inputs in the same order; the time says how many of them. Fails if a property or a test does.
"""

import argparse
import os
import re
import secrets
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

from tools import forge, workcopy

COPY = workcopy.ROOT / "build" / "fuzz"
PAGE = ("uint256 constant PAGE = 16;", "uint256 constant PAGE = 4;")  # scores a word: a layout, so no variable
PAGE_SIZES = re.compile(r"uint256 \w+ constant (MAX_PER_CALL|MAX_SINGLE_CALL) = \d+;")
PAGED = 3  # declarations of these: recoveries, carried rounds, all participants
VARIABLE = "block.basefee"
CAMPAIGN = ("--match-contract", "^Invariants$", "--match-test", "^invariant_")
SETTINGS = {
    "FOUNDRY_INVARIANT_RUNS": str(2**32 - 1),  # until the time is over
    "FOUNDRY_INVARIANT_DEPTH": "500",
    "FOUNDRY_INVARIANT_CHECK_INTERVAL": "10",  # calls; what events tell is looked at with each
    "FOUNDRY_INVARIANT_SHRINK_RUN_LIMIT": "50",
}
MARKED = ("-m", "fuzz", "tests/folkmoot", "-p", "no:pytest-brownie", "-q")
PROFILE = {"HYPOTHESIS_PROFILE": "long"}  # see tests/folkmoot/conftest.py
RESULT = re.compile(r"\[(PASS|FAIL).*\(runs: (\d+), calls: (\d+), reverts: (\d+)\)", re.DOTALL)


def make_pages_small(contracts: Path) -> None:
    """Edit the sources in the folder `contracts`.

    Raises:
        ValueError: if the sizes of pages are not declared there as expected.
    """
    state = contracts / "rounds" / "State.sol"
    if PAGE[0] not in state.read_text():
        raise ValueError(f"{state} has not {PAGE[0]!r}")
    state.write_text(state.read_text().replace(*PAGE))
    declared = 0
    for file in sorted(contracts.rglob("*.sol")):
        source, count = PAGE_SIZES.subn("", file.read_text())
        declared += count
        file.write_text(re.sub(r"\b(Enrolment\.)?(MAX_PER_CALL|MAX_SINGLE_CALL)\b", VARIABLE, source))
    if declared != PAGED:
        raise ValueError(f"{declared} sizes of pages are declared, not {PAGED}")


def play(seconds: int, seed: str) -> tuple[bool, str]:
    """Play for so many seconds. Whether all held, and what forge printed.

    Raises:
        CalledProcessError: if the copy does not compile.
    """
    make_pages_small(workcopy.make(COPY) / "contracts")
    forge.run("build", "--silent", root=COPY, check=True)
    environment = SETTINGS | os.environ | {"FOUNDRY_INVARIANT_TIMEOUT": str(seconds)}
    result = forge.run("test", *CAMPAIGN, "--fuzz-seed", seed, root=COPY, env=environment, capture_output=True)
    return result.returncode == 0, f"{result.stdout}{result.stderr}"


def draw(seconds: int, seed: str) -> tuple[int, str]:
    """Run the marked Python tests until so many seconds have passed, and once at least, each time by another seed.

    How many times they passed, and what pytest printed if they failed then.
    """
    ends = time.monotonic() + seconds
    for times in count():
        if times and time.monotonic() >= ends:
            return times, ""
        command = [sys.executable, "-m", "pytest", *MARKED, f"--hypothesis-seed={int(seed, 16) + times}"]
        result = subprocess.run(
            command, cwd=workcopy.ROOT, env=os.environ | PROFILE, capture_output=True, text=True, check=False
        )
        if result.returncode:
            return times, f"{result.stdout}{result.stderr}"
    raise AssertionError  # the loop has no end


def main() -> int:
    """Play as the command line says; 1 if a property did not hold."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=600, help="default: %(default)s")
    parser.add_argument("--seed", help="hexadecimal; default: a new one")
    options = parser.parse_args()
    seed = options.seed or f"0x{secrets.token_hex(8)}"
    print(f"seed {seed}", flush=True)
    started = time.monotonic()
    with ThreadPoolExecutor() as pool:
        drawing = pool.submit(draw, options.seconds, seed)
        held, output = play(options.seconds, seed)
    times, fault = drawing.result()
    found = RESULT.search(output)
    if not held or found is None or fault:
        print(output if not held or found is None else "", fault)
        return 1
    _, games, calls, reverts = found.groups()
    print(f"the Python tests marked fuzz passed {times} times")
    took = time.monotonic() - started
    print(f"{calls} calls in {games} games, {reverts} reverted; seed {seed}, {took:.0f} s, building included")
    return 0


if __name__ == "__main__":
    sys.exit(main())
