import re
from pathlib import Path
from string import Formatter

import pytest

from folkmoot.chain.abi import abi_errors
from folkmoot.chain.error_sentences import SENTENCES

ROOT = Path(__file__).resolve().parents[3]
VALUES = {entry["name"]: {value["name"] for value in entry["inputs"]} for entry in abi_errors().values()}


def test_every_contract_error_has_a_sentence_and_nothing_else_has() -> None:
    assert set(SENTENCES) == set(VALUES)


def test_every_error_that_the_project_declares_has_a_sentence() -> None:
    declared = re.findall(r"^    error (\w+)\(", (ROOT / "contracts/interfaces/IErrors.sol").read_text(), re.MULTILINE)
    assert declared
    assert set(declared) <= set(SENTENCES)


@pytest.mark.parametrize("name", SENTENCES)
def test_a_sentence_names_only_values_that_its_error_has(name: str) -> None:
    assert {field for _, field, _, _ in Formatter().parse(SENTENCES[name].sentence) if field} <= VALUES[name]


@pytest.mark.parametrize("name", SENTENCES)
def test_every_error_has_a_hint(name: str) -> None:
    assert SENTENCES[name].hint
