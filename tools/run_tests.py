"""Run the test suites, each by its own runner; the last line printed sums them all up.

``python -m tools.run_tests [--evm EVM] [TARGET[@EVM]]...``: a target is the name of a suite, or a file of one. For
another EVM version than the configured one the target runs in a copy that is compiled for it.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from tools import forge, workcopy

CLOSING_LINE = workcopy.ROOT / "build" / "closing-line"  # what was printed last, for scripts
NO_TESTS_COLLECTED = 5  # pytest's exit code
SIDE_BY_SIDE = ("-n", "auto", "--maxprocesses", "4", "--dist", "loadfile")  # each process has chains of its own
Outcome = tuple[int, str]  # exit code, JUnit report


@dataclass(frozen=True, slots=True)
class Totals:
    """Numbers of tests."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Totals") -> "Totals":
        return Totals(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self) -> str:
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"


@dataclass(frozen=True, slots=True)
class Suite:
    """A directory under tests/: which files are its tests, and who runs them."""

    pattern: str
    run: Callable[[Path, str], Outcome]


def run_forge(root: Path, target: str) -> Outcome:
    """Run Solidity tests; forge prints nothing but the report, so what failed is repeated from it."""
    only = ["--match-path", target] if target.endswith(".sol") else []
    result = forge.run("test", "--junit", *only, root=root, stdout=subprocess.PIPE, check=False)
    for case in cases(result.stdout):
        if case.find("failure") is not None:
            print(case.findtext("system-out"))
    return result.returncode, result.stdout


def run_pytest(root: Path, target: str, *options: str) -> Outcome:
    """Run Python tests, their output going straight to the terminal."""
    report = root / "build" / "junit.xml"
    report.unlink(missing_ok=True)
    command = [sys.executable, "-m", "pytest", target, f"--junitxml={report}", *SIDE_BY_SIDE, *options]
    code = subprocess.run(command, cwd=root, check=False).returncode
    text = report.read_text() if report.exists() else ""
    return (0 if code == NO_TESTS_COLLECTED else code), text


def run_brownie_pytest(root: Path, target: str) -> Outcome:
    """Run Python tests with brownie, compiled beforehand: processes side by side would compile into one directory."""
    if (code := subprocess.run(["brownie", "compile"], cwd=root, check=False).returncode) != 0:
        return code, ""
    return run_pytest(root, target)


def run_plain_pytest(root: Path, target: str, *options: str) -> Outcome:
    """Run Python tests without brownie, whose plugin would compile everything and start a chain."""
    return run_pytest(root, target, "-p", "no:pytest-brownie", *options)


def run_single_pytests(root: Path, target: str) -> Outcome:
    """Run Python tests that share no chain, each in whichever process is free: some take long, all in one file."""
    return run_plain_pytest(root, target, "--dist", "worksteal")


SUITES = {
    "forge": Suite("*.t.sol", run_forge),
    "contracts": Suite("test_*.py", run_brownie_pytest),
    "folkmoot": Suite("test_*.py", run_plain_pytest),
    "experiments": Suite("test_*.py", run_single_pytests),
    "integration": Suite("test_*.py", run_plain_pytest),
}


def cases(report: str) -> Iterable[ElementTree.Element]:
    """The test cases of a JUnit report; none when the runner wrote no report."""
    return ElementTree.fromstring(report).iter("testcase") if report.lstrip().startswith("<") else ()  # noqa: S314 - ours


def count(outcome: Outcome) -> Totals:
    """Count a report's cases. A runner that fails without naming a test (it did not compile) counts as one failure."""
    code, report = outcome
    kinds = [{child.tag for child in case} for case in cases(report)]
    failed = sum(bool(kind & {"failure", "error"}) for kind in kinds)
    skipped = sum("skipped" in kind for kind in kinds)
    return Totals(len(kinds) - failed - skipped, failed or int(code != 0), skipped)


def run(target: str, evm: str) -> Totals:
    """Run one target, a suite's name or a file under tests/."""
    path = Path("tests", target) if target in SUITES else Path(target)
    suite = SUITES[path.parts[1]]
    if not any((workcopy.ROOT / path).rglob(suite.pattern)) and not path.is_file():
        print(f"\n--- {path}: no tests there ---", flush=True)
        return Totals()
    print(f"\n--- {path} ({evm}) ---", flush=True)
    root = workcopy.ROOT if evm == workcopy.configured_evm() else workcopy.make_for_evm(evm)
    os.environ["EVM"] = evm  # for tests that start a chain of their own
    totals = count(suite.run(root, str(path)))
    print(f"--- {path} ({evm}): {totals} ---", flush=True)
    return totals


def known(target: str) -> str:
    """Argument type: a suite's name or an existing file of one, perhaps with ``@EVM``."""
    name = target.partition("@")[0]
    path = Path(name)
    is_file = (workcopy.ROOT / path).is_file() and path.parts[0] == "tests" and path.parts[1] in SUITES
    if name not in SUITES and not is_file:
        raise argparse.ArgumentTypeError(f"{name!r} is neither a file of a suite nor one of {', '.join(SUITES)}")
    return target


def main() -> int:
    """Run what the command line names, all suites by default; 0 if nothing failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "targets", nargs="*", type=known, metavar="TARGET[@EVM]", help=f"of {', '.join(SUITES)}; default all"
    )
    parser.add_argument("--evm", default=workcopy.configured_evm(), help="default: %(default)s")
    options = parser.parse_args()
    CLOSING_LINE.parent.mkdir(exist_ok=True)
    CLOSING_LINE.unlink(missing_ok=True)
    totals = Totals()
    for target in options.targets or SUITES:
        name, _, evm = target.partition("@")
        totals += run(name, evm or options.evm)
    CLOSING_LINE.write_text(f"{totals}\n")
    print(f"\n{totals}", flush=True)
    return int(totals.failed > 0)


if __name__ == "__main__":
    sys.exit(main())
