"""Write gas, contract sizes and storage layouts to tests/snapshots/; ``--check`` compares and holds them to budgets.

Forge measures the gas (Gas.t.sol, Limits.t.sol and Scale.t.sol in tests/forge/): whole transactions, their 21,000 and
calldata included.
"""

import argparse
import json
import re
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from tools import forge
from tools.workcopy import ROOT

SNAPSHOTS = ROOT / "tests" / "snapshots"
MEASURING = "(Gas|Limits|Roles|Scale)Test$"  # contracts of tests that log figures by name
FIGURE = re.compile(r" *(.+): (\d+)")
NOT_DEPLOYED = {"interfaces", "mocks"}
STUB = 100  # bytes; what is left of a library whose functions are all internal, and of no interest

# Gas of a transaction, or of all transactions of a round.
GAS_BUDGETS = {
    "submit an update": 63_000,
    "commit scores": 53_000,
    "reveal scores of 10 updates": 60_000,
    "whole round: 10 trainers, 5 seats": 1_950_000,
    "largest transaction at 1,000 members": 16_000_000,
}
MOST_BYTES = 24_575  # of a deployed contract
MOST_LINES = 400  # of a contract's source

Figures = dict[str, int]
Layouts = dict[str, list[str]]


def ask(*arguments: str) -> dict[str, Any]:
    """What a forge command answers in JSON.

    Raises:
        SystemExit: with forge's own words, when it does not.
    """
    result = forge.run(*arguments, "--json", capture_output=True, check=False)
    try:
        answer: dict[str, Any] = json.loads(result.stdout)
    except json.JSONDecodeError as error:
        raise SystemExit(f"{result.stdout}{result.stderr}") from error
    return answer


def measure_gas() -> Figures:
    """Gas by plain names: what the measuring tests log, which run unless all tests just did."""
    with forge.alone():
        kept = forge.report()
        return figures_of(kept.read_text() if kept.exists() else forge.run_tests("--match-contract", MEASURING).stdout)


def figures_of(report: str) -> Figures:
    """What the measuring tests logged, by a JUnit report of forge's.

    Raises:
        SystemExit: with forge's own words, when one of them failed or there is no report.
    """
    if not report.startswith("<"):
        raise SystemExit(report)
    figures: Figures = {}
    for suite in ElementTree.fromstring(report).iter("testsuite"):  # noqa: S314 - ours
        for case in suite.iter("testcase") if re.search(MEASURING, suite.get("name", "")) else ():
            logged = case.findtext("system-out", "")
            if case.find("failure") is not None:
                raise SystemExit(logged)
            matches = map(FIGURE.fullmatch, logged.split(r"\n"))
            figures |= {match[1]: int(match[2]) for match in matches if match}
    return figures


def sources() -> list[Path]:
    """The source files of what is deployed."""
    files = sorted((ROOT / "contracts").rglob("*.sol"))
    return [file for file in files if NOT_DEPLOYED.isdisjoint(file.relative_to(ROOT).parts)]


def measure_sizes() -> Figures:
    """Bytes of every contract and library that is deployed."""
    sizes = ask("build", "--sizes")
    bytes_of = {file.stem: sizes[file.stem]["runtime_size"] for file in sources() if file.stem in sizes}
    return {f"size of {name}": size for name, size in sorted(bytes_of.items()) if size > STUB}


def read_layouts() -> Layouts:
    """Where the contracts keep what, and each struct of theirs: `slot:byte name type`, as forge's last build has it."""
    layouts: Layouts = {}
    for file in sources():
        artifact = ROOT / "build" / "forge" / file.name / f"{file.stem}.json"
        layout = json.loads(artifact.read_text())["storageLayout"] if artifact.exists() else {"storage": []}
        if layout["storage"]:
            layouts |= layouts_of(file.stem, layout)
    return layouts


def layouts_of(contract: str, layout: dict[str, Any]) -> Layouts:
    """A contract's own layout and those of the structs in it, by solc's answer."""
    types = layout["types"] or {}

    def lines(members: list[dict[str, Any]]) -> list[str]:
        return [f"{m['slot']}:{m['offset']} {m['label']} {types[m['type']]['label']}" for m in members]

    structs = {entry["label"]: lines(entry["members"]) for entry in types.values() if "members" in entry}
    return {contract: lines(layout["storage"]), **dict(sorted(structs.items()))}


def over_budget(figures: Figures) -> Iterator[str]:
    """A line for each figure above its budget, or missing."""
    for name, budget in GAS_BUDGETS.items():
        if figures.get(name, budget + 1) > budget:
            yield f"{name}: {figures.get(name, 'not measured')}, budget {budget}"
    for name, size in figures.items():
        if name.startswith("size of ") and size > MOST_BYTES:
            yield f"{name}: {size} bytes, budget {MOST_BYTES}"
    for file in sources():
        lines = len(file.read_text().splitlines())
        if lines > MOST_LINES:
            yield f"{file.relative_to(ROOT)}: {lines} lines, budget {MOST_LINES}"


def differences(recorded: Mapping[str, object], measured: Mapping[str, object]) -> Iterator[str]:
    """A line for each entry that is not the recorded one."""
    for name in sorted(recorded.keys() | measured.keys()):
        if recorded.get(name) != measured.get(name):
            yield f"{name}: recorded {recorded.get(name)}, measured {measured.get(name)}"


def main() -> int:
    """Write or check the snapshot; 1 if a budget is exceeded, or the check finds another figure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="compare with the recorded figures, write nothing")
    check = parser.parse_args().check
    figures = measure_gas() | measure_sizes()
    complaints = [f"Over budget: {line}" for line in over_budget(figures)]
    snapshots: dict[str, Mapping[str, object]] = {"gas": figures, "storage": read_layouts()}
    for name, measured in snapshots.items():
        snapshot = SNAPSHOTS / f"{name}.json"
        if check:
            complaints += differences(json.loads(snapshot.read_text()), measured)
        else:
            snapshot.write_text(json.dumps(measured, indent=2) + "\n")
    for line in complaints:
        print(line, file=sys.stderr)
    if complaints and check:
        print("If the new figures are meant, `make record` writes them down.", file=sys.stderr)
    return int(bool(complaints))


if __name__ == "__main__":
    sys.exit(main())
