"""Whoever compiles the contracts, wherever, gets this build: byte for byte, the hash of the metadata included."""

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest
from eth_utils.crypto import keccak

from folkmoot.chain.compiled import packaged, packaged_names
from folkmoot.chain.deployment import from_text, to_text
from folkmoot.chain.sources import compiler, texts
from folkmoot.errors import ChainError, ConfigError
from folkmoot.explorers.signatures import selectors
from scripts.this_build import checked, commit, take_packaged
from tests.support.brownie import BROWNIE
from tests.support.network import Network
from tests.support.views import address
from tools import contracts
from tools.workcopy import ROOT

NAME = "Treasury"  # of our own sources and of others'; test_verification.py compiles larger ones
SOMEBODY, HASH = address(9), "0x" + "ab" * 32
METADATA = re.compile("(?<=646970667358221220)[0-9a-f]{64}")
TAKING = f"""
import sys
from brownie import project
from folkmoot.explorers.signatures import selectors
from scripts.this_build import take_packaged

container = project.load(sys.argv[1])["{NAME}"]
before = container._build["bytecode"]
take_packaged(container)
print(before, container._build["bytecode"])
"""


def checkout(folder: Path) -> Path:
    """A copy with the sources of one contract, beside the set-up of this checkout."""
    for source, text in texts(NAME).items():
        if source.startswith("contracts/"):
            (folder / source).parent.mkdir(parents=True, exist_ok=True)
            (folder / source).write_text(text)
    for name in ("brownie-config.yaml", "foundry.toml"):
        shutil.copy(ROOT / name, folder)
    for name in ("node_modules", ".solcx"):
        (folder / name).symlink_to(ROOT / name)
    return folder


def run(*command: object, home: Path, folder: Path) -> str:
    home.mkdir(exist_ok=True)
    environment = os.environ | {"HOME": str(home), "PYTHONPATH": f"{ROOT}:{ROOT / 'offchain'}"}
    done = subprocess.run(
        [*map(str, command)], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_brownie_makes_the_same_bytes_as_forge(tmp_path: Path) -> None:
    (folder := tmp_path / "brownie").mkdir()
    run(BROWNIE, "compile", home=tmp_path / "home", folder=checkout(folder))
    made = json.loads((folder / "build" / "contracts" / f"{NAME}.json").read_text())
    assert made["bytecode"] == packaged(NAME).code


def test_forge_makes_the_same_bytes_in_another_folder(tmp_path: Path) -> None:
    (folder := tmp_path / "elsewhere" / "forge").mkdir(parents=True)
    run(ROOT / "tools" / "bin" / "forge", "build", "contracts", home=tmp_path / "home", folder=checkout(folder))
    made = json.loads((folder / "build" / "forge" / f"{NAME}.sol" / f"{NAME}.json").read_text())
    assert made["bytecode"]["object"] == f"0x{packaged(NAME).code}"


def test_what_lies_in_a_home_folder_changes_nothing_that_is_deployed(tmp_path: Path) -> None:
    """Brownie names every package there to the compiler, which writes that into the metadata."""
    (folder := tmp_path / "checkout").mkdir()
    (tmp_path / "home" / ".brownie" / "packages" / "OpenZeppelin").mkdir(parents=True)
    answer = run(sys.executable, "-c", TAKING, checkout(folder), home=tmp_path / "home", folder=folder)
    compiled, deployed = answer.splitlines()[-1].split()
    assert compiled != packaged(NAME).code
    assert packaged(NAME).is_same_but_metadata(compiled)
    assert deployed == packaged(NAME).code


def test_libraries_stay_where_brownie_links_them() -> None:
    code = (shipped := packaged("Task")).code
    for library, places in shipped.links.items():
        for place in places:
            code = f"{code[: 2 * place]}{f'__{library}':_<40}{code[2 * place + 40 :]}"
    container = SimpleNamespace(_name="Task", _build={"bytecode": METADATA.sub("ab" * 32, code)})
    assert container._build["bytecode"] != code
    take_packaged(container)
    assert container._build["bytecode"] == code


def test_a_changed_contract_is_refused() -> None:
    code = packaged("FlatReward").code
    container = SimpleNamespace(_name="FlatReward", _build={"bytecode": code.replace("6080", "6081", 1)})
    with pytest.raises(ConfigError, match=r"the contract FlatReward was changed since this build \(make record"):
        take_packaged(container)


def test_functions_of_libraries_are_named_by_what_the_compiler_calls_them() -> None:
    contracts.build()
    named = selectors()
    for name in (name for name in packaged_names() if packaged(name).is_library):
        compiled = json.loads((ROOT / "build" / "forge" / f"{name}.sol" / f"{name}.json").read_text())
        for signature, selector in compiled["methodIdentifiers"].items():
            assert named[selector] == signature.replace("State storage", "uint256 state")


def test_a_record_gets_where_its_contracts_come_from(deployed: Network) -> None:
    record = deployed.deployment
    found = checked(deployed.client, record, SOMEBODY, {"FederationToken": HASH, "Task": HASH})
    assert replace(found, provenance=None) == record
    assert found.provenance is not None
    assert (found.provenance.compiler, found.provenance.deployer) == (compiler(), SOMEBODY)
    hashes = found.provenance.code_hashes
    assert set(hashes) == set(found.provenance.metadata_hashes) == {*record.compiled, "FederationToken"}
    for name, place in record.compiled.items():
        assert hashes[name] == f"0x{keccak(deployed.client.code(place)).hex()}"
    assert from_text(to_text(found)) == found


def test_other_code_than_this_builds_is_not_recorded(deployed: Network) -> None:
    first, second, *_ = (rules := deployed.deployment.rules)
    swapped = {**rules, first: rules[second], second: rules[first]}
    with pytest.raises(ChainError, match=f"not that of this build: {first} at {rules[second]}: another contract: "):
        checked(deployed.client, replace(deployed.deployment, rules=swapped), SOMEBODY, {})


def test_a_commit_is_told_only_for_the_contracts_that_it_has(tmp_path: Path) -> None:
    assert commit(tmp_path) == ""
    for words in (("init", "-q"), ("add", "."), ("commit", "-qm", "x")):
        (tmp_path / "contracts").mkdir(exist_ok=True)
        (tmp_path / "contracts" / "A.sol").write_text("a")
        identity = ("-c", "user.name=x", "-c", "user.email=x@example.org")
        subprocess.run(["git", *identity, *words], cwd=tmp_path, check=True)
    assert len(commit(tmp_path)) == 40
    (tmp_path / "README.md").write_text("other")
    assert len(commit(tmp_path)) == 40
    (tmp_path / "contracts" / "A.sol").write_text("b")
    assert commit(tmp_path) == ""
