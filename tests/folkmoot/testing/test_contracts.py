import json
from pathlib import Path
from typing import Any

import pytest
from eth_abi.abi import encode

from folkmoot.chain.abi import abi
from folkmoot.errors import ConfigError
from folkmoot.testing.contracts import NO_LIBRARY, Factory, built, packaged, packaged_rules
from scripts.federation import RULES

DEPLOYED = ("Federation", "FederationToken", "Task")


def test_every_rule_that_the_deployment_script_creates_is_in_the_package() -> None:
    assert set(packaged_rules()) == set(RULES)


@pytest.mark.parametrize("name", [*DEPLOYED, *RULES])
def test_bytecode_is_hexadecimal_and_has_room_for_its_libraries(name: str) -> None:
    found = packaged(name)
    code = bytes.fromhex(found.code)
    assert len(code) > 500
    for places in found.links.values():
        assert places
        for start in places:
            assert code[start : start + 20] == bytes.fromhex(NO_LIBRARY)
            assert code[start - 1] == 0x73, "the compiler pushes 20 bytes"


def test_constructors_are_those_of_the_abis() -> None:
    (entry,) = (entry for entry in abi("Federation") if entry["type"] == "constructor")
    assert list(packaged("Federation").constructor) == [given["type"] for given in entry["inputs"]]
    assert packaged("MedianScore").constructor == []


def test_an_unknown_contract_is_refused() -> None:
    with pytest.raises(ConfigError, match="no bytecode of 'Nothing'"):
        packaged("Nothing")


# Artifacts of forge's


def artifact(folder: Path, name: str, code: str, links: Any = None, inputs: Any = ()) -> None:
    entry = {
        "abi": [{"type": "constructor", "inputs": list(inputs)}],
        "bytecode": {"object": f"0x{code}", "linkReferences": links or {}},
    }
    (folder / f"{name}.sol").mkdir()
    (folder / f"{name}.sol" / f"{name}.json").write_text(json.dumps(entry))


def test_contracts_are_created_with_their_libraries_each_once(tmp_path: Path) -> None:
    place = f"__${'a' * 34}$__"
    links = {"Lib.sol": {"Lib": [{"start": 1, "length": 20}, {"start": 22, "length": 20}]}}
    artifact(tmp_path, "Lib", "aa")
    inputs = [{"type": "uint256"}, {"type": "tuple", "components": [{"type": "bool"}, {"type": "address"}]}]
    artifact(tmp_path, "Main", f"73{place}73{place}", links, inputs)
    sent: list[tuple[str, bytes]] = []

    def create(name: str, code: bytes) -> str:
        sent.append((name, code))
        return f"0x{len(sent):040X}"

    factory = Factory(create, built(tmp_path))
    assert factory.create("Main", 5, (True, "0x" + "11" * 20)) == f"0x{2:040X}"
    library = (1).to_bytes(20)
    arguments = encode(["uint256", "(bool,address)"], [5, (True, "0x" + "11" * 20)])
    assert sent == [("Lib", b"\xaa"), ("Main", b"\x73" + library + b"\x73" + library + arguments)]
    factory.create("Main", 6, (False, "0x" + "11" * 20))
    assert [name for name, _ in sent] == ["Lib", "Main", "Main"]
    assert factory.libraries == {"Lib": f"0x{1:040X}"}


def test_a_missing_artifact_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot read") as caught:
        built(tmp_path)("Main")
    assert "forge build" in caught.value.hint
