"""Prove properties of the contracts for every input (tests/proofs), by symbolic execution of their code with halmos.

``python -m tools.prove [WORD]...``: all proofs, or those of files whose names contain a word. What is named ``prove_``
must hold on every path; what is named ``refute_`` is false on purpose, and halmos must find a counterexample: else its
proofs could tell nothing. A solver that gives up and a loop that was cut short are failures like any other. Halmos
contradicts brownie's pins, hence an environment of its own, made on the first run.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tools.workcopy import ROOT

PROOFS = ROOT / "tests" / "proofs"
HALMOS = ROOT / ".venv" / "halmos"
PACKAGES = ROOT / "tools" / "halmos.txt"
RESULTS = ROOT / "build" / "proofs.json"
OPTIONS = (
    *("--forge-build-out", "build/proofs", "--function", "(prove|refute)_", "--no-status"),
    *("--loop", "256"),  # more turns than any loop here takes
    *("--solver-timeout-assertion", "300s"),
)
OUTCOMES = ("holds", "counterexample", "solver gave up", "stuck", "reverts on every path", "error")
CUT_SHORT = "paths have not been fully explored"  # what halmos says of loops, those of a set-up too


def install() -> None:
    """Make halmos's environment, unless it has what `PACKAGES` lists."""
    installed = HALMOS / "installed.txt"
    if installed.exists() and installed.read_text() == PACKAGES.read_text():
        return
    subprocess.run([sys.executable, "-m", "venv", "--clear", HALMOS], check=True)
    pip = (HALMOS / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    subprocess.run([*pip, "--requirement", PACKAGES], check=True)
    installed.write_text(PACKAGES.read_text())


def run(contract: str) -> tuple[list[Mapping[str, Any]], str]:
    """Halmos's results for the proofs of one contract, and what it printed."""
    RESULTS.unlink(missing_ok=True)
    path = f"{HALMOS / 'bin'}{os.pathsep}{os.environ['PATH']}"
    environment = os.environ | {"FOUNDRY_PROFILE": "proofs", "PATH": path, "VIRTUAL_ENV": str(HALMOS)}
    command = [str(HALMOS / "bin" / "halmos"), "--contract", contract, *OPTIONS, "--json-output", str(RESULTS)]
    output = subprocess.run(
        command, cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
    ).stdout
    results = json.loads(RESULTS.read_text())["test_results"].values() if RESULTS.exists() else ()
    return [result for group in results for result in group], output


def judge(result: Mapping[str, Any]) -> tuple[bool, str]:
    """Whether a result is as it must be, and what it is in words."""
    if result["num_bounded_loops"]:
        return False, "a loop was cut short"
    wanted = 1 if result["name"].startswith("refute_") else 0
    sound = wanted == 0 or any(model["is_valid"] for model in result["models"])
    return result["exitcode"] == wanted and sound, OUTCOMES[result["exitcode"]]


def prove(contract: str) -> Iterator[bool]:
    """Whether each proof of a contract is as it must be, printed as a line; what halmos printed follows a failure."""
    results, output = run(contract)
    verdicts = []
    for result in results:
        good, outcome = judge(result)
        name = f"{contract}.{result['name'].partition('(')[0]}"
        print(f"{'ok' if good else 'FAILED':6} {result['time'][0]:6.1f} s  {name}: {outcome}", flush=True)
        verdicts.append(good)
    if not verdicts or CUT_SHORT in output:
        verdicts.append(False)
    if not all(verdicts):
        print(output)
    yield from verdicts


def contracts(words: Iterable[str]) -> list[str]:
    """The contracts with proofs whose files' names contain one of the words; all of them without any."""
    stems = [path.name.removesuffix(".t.sol") for path in sorted(PROOFS.glob("*.t.sol"))]
    return [f"{stem}Proof" for stem in stems if not words or any(word.lower() in stem.lower() for word in words)]


def main() -> int:
    """Run the proofs that the command line names; 1 unless each is as it must be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", nargs="*", metavar="WORD", help="run only files with one of these in their names")
    chosen = contracts(parser.parse_args().words)
    install()
    verdicts = [verdict for contract in chosen for verdict in prove(contract)]
    print(f"{len(verdicts)} proofs and refutations, {verdicts.count(False)} failed")
    return int(not verdicts or not all(verdicts))


if __name__ == "__main__":
    sys.exit(main())
