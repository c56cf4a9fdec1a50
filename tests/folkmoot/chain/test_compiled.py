import json
from pathlib import Path
from typing import Any

import pytest

from folkmoot.chain.abi import abi
from folkmoot.chain.compiled import NO_LIBRARY, built, packaged, packaged_names
from folkmoot.errors import ConfigError


@pytest.mark.parametrize("name", packaged_names())
def test_bytecode_is_hexadecimal_and_has_room_for_its_libraries(name: str) -> None:
    found = packaged(name)
    code = bytes.fromhex(found.code)
    assert len(code) > 500
    for places in found.links.values():
        assert places
        for start in places:
            assert code[start : start + 20] == bytes.fromhex(NO_LIBRARY)
            assert code[start - 1] == 0x73, "the compiler pushes 20 bytes"


@pytest.mark.parametrize("name", packaged_names())
def test_what_stands_on_the_chain_is_the_rest_of_what_creates_it(name: str) -> None:
    found = packaged(name)
    libraries = dict.fromkeys(found.links, "0x" + "11" * 20)
    code = found.deployed("0x" + "22" * 20, libraries)
    assert len(code) == found.size
    assert (code[1:21] == b"\x22" * 20) == found.is_library
    assert code.count(b"\x11" * 20) == sum(map(len, found.links.values()))
    assert found.linked(libraries)[found.start + found.size :] == b"" or name == "Federation"  # which has a treasury's
    assert found.without_values(code) == code
    assert all(values == {bytes(32)} for values in found.values(code))


def test_immutable_values_are_those_of_the_contracts() -> None:
    assert {name: len(packaged(name).immutables) for name in packaged_names() if packaged(name).immutables} == {
        "Federation": 2,  # treasury and taskImplementation
        "Treasury": 2,  # token and _federation
    }


def test_constructors_are_those_of_the_abis() -> None:
    (entry,) = (entry for entry in abi("Federation") if entry["type"] == "constructor")
    assert list(packaged("Federation").constructor) == [given["type"] for given in entry["inputs"]]
    assert packaged("MedianScore").constructor == []


def test_an_unknown_contract_is_refused() -> None:
    with pytest.raises(ConfigError, match="no bytecode of 'Nothing'"):
        packaged("Nothing")


# Artifacts of forge's


def artifact(folder: Path, name: str, code: str, links: Any = None, immutables: Any = None) -> None:
    """Of a contract whose creation is a byte and its code."""
    moved = {
        file: {lib: [{"start": place["start"] - 1, "length": 20} for place in places] for lib, places in named.items()}
        for file, named in (links or {}).items()
    }
    entry = {
        "abi": [],
        "bytecode": {"object": f"0xff{code}", "linkReferences": links or {}},
        "deployedBytecode": {"object": f"0x{code}", "linkReferences": moved, "immutableReferences": immutables or {}},
    }
    (folder / f"{name}.sol").mkdir()
    (folder / f"{name}.sol" / f"{name}.json").write_text(json.dumps(entry))


def test_an_artifact_says_where_addresses_and_values_belong(tmp_path: Path) -> None:
    code = f"73__${'a' * 34}$__7f{'00' * 32}"
    links = {"Lib.sol": {"Lib": [{"start": 2, "length": 20}]}}
    artifact(tmp_path, "Main", code, links, {"7": [{"start": 22, "length": 32}]})
    found = built(tmp_path)("Main")
    assert (found.links, found.start, found.size, found.immutables) == ({"Lib": [2]}, 1, 54, [[22]])
    there = found.deployed("0x" + "22" * 20, {"Lib": "0x" + "11" * 20})
    assert there == b"\x73" + b"\x11" * 20 + b"\x7f" + bytes(32)
    assert found.values(there[:-1] + b"\x05") == [{(5).to_bytes(32)}]
    assert found.without_values(there[:-1] + b"\x05") == there


def test_a_missing_artifact_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot read") as caught:
        built(tmp_path)("Main")
    assert "forge build" in caught.value.hint
