import re
from enum import IntEnum
from pathlib import Path

import pytest

from folkmoot.chain import enums

CONTRACTS = Path(__file__).resolve().parents[3] / "contracts"
ENUMS = [name for name, kind in vars(enums).items() if isinstance(kind, type) and kind.__module__ == enums.__name__]


def snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


@pytest.mark.parametrize("name", ENUMS)
def test_enums_are_the_contracts(name: str) -> None:
    source = "".join(path.read_text() for path in sorted(CONTRACTS.rglob("*.sol")))
    body = re.search(rf"^enum {name} {{(.*?)}}", source, re.MULTILINE | re.DOTALL)
    assert body is not None
    declared = re.findall(r"^\s*(\w+)", body[1], re.MULTILINE)
    enum: type[IntEnum] = getattr(enums, name)
    assert [(snake(word), value) for value, word in enumerate(declared)] == [
        (member.name.lower(), member.value) for member in enum
    ]
