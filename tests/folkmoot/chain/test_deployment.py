"""What is in a record's file; test_deployments.py has how it is compared with a chain."""

import json
from dataclasses import replace
from typing import Any

import pytest

from folkmoot.chain import Deployment, Provenance
from folkmoot.chain.deployment import from_text, to_text
from folkmoot.chain.sources import Compiler
from tests.support.views import address

HASH = "0x" + "ab" * 32
PLAIN = Deployment(
    chain_id=7, block_number=1, block_hash=HASH, federation=address(1), treasury=address(2), token=address(3),
    task_implementation=address(4), rules={"MedianScore": address(5)}, libraries={"Settling": address(6)},
    deployed_at=1, version="0.1.0",
)  # fmt: skip
WHOLE = replace(
    PLAIN,
    provenance=Provenance(
        commit="0123abc",
        compiler=Compiler(version="0.8.30+commit.73712a01", evm_version="london", optimizer_runs=10_000, via_ir=False),
        deployer=address(9),
        transactions={"Task": HASH},
        code_hashes={"Task": HASH},
        metadata_hashes={"Task": HASH},
    ),
)
PROVENANCE = json.loads(to_text(WHOLE))["provenance"]
COMPILER = PROVENANCE["compiler"]


@pytest.mark.parametrize("record", [PLAIN, WHOLE])
def test_what_was_written_is_read(record: Deployment) -> None:
    assert from_text(to_text(record)) == record


def test_a_record_without_provenance_is_written_as_earlier_versions_read_it() -> None:
    assert set(json.loads(to_text(PLAIN))) == set(Deployment.__slots__) - {"provenance"}


def test_names_of_contracts_are_those_of_their_sources() -> None:
    assert PLAIN.compiled == {
        "Federation": address(1), "Treasury": address(2), "Task": address(4), "MedianScore": address(5),
        "Settling": address(6),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"commit": 7}, "commit is no text: 7"),
        ({"commit": "a\x1b"}, "commit is no text"),
        ({"deployer": "0x12"}, "deployer is no address"),
        ({"transactions": []}, r"transactions are no names and hashes: \[\]"),
        ({"transactions": {"Task": 7}}, "transactions has no hash of Task: 7"),
        ({"code_hashes": {"Task": HASH[:-1]}}, "code_hashes has no hash of Task"),
        ({"metadata_hashes": {"\x1b": HASH}}, "metadata_hashes are no names and hashes"),
        ({"compiler": {**COMPILER, "via_ir": 1}}, "via_ir is neither true nor false: 1"),
        ({"compiler": {**COMPILER, "version": None}}, "version is no text: None"),
        ({"compiler": {**COMPILER, "optimizer_runs": True}}, "optimizer_runs is no number: True"),
    ],
)
def test_a_value_of_another_kind_is_told(changes: dict[str, Any], told: str) -> None:
    document = json.loads(to_text(WHOLE)) | {"provenance": PROVENANCE | changes}
    with pytest.raises(ValueError, match=told):
        from_text(json.dumps(document))


@pytest.mark.parametrize("provenance", [7, [], {}, {"commit": ""}, {**PROVENANCE, "more": 1}])
def test_provenance_of_another_form_is_refused(provenance: object) -> None:
    with pytest.raises((TypeError, ValueError)):
        from_text(json.dumps({**json.loads(to_text(PLAIN)), "provenance": provenance}))
