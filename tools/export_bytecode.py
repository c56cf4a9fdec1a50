"""Write the bytecode that `folkmoot.testing` deploys, so that tests need no compiler; ``--check`` compares instead.

One line a contract. What a compiler appends to it, a hash of all sources with their comments, is zeroed.
"""

import argparse
import json
import re
import sys
from dataclasses import asdict

from folkmoot.testing.contracts import Bytecode, built
from tools import forge
from tools.workcopy import ROOT

FILE = ROOT / "offchain" / "folkmoot" / "testing" / "bytecode.json"
RULES = ROOT / "contracts" / "rules"
METADATA = re.compile("(a264697066735822)1220[0-9a-f]{64}")  # CBOR: the key "ipfs" and a multihash


def contracts() -> dict[str, Bytecode]:
    """Everything that a federation needs, by name."""
    forge.build()
    read = built(ROOT / "build" / "forge")
    wanted = ["Federation", "FederationToken", "Task", *sorted(path.stem for path in RULES.rglob("*.sol"))]
    found: dict[str, Bytecode] = {}
    while wanted:
        name = wanted.pop(0)
        if name not in found:
            found[name] = read(name)
            wanted += found[name].links
    return found


def render() -> str:
    """The file to export."""
    lines = (f"{json.dumps(name)}: {json.dumps(_entry(found))}" for name, found in sorted(contracts().items()))
    return "{\n" + ",\n".join(lines) + "\n}\n"


def _entry(found: Bytecode) -> dict[str, object]:
    return asdict(found) | {"code": METADATA.sub(rf"\g<1>{'0' * 68}", found.code)}


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
