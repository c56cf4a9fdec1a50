"""Run the test suites, four at a time, each by its own runner; the last line printed sums them all up.

``python -m tools.run_tests [--evm EVM] [TARGET[@EVM]]...``: a target is the name of a suite, or a file of one. With
``--evm`` they run in a copy that is compiled for another EVM version than the configured one, on chains by its rules;
a target's ``@EVM`` changes its chains alone: what was compiled for an older version must run by newer rules, too.
"""

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

from tools import forge, workcopy
from tools.compile import compile_contracts

CLOSING_LINE = workcopy.ROOT / "build" / "closing-line"  # what was printed last, for scripts
AT_ONCE = 4  # suites: two compute while others wait for a chain, or for the one thread of the compiler
NO_TESTS_COLLECTED = 5  # pytest's exit code
MOST_PROCESSES = 4  # of one suite, each with chains of its own


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a runner left: its exit code, its JUnit report, and what it printed."""

    code: int
    report: str
    output: str


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
    """A directory under tests/: which files are its tests, and who runs them. Without `chain` it needs no contracts.

    Those that end last have `processes` of their own, and begin with the files that take `longest`.
    """

    pattern: str
    run: Callable[[Path, str, str, int], Outcome]
    chain: bool = True
    processes: int = 1
    longest: tuple[str, ...] = ()

    def files(self, root: Path, folder: str) -> list[str]:
        """Its test files in the order in which they begin."""
        longest = [f"{folder}/{name}" for name in self.longest]
        found = {file.relative_to(root).as_posix() for file in (root / folder).rglob(self.pattern)}
        return [*longest, *sorted(found.difference(longest))]


def run_forge(root: Path, target: str, evm: str, _processes: int) -> Outcome:
    """Run Solidity tests; forge prints nothing but the report, so what failed is repeated from it."""
    only = ["--match-path", target] if target.endswith(".sol") else []
    kept = forge.report(root)
    result = forge.run_tests(*only, root=root, env=environment(evm, root))
    if result.returncode == 0 and not only:
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(result.stdout)
    texts = [case.findtext("system-out") or "" for case in cases(result.stdout) if case.find("failure") is not None]
    return Outcome(result.returncode, result.stdout, "\n".join(texts))


def run_pytest(root: Path, target: str, evm: str, processes: int, *options: str) -> Outcome:
    """Run Python tests, file by file in so many processes."""
    report = root / "build" / f"junit-{target.replace('/', '-')}.xml"
    report.unlink(missing_ok=True)
    suite = SUITES[Path(target).parts[1]]
    tests = suite.files(root, target) if suite.longest and (root / target).is_dir() else [target]
    parallel = ("-n", str(processes), "--dist", "loadfile", "--no-loadscope-reorder") if processes > 1 else ()
    command = [sys.executable, "-m", "pytest", *tests, f"--junitxml={report}", *parallel, *options]
    result = subprocess.run(
        command,
        cwd=root,
        env=environment(evm, root),
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    code = 0 if result.returncode == NO_TESTS_COLLECTED else result.returncode
    return Outcome(code, report.read_text() if report.exists() else "", result.stdout)


def run_plain_pytest(root: Path, target: str, evm: str, processes: int, *options: str) -> Outcome:
    """Run Python tests without brownie, whose plugin would load its project and start a chain."""
    return run_pytest(root, target, evm, processes, "-p", "no:pytest-brownie", *options)


def run_single_pytests(root: Path, target: str, evm: str, processes: int) -> Outcome:
    """Run Python tests that share no chain, each in whichever process is free: some take long, all in one file."""
    return run_plain_pytest(root, target, evm, processes, "--dist", "worksteal")


def run_grouped_pytests(root: Path, target: str, evm: str, processes: int) -> Outcome:
    """The same, but those of a group, which share what takes long to set up, all run in one process, from the start."""
    return run_plain_pytest(root, target, evm, processes, "--dist", "loadgroup", "--loadscope-reorder")


INTEGRATION = (
    *("test_deploy.py", "test_demo_report.py", "test_nodes.py", "testing/test_remote_chain.py", "store/test_ipfs.py"),
    *("test_encryption.py", "test_manipulations.py", "test_this_build.py", "test_verification.py", "test_rounds.py"),
)
NETWORKS = ("test_operator_guide.py", "test_geth.py", "test_real_nodes.py")
SUITES = {  # the longest first
    "integration": Suite("test_*.py", run_plain_pytest, processes=3, longest=INTEGRATION),  # many wait for workers
    "networks": Suite("test_*.py", run_plain_pytest, processes=3, longest=NETWORKS),  # they mostly wait for blocks
    "forge": Suite("*.t.sol", run_forge),
    "chaos": Suite("test_*.py", run_plain_pytest, chain=False),
    "page": Suite("test_*.py", run_plain_pytest),
    "folkmoot": Suite("test_*.py", run_single_pytests, chain=False, processes=2),
    "experiments": Suite("test_*.py", run_grouped_pytests, processes=2),
    "contracts": Suite("test_*.py", run_pytest),
}


def environment(evm: str, root: Path) -> dict[str, str]:
    """The environment of tests, which start chains of their own by the rules of `evm`, on one processor each.

    Their programs have the package of the checkout at `root`.
    """
    return os.environ | {"EVM": evm, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(root / "offchain")}


def make_copy(evm: str) -> Path:
    """A copy that compiles for `evm`, in whose package are the contracts as compiled there: that is what is deployed.

    Raises:
        CalledProcessError: if they do not compile.
    """
    root = workcopy.make_for_evm(evm)
    command = [sys.executable, "-m", "tools.export_bytecode"]
    subprocess.run(command, cwd=root, env=environment(evm, root), check=True)
    return root


def cases(report: str) -> Iterable[ElementTree.Element]:
    """The test cases of a JUnit report; none when the runner wrote no report."""
    return ElementTree.fromstring(report).iter("testcase") if report.lstrip().startswith("<") else ()  # noqa: S314 - ours


def count(outcome: Outcome) -> Totals:
    """Count a report's cases. A runner that fails without naming a test (it did not compile) counts as one failure."""
    kinds = [{child.tag for child in case} for case in cases(outcome.report)]
    failed = sum(bool(kind & {"failure", "error"}) for kind in kinds)
    skipped = sum("skipped" in kind for kind in kinds)
    return Totals(len(kinds) - failed - skipped, failed or int(outcome.code != 0), skipped)


