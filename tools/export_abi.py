"""Write the ABIs that the package reads, so that a member needs no compiler; ``--check`` compares instead.

One file a contract, and errors.json: every custom error of every contract and library by its selector.
"""

import argparse
import json
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from eth_typing import ABIElement, ABIError
from eth_utils.abi import abi_to_signature, function_abi_to_4byte_selector

from tools import forge
from tools.compile import forge_artifacts, settings
from tools.workcopy import ROOT

ABI_DIRECTORY = ROOT / "offchain" / "folkmoot" / "chain" / "abis"
# directories of contracts/ that participants do not talk to
NOT_DEPLOYED = ("interfaces", "libraries", "mocks", "rounds", "types")
TOKEN = ("node_modules/@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol", "IERC20Metadata")
KEPT = {"type", "name", "inputs", "outputs", "stateMutability", "anonymous", "components", "indexed"}

Abi = list[ABIElement]
Compiled = dict[tuple[str, str], Abi]  # (source file, contract) -> ABI


def compile_abis() -> Compiled:
    """The ABIs of everything under contracts/, and of the ERC-20 interface, once forge has compiled what changed."""
    forge.build()
    token = json.loads((ROOT / "build" / "forge" / "IERC20Metadata.sol" / "IERC20Metadata.json").read_text())
    artifacts = [*forge_artifacts(ROOT), (TOKEN[1], token)]
    return {(next(iter(settings(found)["compilationTarget"])), name): found["abi"] for name, found in artifacts}


def minimal(node: Any) -> Any:
    """Drop from an ABI what only a compiler needs (`internalType`)."""
    if isinstance(node, list):
        return [minimal(item) for item in node]
    if isinstance(node, dict):
        return {key: minimal(value) for key, value in sorted(node.items()) if key in KEPT}
    return node


def is_ours(file: str, left_out: tuple[str, ...] = ("mocks",)) -> bool:
    """Whether a source file lies under contracts/, but not in a directory that is left out."""
    parts = Path(file).parts
    return parts[0] == "contracts" and parts[1] not in left_out


def sort_key(entry: ABIElement) -> tuple[str, str]:
    """Order of an ABI: by kind, then by signature."""
    return entry["type"], abi_to_signature(entry)


def custom_errors(abis: Iterable[Abi]) -> dict[str, dict[str, Any]]:
    """All custom errors: selector -> name and inputs."""
    errors: Iterable[ABIError] = (minimal(entry) for abi in abis for entry in abi if entry["type"] == "error")
    by_selector = {"0x" + function_abi_to_4byte_selector(error).hex(): error for error in errors}
    return {selector: {"name": e["name"], "inputs": e["inputs"]} for selector, e in sorted(by_selector.items())}


def lines(items: Iterable[str], brackets: str) -> str:
    """JSON with one item a line, for readable differences."""
    return brackets[0] + "\n" + ",\n".join(items) + "\n" + brackets[1] + "\n"


def render(compiled: Compiled) -> dict[str, str]:
    """Every file to export: name -> text."""
    files = {
        f"{source[1]}.json": lines((json.dumps(entry) for entry in sorted(minimal(abi), key=sort_key)), "[]")
        for source, abi in compiled.items()
        if source == TOKEN or is_ours(source[0], NOT_DEPLOYED)
    }
    errors = custom_errors(abi for (file, _), abi in compiled.items() if is_ours(file))
    files["errors.json"] = lines((f"{json.dumps(key)}: {json.dumps(error)}" for key, error in errors.items()), "{}")
    return files


def stale(files: dict[str, str]) -> list[str]:
    """Names of files that are missing, different or too many."""
    present = {path.name: path.read_text() for path in ABI_DIRECTORY.glob("*.json")}
    return sorted(name for name in files.keys() | present.keys() if files.get(name) != present.get(name))


def main() -> int:
    """Write, or with ``--check`` compare: 1 if anything differs."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="change nothing; fail if an exported ABI is out of date")
    only_check = parser.parse_args().check
    files = render(compile_abis())
    changed = stale(files)
    if only_check:
        if changed:
            print(f"Exported ABIs out of date: {', '.join(changed)}. `make record` renews them.", file=sys.stderr)
        return int(bool(changed))
    ABI_DIRECTORY.mkdir(parents=True, exist_ok=True)
    for name in changed:
        path = ABI_DIRECTORY / name
        path.write_text(files[name]) if name in files else path.unlink()
    print(f"{len(files)} files in {ABI_DIRECTORY.relative_to(ROOT)}, {len(changed)} changed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
