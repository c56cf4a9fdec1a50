"""What the auditor's page compares with the contracts of this checkout."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.support.documents import audit
from tests.support.network import Network


def test_the_code_on_chain_is_the_compiled_one(
    deployed: Network, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    audit("deployedBytecode", tmp_path, deployed.urls[0], deployed.deployment)
    told = capsys.readouterr().out
    assert told.startswith("Federation, Treasury, Task, ")
    assert told.endswith(" are the contracts of this checkout\n")


@pytest.mark.parametrize("kind", ["rules", "libraries"])
def test_another_contract_in_its_place_is_found(deployed: Network, tmp_path: Path, kind: str) -> None:
    (name, _), (_, other), *_ = (named := getattr(deployed.deployment, kind)).items()
    record = replace(deployed.deployment, **{kind: {**named, name: other}})
    with pytest.raises(AssertionError, match=f" at {other} is another contract|Task at "):
        audit("deployedBytecode", tmp_path, deployed.urls[0], record)
