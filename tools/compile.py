"""Compile the contracts once: forge does, and brownie gets what forge made, in its own format under build/contracts.

``python -m tools.compile``; brownie then finds every contract up to date, and compiles what is changed later itself.
"""

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from filelock import FileLock

from tools import forge
from tools.workcopy import ROOT

Artifact = dict[str, Any]


def compile_contracts(root: Path = ROOT) -> None:
    """Compile what changed in the checkout at `root`, for forge and for brownie.

    Raises:
        CalledProcessError: if forge finds errors, with what it printed.
    """
    folder = root / "build" / "contracts"
    folder.mkdir(parents=True, exist_ok=True)
    with FileLock(root / "build" / "compile.lock"):
        forge.build(root)
        for name, build in brownie_builds(root):
            file = folder / f"{name}.json"
            if not file.exists() or json.loads(file.read_text()).get("inputs") != build["inputs"]:
                file.write_text(json.dumps(build))


def brownie_builds(root: Path) -> Iterator[tuple[str, Artifact]]:
    """Every contract under contracts/, and what brownie keeps of it."""
    artifacts = dict(forge_artifacts(root))
    path_of = {name: next(iter(settings(artifact)["compilationTarget"])) for name, artifact in artifacts.items()}
    for name, artifact in artifacts.items():
        others = artifact["metadata"]["sources"].keys() - {path_of[name]}
        needed = sorted(other for other, path in path_of.items() if path in others)
        yield name, brownie_build(root / path_of[name], name, artifact, needed)


def forge_artifacts(root: Path) -> Iterator[tuple[str, Artifact]]:
    """Every contract under contracts/, and what forge wrote of it."""
    for source in sorted((root / "contracts").rglob("*.sol")):
        for file in sorted((root / "build" / "forge" / source.name).glob("*.json")):
            yield file.stem, json.loads(file.read_text())


def settings(artifact: Artifact) -> Artifact:
    """The compiler's settings."""
    found: Artifact = artifact["metadata"]["settings"]
    return found


def brownie_build(source: Path, name: str, artifact: Artifact, dependencies: list[str]) -> Artifact:
    """What brownie keeps of a contract. Maps from code to source, which it needs for its own traces, are empty."""
    text = source.read_text()
    code = with_placeholders(artifact["bytecode"])
    path = next(iter(settings(artifact)["compilationTarget"]))
    return {
        "abi": artifact["abi"],
        "allSourcePaths": {"0": path},
        "ast": {},
        "bytecode": code,
        "bytecodeSha1": hashlib.sha1(code.encode()).hexdigest(),  # noqa: S324 - brownie's own choice, and no secret
        "compiler": {
            "evm_version": settings(artifact)["evmVersion"],
            "optimizer": settings(artifact)["optimizer"],
            "version": artifact["metadata"]["compiler"]["version"],
        },
        "contractName": name,
        "coverageMap": {"statements": {}, "branches": {}},
        "dependencies": dependencies,
        "deployedBytecode": with_placeholders(artifact["deployedBytecode"]),
        "deployedSourceMap": "",
        "inputs": artifact["metadata"]["sources"] | {"settings": settings(artifact)},
        "language": "Solidity",
        "natspec": {},
        "offset": [0, len(text)],
        "opcodes": "",
        "pcMap": {},
        "sha1": hashlib.sha1(text.encode()).hexdigest(),  # noqa: S324
        "source": text,
        "sourceMap": "",
        "sourcePath": path,
        "type": "contract" if code else "interface",
    }


def with_placeholders(bytecode: Mapping[str, Any]) -> str:
    """Bytecode in which brownie finds the names of the libraries that it has to link."""
    code: str = bytecode["object"].removeprefix("0x")
    for libraries in bytecode["linkReferences"].values():
        for name, places in libraries.items():
            for place in places:
                start, length = 2 * place["start"], 2 * place["length"]
                code = code[:start] + f"__{name}".ljust(length, "_") + code[start + length :]
    return code


if __name__ == "__main__":
    try:
        compile_contracts()
    except subprocess.CalledProcessError as error:
        sys.exit(f"{error.stdout}{error.stderr}")
