from dataclasses import dataclass, field

import pytest
from eth_abi.abi import encode
from eth_abi.exceptions import DecodingError
from eth_utils.crypto import keccak

from folkmoot import chain
from folkmoot.chain.abi import abi, abi_errors, build, decode_values, function, kinds, typed


@pytest.mark.parametrize("contract", ["Federation", "Treasury", "Task", "MedianScore", "FederationToken"])
def test_an_abi_is_found_by_the_contracts_name_and_loaded_once(contract: str) -> None:
    assert {"type", "name"} <= set(next(entry for entry in abi(contract) if entry["type"] == "function"))
    assert abi(contract) is abi(contract)


def test_no_contract_has_two_functions_of_one_name() -> None:
    for contract in ("Federation", "Treasury", "Task"):
        names = [entry["name"] for entry in abi(contract) if entry["type"] == "function"]
        assert len(names) == len(set(names))


def test_a_function_has_its_selector_and_what_goes_in_and_comes_out() -> None:
    found = function("Task", "submitUpdate")
    assert found.selector == keccak(text="submitUpdate(uint256,bytes32,uint256)")[:4]
    assert (kinds(found.inputs), kinds(found.outputs)) == (["uint256", "bytes32", "uint256"], [])


def test_tuples_are_expanded() -> None:
    name, parameters = kinds(function("Federation", "proposeTask").inputs)
    assert name == "string"
    assert parameters.startswith("(bytes32,bytes32,address,address,address,")


def test_errors_are_found_by_their_selectors() -> None:
    assert abi_errors()["0x" + keccak(text="ZeroAmount()")[:4].hex()]["name"] == "ZeroAmount"


def test_values_are_decoded_by_their_entries() -> None:
    entries = function("Task", "submitUpdate").inputs
    data = encode(["uint256", "bytes32", "uint256"], [3, b"\4" * 32, 600])
    assert decode_values(entries, data) == (3, b"\4" * 32, 600)
    with pytest.raises(DecodingError):
        decode_values(entries, data[:-1])


def test_a_text_that_is_no_utf_8_is_decoded_all_the_same() -> None:
    entries = function("Federation", "applyForMembership").inputs
    data = encode(["bytes", "bytes"], [b"\1", b"Caf\xe9 \xf0"])
    assert decode_values(entries, data) == (b"\1", "Caf\ufffd \ufffd")


def test_values_become_what_the_hints_say() -> None:
    assert typed(tuple[chain.Verdict, ...], [4, 1]) == (chain.Verdict.ACCEPTED, chain.Verdict.FAULT)
    assert typed(str, "0x" + "ab" * 20) == "0xABaBaBaBABabABabAbAbABAbABabababaBaBABaB"
    assert typed(str, "FED") == "FED"
    assert typed(bytes, bytearray(b"\1")) == b"\1"
    with pytest.raises(ValueError, match="99"):
        typed(chain.Phase, 99)


@dataclass(frozen=True)
class Sample:
    owner: str
    verdict: chain.Verdict
    parts: tuple[bytes, ...]
    note: str = field(default="", kw_only=True)


def test_a_dataclass_is_built_from_its_positional_fields() -> None:
    made = build(Sample, ["0x" + "ab" * 20, 4, [bytearray(b"\1")]], note="kept")
    assert made == Sample("0xABaBaBaBABabABabAbAbABAbABabababaBaBABaB", chain.Verdict.ACCEPTED, (b"\1",), note="kept")


@pytest.mark.parametrize("values", [[], ["x", 4], ["x", 4, [], "more"]])
def test_a_dataclass_needs_just_its_fields(values: list[object]) -> None:
    with pytest.raises(ValueError, match="zip"):
        build(Sample, values)
