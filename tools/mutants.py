"""Break the contracts on purpose, one small edit at a time (tests/mutants/contracts.toml): the tests must notice.

``python -m tools.mutants [PART OF A NAME]...``. Each mutant gets the Solidity tests first, with few random draws; one
that survives them gets brownie's, and then the Solidity tests with all their draws. Fails if one survives all.
"""

import argparse
import os
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from tools import workcopy

MUTANTS = workcopy.ROOT / "tests" / "mutants" / "contracts.toml"
AT_ONCE = 2
COPIES = [workcopy.ROOT / "build" / "mutants" / f"copy-{number}" for number in range(AT_ONCE)]
# Measuring tests take long, and would notice every edit by its gas. So the optimiser, which takes longer than all
# other tests, has nothing to do. A failing game need not be made shorter.
FORGE_BUILD = ("forge", "build")
FORGE_TESTS = (
    *("forge", "test", "--fail-fast", "--no-match-contract", "^(Gas|Inclusions|Limits|Roles|Scale)Test$"),
    *("--no-match-test", "granted_gas"),
)
FORGE_SETTINGS = {
    "FOUNDRY_OPTIMIZER": "false",
    "FOUNDRY_CODE_SIZE_LIMIT": "1000000",
    "FOUNDRY_OUT": "build/forge-plain",
    "FOUNDRY_CACHE_PATH": "build/forge-plain-cache",
    "FOUNDRY_INVARIANT_SHRINK_RUN_LIMIT": "0",
}
FEW_DRAWS = {"FOUNDRY_FUZZ_RUNS": "32", "FOUNDRY_INVARIANT_RUNS": "4"}  # most mutants do not need more to die
KILLED = ("killed by forge", "killed by brownie")
SURVIVED = "SURVIVED"
BROKEN = "does not compile"
COMPILE = (sys.executable, "-m", "tools.compile")
BROWNIE_TESTS = (sys.executable, "-m", "pytest", "tests/contracts", "-q", "-x")


@dataclass(frozen=True, slots=True)
class Mutant:
    """One edit: `find`, which stands exactly once in `file`, becomes `replace`."""

    name: str
    file: str
    find: str
    replace: str

    def edited(self, root: Path) -> str:
        """The file of the checkout at `root`, with the edit.

        Raises:
            ValueError: if `find` does not stand there exactly once.
        """
        source = (root / "contracts" / self.file).read_text()
        if source.count(self.find) != 1:
            raise ValueError(f"{self.name}: {self.find!r} stands {source.count(self.find)} times in {self.file}")
        return source.replace(self.find, self.replace)

    def apply(self, root: Path) -> None:
        """Make the edit in the checkout at `root`."""
        (root / "contracts" / self.file).write_text(self.edited(root))


def load(wanted: list[str]) -> list[Mutant]:
    """The mutants whose names contain one of the words in `wanted`; all of them without any."""
    mutants = [Mutant(**entry) for entry in tomllib.loads(MUTANTS.read_text())["mutant"]]
    return [mutant for mutant in mutants if not wanted or any(word in mutant.name for word in wanted)]


def passes(root: Path, command: tuple[str, ...], **settings: str) -> bool:
    """Whether a command succeeds in the checkout at `root`, with these variables in its environment."""
    environment = os.environ | settings
    return subprocess.run(command, cwd=root, env=environment, capture_output=True, check=False).returncode == 0


def fate(root: Path, mutant: Mutant | None = None) -> str:
    """What the tests say in a fresh copy at `root`: of the mutant, or of the contracts as they are."""
    workcopy.make(root)
    if mutant:
        mutant.apply(root)
    if not passes(root, FORGE_BUILD, **FORGE_SETTINGS):
        return BROKEN
    if not passes(root, FORGE_TESTS, **FORGE_SETTINGS, **FEW_DRAWS):
        return KILLED[0]
    if not passes(root, COMPILE):
        return BROKEN
    if not passes(root, BROWNIE_TESTS):
        return KILLED[1]
    return SURVIVED if passes(root, FORGE_TESTS, **FORGE_SETTINGS) else KILLED[0]


def try_all(mutants: list[Mutant]) -> list[str]:
    """The fates of mutants, `AT_ONCE` of them at a time, each printed as soon as it is known."""
    copies: SimpleQueue[Path] = SimpleQueue()
    for place in COPIES:
        copies.put(place)

    def one(mutant: Mutant) -> str:
        copy = copies.get()
        try:
            result = fate(copy, mutant)
        finally:
            copies.put(copy)
        print(f"{result:17} {mutant.name}", flush=True)
        return result

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, mutants))


def main() -> int:
    """Try the mutants that the command line names; 1 unless every one is killed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", nargs="*", metavar="WORDS", help="try only mutants with one of these in their names")
    mutants = load(parser.parse_args().words)
    if (found := fate(COPIES[0])) != SURVIVED:
        raise SystemExit(f"The contracts as they are: {found}. Such tests can tell nothing about mutants.")
    alive = [result for result in try_all(mutants) if result not in KILLED]
    print(f"{len(mutants)} mutants, {len(mutants) - len(alive)} killed")
    return int(bool(alive))


if __name__ == "__main__":
    sys.exit(main())
