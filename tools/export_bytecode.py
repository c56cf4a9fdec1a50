"""Write the bytecode and the sources that the package ships; ``--check`` compares instead.

The bytecode is deployed and compared with a chain, the sources go to explorers. One line a contract or a source. Code
ends with a hash of all its sources, comments included, so that any change to them shows.
"""

import argparse
import json
import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from folkmoot.chain.compiled import Bytecode, from_artifact
from tools import forge
from tools.workcopy import ROOT

FOLDER = ROOT / "offchain" / "folkmoot" / "chain"
RULES = ROOT / "contracts" / "rules"

Artifact = dict[str, Any]


def artifacts() -> dict[str, tuple[Artifact, Bytecode]]:
    """Everything that a federation needs, by name."""
    forge.build()
    wanted = ["Federation", "FederationToken", "Task", "Treasury", *sorted(path.stem for path in RULES.rglob("*.sol"))]
    found: dict[str, tuple[Artifact, Bytecode]] = {}
    while wanted:
        name = wanted.pop(0)
        if name not in found:
            artifact = json.loads((ROOT / "build" / "forge" / f"{name}.sol" / f"{name}.json").read_text("utf-8"))
            found[name] = artifact, from_artifact(artifact)
            wanted += found[name][1].links
    return dict(sorted(found.items()))


def render() -> dict[str, str]:
    """The files to export, by name."""
    found = artifacts()
    names = sorted({source for artifact, _ in found.values() for source in artifact["metadata"]["sources"]})
    metadata = _lines({name: artifact["rawMetadata"] for name, (artifact, _) in found.items()})
    texts = _lines({name: (ROOT / name).read_text("utf-8") for name in names})
    return {
        "bytecode.json": _lines({name: asdict(code) for name, (_, code) in found.items()}) + "\n",
        "sources.json": f'{{"metadata": {metadata},\n"sources": {texts}}}\n',
    }


def stale(made: Mapping[str, str], folder: Path = FOLDER) -> list[str]:
    """The names of files that differ from what is made, or are missing."""
    return [name for name, text in made.items() if not (folder / name).exists() or (folder / name).read_text() != text]


def _lines(entries: Mapping[str, object]) -> str:
    return "{\n" + ",\n".join(f"{json.dumps(name)}: {json.dumps(entry)}" for name, entry in entries.items()) + "\n}"


def main() -> int:
    """Write, or with ``--check`` compare: 1 if anything differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing; fail if anything is out of date")
    only_check = parser.parse_args().check
    made = render()
    changed = stale(made)
    if only_check:
        if changed:
            print(f"Out of date: {', '.join(changed)}. `make record` renews them.", file=sys.stderr)
        return int(bool(changed))
    for name in changed:
        (FOLDER / name).write_text(made[name])
    print(f"{', '.join(made)} in {FOLDER.relative_to(ROOT)}, {len(changed)} changed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
