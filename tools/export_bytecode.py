"""Write the bytecode that the package ships, to deploy it and to compare with a chain; ``--check`` compares instead.

One line a contract. It ends with a hash of all sources, comments included, so that any change to them shows.
"""

import argparse
import json
import sys
from dataclasses import asdict

from folkmoot.chain.compiled import Bytecode, built
from tools import forge
from tools.workcopy import ROOT

FILE = ROOT / "offchain" / "folkmoot" / "chain" / "bytecode.json"
RULES = ROOT / "contracts" / "rules"


def contracts() -> dict[str, Bytecode]:
    """Everything that a federation needs, by name."""
    forge.build()
    read = built(ROOT / "build" / "forge")
    wanted = ["Federation", "FederationToken", "Task", "Treasury", *sorted(path.stem for path in RULES.rglob("*.sol"))]
    found: dict[str, Bytecode] = {}
    while wanted:
        name = wanted.pop(0)
        if name not in found:
            found[name] = read(name)
            wanted += found[name].links
    return found


def render() -> str:
    """The file to export."""
    lines = (f"{json.dumps(name)}: {json.dumps(asdict(found))}" for name, found in sorted(contracts().items()))
    return "{\n" + ",\n".join(lines) + "\n}\n"


def main() -> int:
    """Write, or with ``--check`` compare: 1 if anything differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing; fail if the bytecode is out of date")
    only_check = parser.parse_args().check
    text = render()
    is_stale = not FILE.exists() or FILE.read_text() != text
    if only_check:
        if is_stale:
            print("The exported bytecode is out of date. `make record` renews it.", file=sys.stderr)
        return int(is_stale)
    FILE.write_text(text)
    print(f"{FILE.relative_to(ROOT)}, {'changed' if is_stale else 'as before'}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