@dataclass(frozen=True, slots=True)
class Job:
    """One target: a suite's directory, or a file of it; the checkout in which it runs, by which rules.

    Its runner may have so many processes, each of which imports everything for itself.
    """

    path: Path
    suite: Suite
    evm: str
    root: Path
    processes: int

    def run(self) -> Totals:
        """Run it, and print what its runner printed in one piece."""
        started = time.monotonic()
        outcome = self.outcome()
        totals = count(outcome)
        name = f"--- {self.path} ({self.evm})"
        took = f"{time.monotonic() - started:.0f} s"
        print(f"\n{name} ---\n{outcome.output}\n{name}: {totals} in {took} ---", flush=True)
        return totals

    def outcome(self) -> Outcome:
        """Compile what changed, if the suite needs the contracts, and run it."""
        try:
            if self.suite.chain:
                compile_contracts(self.root)
        except subprocess.CalledProcessError as error:
            return Outcome(error.returncode, "", f"The contracts do not compile:\n{error.stdout}{error.stderr}")
        return self.suite.run(self.root, str(self.path), self.evm, self.processes)


def prepare(targets: Iterable[str], usual_evm: str) -> list[Job]:
    """The jobs that targets name, in a copy of the checkout for another EVM version than the configured one."""
    jobs, targets = [], [*targets]
    root = workcopy.ROOT if usual_evm == workcopy.configured_evm() else make_copy(usual_evm)
    processes = min(MOST_PROCESSES, max(1, (os.cpu_count() or 1) // min(AT_ONCE, len(targets))))
    for target in targets:
        name, _, evm = target.partition("@")
        path = Path("tests", name) if name in SUITES else Path(name)
        suite = SUITES[path.parts[1]]
        jobs.append(Job(path, suite, evm or usual_evm, root, max(processes, suite.processes if name in SUITES else 1)))
    return jobs


def known(target: str) -> str:
    """Argument type: a suite's name or an existing file of one, perhaps with ``@EVM``."""
    name, _, evm = target.partition("@")
    path = Path(name)
    is_file = (workcopy.ROOT / path).is_file() and path.parts[0] == "tests" and path.parts[1] in SUITES
    if name not in SUITES and not is_file:
        raise argparse.ArgumentTypeError(f"{name!r} is neither a file of a suite nor one of {', '.join(SUITES)}")
    if evm and (name if name in SUITES else path.parts[1]) == "forge":
        raise argparse.ArgumentTypeError(
            f"{target!r} has no chain: forge runs by the rules that it compiles for, --evm"
        )
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
    jobs = prepare(options.targets or SUITES, options.evm)
    with ThreadPoolExecutor(AT_ONCE) as pool:
        totals = sum(pool.map(Job.run, jobs), Totals())
    CLOSING_LINE.write_text(f"{totals}\n")
    print(f"\n{totals}", flush=True)
    return int(totals.failed > 0)


if __name__ == "__main__":
    sys.exit(main())
