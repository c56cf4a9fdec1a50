import re

import pytest
from eth_utils.crypto import keccak

from folkmoot.chain.abi import abi
from folkmoot.explorers.signatures import selectors, topics

WORD = re.compile(r"(?<=[\w)\]]) +(?:indexed +)?\w+(?=[,)])| indexed(?=[,)])")


def plain(text: str) -> str:
    """A signature without the names of parameters."""
    return WORD.sub("", text)


@pytest.mark.parametrize("made", [selectors(), topics()])
def test_each_name_hashes_to_its_number_unless_it_takes_storage(made: dict[str, str]) -> None:
    wrong = {
        number: text
        for number, text in made.items()
        if keccak(text=plain(text)).hex()[: len(number)] != number and "uint256 state" not in text
    }
    assert wrong == {}
    assert {len(number) for number in made} <= {8, 64}


def test_names_are_told_with_their_parameters() -> None:
    by_name = {text.partition("(")[0]: text for text in (*selectors().values(), *topics().values())}
    assert by_name["submitUpdate"] == "submitUpdate(uint256 round,bytes32 pointer,uint256 samples)"
    assert by_name["UpdateSubmitted"].startswith("UpdateSubmitted(uint256 indexed round,address indexed ")
    assert by_name["proposeTask"].startswith("proposeTask(string name,(bytes32,bytes32,address,")
    assert by_name["proposeTask"].endswith(",uint8) parameters)")
    assert by_name["Transfer"] == "Transfer(address indexed from,address indexed to,uint256 value)"


def test_nothing_that_the_contracts_have_is_left_out() -> None:
    texts = {text.partition("(")[0] for text in (*selectors().values(), *topics().values())}
    for name in ("Federation", "Treasury", "Task"):
        assert {entry["name"] for entry in abi(name) if entry["type"] in {"event", "function"}} <= texts


def test_functions_of_libraries_are_named_though_no_abi_has_them() -> None:
    """tests/integration/test_this_build.py has all of them."""
    assert selectors()["e0d2feb4"] == "close(uint256 state,uint256)"
