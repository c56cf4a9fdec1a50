"""Contracts of this checkout with edits, compiled."""

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from folkmoot.chain.compiled import Bytecode, Contracts, built, packaged
from tools import forge, workcopy
from tools.mutants import Mutant

FOLDER = workcopy.ROOT / "build" / "manipulations"
SOURCES = {"Federation": "", "Task": "", "Treasury": ""}  # the others are in rounds/


@dataclass(frozen=True, slots=True)
class Edit:
    """`find`, which stands exactly once in `file` under contracts/, becomes `replace`."""

    file: str
    find: str
    replace: str


def edited(edits: Sequence[Edit], made: Sequence[str]) -> Contracts:
    """The contracts `made` with the edits, the others as the package has them. Compiled once for these sources."""
    kept = FOLDER / "built" / _digest(edits, made)
    if not kept.exists():
        _compile(edits, made, kept)
    changed = built(kept)

    def read(name: str) -> Bytecode:
        return changed(name) if name in made else packaged(name)

    return read


def _compile(edits: Sequence[Edit], made: Sequence[str], kept: Path) -> None:
    copy = workcopy.make(FOLDER / "copy")
    for edit in edits:
        Mutant("manipulation", edit.file, edit.find, edit.replace).apply(copy)
    paths = [f"contracts/{SOURCES.get(name, 'rounds/')}{name}.sol" for name in made]
    found = forge.run("build", *paths, root=copy, capture_output=True, check=False)
    if found.returncode:
        raise ValueError(f"{edits} do not compile: {found.stdout}{found.stderr}")
    part = kept.with_suffix(".part")
    shutil.rmtree(part, ignore_errors=True)
    for name in made:
        (part / f"{name}.sol").mkdir(parents=True)
        shutil.copy(copy / "build" / "forge" / f"{name}.sol" / f"{name}.json", part / f"{name}.sol")
    part.rename(kept)


def _digest(edits: Sequence[Edit], made: Sequence[str]) -> str:
    digest = hashlib.sha256(repr((edits, made)).encode())
    for file in sorted((workcopy.ROOT / "contracts").rglob("*.sol")):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:24]
