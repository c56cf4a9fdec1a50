import json
from pathlib import Path
from typing import Any

from eth_abi.abi import encode

from folkmoot.chain.compiled import built
from folkmoot.testing.contracts import Factory, packaged_rules
from scripts.federation import RULES


def test_every_rule_that_the_deployment_script_creates_is_in_the_package() -> None:
    assert set(packaged_rules()) == set(RULES)


# Artifacts of forge's


def artifact(folder: Path, name: str, code: str, links: Any = None, inputs: Any = ()) -> None:
    entry = {
        "abi": [{"type": "constructor", "inputs": list(inputs)}],
        "bytecode": {"object": f"0x{code}", "linkReferences": links or {}},
        "deployedBytecode": {"object": f"0x{code}", "linkReferences": links or {}},
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
